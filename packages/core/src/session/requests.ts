/**
 * The requests of one session that the server works on, and its operations on channels: each is answered once, in any order, or given up when the client is not
 * signed in any more.
 *
 * A session has this object only while a handler is at work or user code waits for the end (`onEnd`). A handler that returns at once
 * never needs one.
 * Proven by: test/session/requests.test.ts, test/session/request-walks.test.ts.
 */
import {
  type Answer,
  type ChannelOperation,
  type ChannelResult,
  isRequestError,
  type RequestErrorCode,
  requestFailure,
} from '@sallyport/protocol';
import type { Limits } from '../limits.ts';
import type { ChannelRequest } from '../ports/channels.ts';
import { promiseOf } from '../ports/observer.ts';
import type { IncomingRequest } from '../ports/requests.ts';
import { isPromiseLike } from '../promise-like.ts';
import { ServedOperation } from './served-operation.ts';
import { ServedRequest } from './served-request.ts';

/** The answer to a request. */
export type RequestAnswer = Extract<
  Answer,
  { readonly type: 'response' | 'requestFailed' | 'channelResult' }
>;

/** What the requests need of their session. */
export interface RequestsOwner {
  /** The time of the sweep, in milliseconds. */
  readonly now: number;
  /** Calls the handler. */
  callHandler(request: IncomingRequest): unknown;
  /** Calls the service of channels. */
  callService(request: ChannelRequest): unknown;
  /** Sends the answer, or one that says why it cannot be sent. Returns whether the answer went out as given. */
  respond(answer: RequestAnswer): boolean;
  /** Reports an error of the handler or the service. */
  fault(source: 'requests' | 'channels', error: unknown): void;
  /** No request waits for its answer any more. */
  answered(): void;
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
    if (this.#admits(id)) this.#start(id, method, params);
  }

  /** Serves an operation on a channel, or answers why not. */
  operate(id: number, operation: ChannelOperation): void {
    if (!this.#admits(id)) return;
    const pending = new ServedRequest(id, operation.type, operation, this.#owner.now);
    const request = new ServedOperation(operation, pending, this);
    this.#began(pending);
    try {
      const result = this.#owner.callService(request);
      promiseOf(result)?.then(undefined, (error) => request.threw(error));
    } catch (error) {
      request.threw(error);
    }
  }

  /** The service has answered an operation. Returns whether the answer went out as given. */
  succeeded(request: ServedRequest, result: ChannelResult): boolean {
    const { id } = request;
    return this.#settled(request, () => this.#owner.respond({ type: 'channelResult', id, result }));
  }

  /** The service has answered an operation with an error. Returns whether that went out. */
  failed(request: ServedRequest, error: unknown): boolean {
    return this.#settled(request, () => this.#fail(request.id, error, 'channels'));
  }

  /** No client hears of it, so the operator does. */
  failedLate(error: unknown): void {
    this.#owner.fault('channels', error);
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
    this.#began(request);
    // A promise of the language settles once, and its `then` does not throw.
    Promise.resolve(result).then(
      (value) => this.#settled(request, () => this.#owner.respond({ type: 'response', id, result: value })),
      (error) => this.#settled(request, () => this.#fail(id, error)),
    );
  }

  /** Whether a request with this id may start. Answers why not. */
  #admits(id: number): boolean {
    const isInUse = this.#pending.has(id);
    const isAdmitted = !isInUse && this.#running < this.#limits.requests;
    if (!isAdmitted) this.#refuse(id, isInUse ? 'idInUse' : 'tooManyRequests');
    return isAdmitted;
  }

  #began(request: ServedRequest): void {
    this.#pending.set(request.id, request);
    this.#running += 1;
  }

  /** The work on a request has ended. Answers it if the answer is still wanted, and returns whether that went out as given. */
  #settled(request: ServedRequest, answer: () => boolean): boolean {
    this.#running -= 1;
    this.#cancelled?.delete(request);
    // Another request may have the id by now.
    const isWanted = this.#pending.get(request.id) === request;
    if (isWanted) this.#pending.delete(request.id);
    const isAnswered = isWanted && answer();
    if (!this.#isDiscarded) this.#owner.answered();
    return isAnswered;
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

  #refuse(id: number, code: RequestErrorCode): boolean {
    return this.#owner.respond({ type: 'requestFailed', id, error: requestFailure(code) });
  }

  #fail(id: number, error: unknown, source: 'requests' | 'channels' = 'requests'): boolean {
    if (isRequestError(error)) return this.#owner.respond({ type: 'requestFailed', id, error });
    this.#owner.fault(source, error);
    return this.#refuse(id, 'internal');
  }
}
