/**
 * The requests of a client's session: each is sent, answered or rejected once. None is a state of the machine.
 *
 * A request waits until the session is ready and a place is free: a server works on a bounded number at once. A request that is
 * aborted or takes too long keeps its place until the server has answered the cancellation.
 * Proven by: test/requests.test.ts.
 */
import { type ClientMessage, type Data, RequestError, type RequestFailure } from '@sallyport/protocol';
import { type Clock, LONGEST_MS } from './clock.ts';
import type { EndReason } from './facts.ts';
import { checkedRequest, type RequestOptions } from './request-options.ts';
import { NotSentError, RequestLostError } from './session-errors.ts';

/** What the requests need of their session. */
interface RequestsOwner {
  readonly state: string;
  /** Whether a request can be sent, has to wait, or can neither. */
  readonly readiness: 'ready' | 'bufferFull' | 'waiting' | 'ended';
  /** Throws a `TypeError` for parameters that are not JSON. Undefined if the protocol has no requests. */
  encode(message: ClientMessage): Data | undefined;
  /** Never throws. The connection may be lost by it. */
  transmit(data: Data | undefined): void;
}

interface Settings {
  readonly clock: Clock;
  /** Requests that the server may work on at once. */
  readonly concurrent: number;
  /** Requests that may be pending, sent or not. */
  readonly pending: number;
}

interface Pending {
  readonly id: number;
  readonly method: string;
  readonly data: Data;
  readonly isIdempotent: boolean;
  /** Settles the promise, once. Returns false if it was settled before. */
  readonly settle: (outcome: { readonly result: unknown } | { readonly error: unknown }) => boolean;
  isSettled: boolean;
  wasSent: boolean;
}

export class Requests {
  readonly #owner: RequestsOwner;
  readonly #settings: Settings;
  /** In the order of the calls. */
  #waiting: Pending[] = [];
  /** Sent and not answered, by id. */
  readonly #sent = new Map<number, Pending>();
  #lastId = 0;

  constructor(owner: RequestsOwner, settings: Settings) {
    this.#owner = owner;
    this.#settings = settings;
  }

  async request(method: string, params: unknown, given: RequestOptions | undefined): Promise<unknown> {
    const options = checkedRequest(method, given);
    options.signal?.throwIfAborted();
    const id = this.#lastId + 1;
    const data = this.#owner.encode({ type: 'request', id, method, params });
    if (data === undefined)
      throw new TypeError(
        "The text protocol has no requests: use the protocol 'json' (an option of connect)",
      );
    if (this.#owner.readiness === 'ended') throw new NotSentError('ended', this.#owner.state);
    if (this.#waiting.length + this.#sent.size >= this.#settings.pending)
      throw new RequestError('tooManyRequests', `${this.#settings.pending} requests are pending already`);
    this.#lastId = id;
    return new Promise((resolve, reject) => {
      this.#waiting.push(this.#pending(id, method, data, options, resolve, reject));
      this.proceed();
    });
  }

  /** Sends the requests that wait, as far as places are free. */
  proceed(): void {
    while (this.#sent.size < this.#settings.concurrent) {
      const { readiness } = this.#owner;
      if (readiness !== 'ready' && readiness !== 'bufferFull') return;
      const request = this.#waiting.shift();
      if (!request) return;
      if (readiness === 'bufferFull') {
        request.settle({ error: new NotSentError('bufferFull', this.#owner.state) });
        continue;
      }
      request.wasSent = true;
      this.#sent.set(request.id, request);
      this.#owner.transmit(request.data);
    }
  }

  /** The server has answered. An answer to a request that does not wait is ignored. */
  answered(id: number, outcome: { readonly result: unknown } | { readonly error: RequestFailure }): void {
    const request = this.#sent.get(id);
    if (!request) return;
    this.#sent.delete(id);
    if ('error' in outcome) {
      const { code, message, data } = outcome.error;
      request.settle({ error: new RequestError(code, message, data) });
    } else request.settle(outcome);
    this.proceed();
  }

  /** The connection is lost. Requests that may run twice are sent again on the next connection, before those that wait. */
  lost(reason: EndReason): void {
    const sent = [...this.#sent.values()].filter(({ isSettled }) => !isSettled);
    this.#sent.clear();
    this.#waiting.unshift(...sent.filter(({ isIdempotent }) => isIdempotent));
    for (const { isIdempotent, method, settle } of sent)
      if (!isIdempotent) settle({ error: new RequestLostError(method, reason) });
  }

  /** The session does not connect again unless the program resumes it. */
  end(reason: EndReason): void {
    this.lost(reason);
    for (const { method, settle, wasSent } of this.#waiting.splice(0))
      settle({
        error: wasSent ? new RequestLostError(method, reason) : new NotSentError('ended', this.#owner.state),
      });
  }

  #pending(
    id: number,
    method: string,
    data: Data,
    { signal, timeoutMs, idempotent }: RequestOptions & { readonly timeoutMs: number },
    resolve: (result: unknown) => void,
    reject: (error: unknown) => void,
  ): Pending {
    const { clock } = this.#settings;
    const timer =
      timeoutMs === Number.POSITIVE_INFINITY
        ? undefined
        : clock.setTimeout(
            () => this.#giveUp(pending, new RequestError('timedOut', `no answer within ${timeoutMs} ms`)),
            Math.min(timeoutMs, LONGEST_MS),
          );
    const onAbort = () => this.#giveUp(pending, signal?.reason);
    signal?.addEventListener('abort', onAbort);
    const pending: Pending = {
      id,
      method,
      data,
      isIdempotent: idempotent ?? false,
      isSettled: false,
      wasSent: false,
      settle: (outcome) => {
        if (pending.isSettled) return false;
        pending.isSettled = true;
        signal?.removeEventListener('abort', onAbort);
        if (timer !== undefined) clock.clearTimeout(timer);
        if ('error' in outcome) reject(outcome.error);
        else resolve(outcome.result);
        return true;
      },
    };
    return pending;
  }

  /** Rejects a request, and tells the server if it has it. */
  #giveUp(request: Pending, error: unknown): void {
    if (!request.settle({ error })) return;
    if (this.#sent.get(request.id) === request)
      this.#owner.transmit(this.#owner.encode({ type: 'cancel', id: request.id }));
    else this.#waiting = this.#waiting.filter((one) => one !== request);
  }
}
