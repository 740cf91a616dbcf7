/**
 * The requests of one session that the server works on: each is answered once, in any order, or given up when the client is not
 * signed in any more.
 *
 * A session has this object only while a handler is at work or user code waits for the end (`onEnd`). A handler that returns at once
 * never needs one.
 * Proven by: test/session/requests.test.ts, test/session/request-walks.test.ts.
 */
import { type Answer, RequestError, type RequestErrorCode, requestFailure } from '@sallyport/protocol';
import type { Limits } from '../limits.ts';
import { promiseOf } from '../ports/observer.ts';
import type { IncomingRequest } from '../ports/requests.ts';
import { isPromiseLike } from '../promise-like.ts';

/** The answer to a request. */
export type RequestAnswer = Extract<Answer, { readonly type: 'response' | 'requestFailed' }>;

/** What the requests need of their session. */
export interface RequestsOwner {
  /** The time of the sweep, in milliseconds. */
  readonly now: number;
  /** Calls the handler. */
  callHandler(request: IncomingRequest): unknown;
  /** Sends the answer, or one that says why it cannot be sent. */
  respond(answer: RequestAnswer): void;
  /** Reports an error of the handler. */
  fault(source: 'requests', error: unknown): void;
  /** No request waits for its answer any more. */
  answered(): void;
}

/** A request, as its handler has it. */
class ServedRequest implements IncomingRequest {
  readonly id: number;
  readonly method: string;
  readonly params: unknown;
  readonly since: number;
  /** Made when needed: a controller costs more than the rest of a request. */
  #controller: AbortController | undefined;
  #isAbandoned = false;

  constructor(id: number, method: string, params: unknown, since: number) {
    this.id = id;
    this.method = method;
    this.params = params;
    this.since = since;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#isAbandoned) this.#controller.abort();
    return this.#controller.signal;
  }

  abandon(): void {
    this.#isAbandoned = true;
    this.#controller?.abort();
  }
}

export class Requests {
  readonly #owner: RequestsOwner;
  readonly #limits: Limits;
  /** Those without an answer, by id, oldest first. */
  readonly #pending = new Map<number, ServedRequest>();
  /** Handlers that have not settled, also of requests that were answered without them. */
  #running = 0;
  /** Cancelled requests whose handlers have not settled. Made when needed. */
  #cancelled: Set<ServedRequest> | undefined;
  #isDiscarded = false;
  /** Made when needed. */
  #endListeners: (() => void)[] | undefined;

  constructor(owner: RequestsOwner, limits: Limits) {
    this.#owner = owner;
    this.#limits = limits;
  }

  /** Whether a request waits for its answer. */
  get isPending(): boolean {
    return this.#pending.size > 0;
  }

  /** Whether nothing is left to remember. */
  get isEmpty(): boolean {
    return this.#pending.size === 0 && this.#running === 0 && !this.#endListeners;
  }

  /** Serves a request, or answers why not. */
  serve(id: number, method: string, params: unknown): void {
    if (this.#pending.has(id)) this.#refuse(id, 'idInUse');
    else if (this.#running >= this.#limits.requests) this.#refuse(id, 'tooManyRequests');
    else this.#start(id, method, params);
  }

  /** Answers a request without its handler. */
  cancel(id: number): void {
    const request = this.#pending.get(id);
    if (!request) return;
    this.#cancelled ??= new Set();
    this.#cancelled.add(request);
    this.#giveUp(request, 'cancelled');
  }

  /** Answers the requests that take too long, and reports each handler that has not settled by then, once. */
  swept(): void {
    for (const request of this.#pending.values()) {
      if (!this.#isLate(request)) break;
      this.#giveUp(request, 'timedOut');
      this.#reportUnsettled(request);
    }
    for (const request of this.#cancelled ?? []) {
      if (!this.#isLate(request)) continue;
      this.#cancelled?.delete(request);
      this.#reportUnsettled(request);
    }
  }

  /** The client is not signed in any more: nothing is answered, and what settles later is ignored. */
  discard(): void {
    this.#isDiscarded = true;
    const requests = [...this.#pending.values()];
    this.#pending.clear();
    for (const request of requests) request.abandon();
    for (const listener of this.#endListeners ?? []) this.#callSafely(listener);
  }

  /** Calls the listener when the client is not signed in any more. */
  onEnd(listener: () => void): void {
    this.#endListeners ??= [];
    this.#endListeners.push(listener);
  }

  #callSafely(listener: () => void): void {
    try {
      const result: unknown = listener();
      promiseOf(result)?.then(undefined, (error) => this.#owner.fault('requests', error));
    } catch (error) {
      this.#owner.fault('requests', error);
    }
  }

  #start(id: number, method: string, params: unknown): void {
    const request = new ServedRequest(id, method, params, this.#owner.now);
    try {
      const result = this.#owner.callHandler(request);
      if (isPromiseLike(result)) this.#await(request, result);
      else this.#owner.respond({ type: 'response', id, result });
    } catch (error) {
      this.#fail(id, error);
    }
  }

  #await(request: ServedRequest, result: PromiseLike<unknown>): void {
    const { id } = request;
    this.#pending.set(id, request);
    this.#running += 1;
    const settle = (answer: () => void): void => {
      this.#running -= 1;
      this.#cancelled?.delete(request);
      // Another request may have the id by now.
      const isWanted = this.#pending.get(id) === request;
      if (isWanted) {
        this.#pending.delete(id);
        answer();
      }
      if (!this.#isDiscarded) this.#owner.answered();
    };
    // A promise of the language settles once, and its `then` does not throw.
    Promise.resolve(result).then(
      (value) => settle(() => this.#owner.respond({ type: 'response', id, result: value })),
      (error) => settle(() => this.#fail(id, error)),
    );
  }

  #isLate({ since }: ServedRequest): boolean {
    return this.#owner.now - since >= this.#limits.requestMs;
  }

  /** Its place is not free before it settles, since its work goes on: a client could else start more work without a bound. */
  #reportUnsettled({ method }: ServedRequest): void {
    const { requestMs, requests } = this.#limits;
    const held = `it holds one of the ${requests} places for requests of this session until it settles`;
    this.#owner.fault(
      'requests',
      new Error(`the handler of ${method} has not settled for ${requestMs} ms: ${held}`),
    );
  }

  #giveUp(request: ServedRequest, code: RequestErrorCode): void {
    this.#pending.delete(request.id);
    this.#refuse(request.id, code);
    request.abandon();
    this.#owner.answered();
  }

  #refuse(id: number, code: RequestErrorCode): void {
    this.#owner.respond({ type: 'requestFailed', id, error: requestFailure(code) });
  }

  #fail(id: number, error: unknown): void {
    if (error instanceof RequestError) this.#owner.respond({ type: 'requestFailed', id, error });
    else {
      this.#owner.fault('requests', error);
      this.#refuse(id, 'internal');
    }
  }
}
