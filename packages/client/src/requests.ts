/**
 * The requests of a client's session: each is sent, answered or rejected once. None is a state of the machine.
 *
 * A request waits until the session is ready and a place is free: a server works on a bounded number at once. A request that is
 * aborted or takes too long keeps its place until the server has answered the cancellation.
 * Proven by: test/requests.test.ts.
 */
import { decodeResponse, encodeCancel, encodeRequest, type Fields, RequestError } from '@sallyport/protocol';
import { LONGEST_MS } from './clock.ts';
import type { ExtensionParts, SessionLink } from './extension.ts';
import type { EndReason } from './facts.ts';
import { checkedRequest, type RequestOptions } from './request-options.ts';
import { NotSentError, RequestLostError } from './session-errors.ts';

interface Settings {
  /** Requests that the server may work on at once. */
  readonly concurrent: number;
  /** Requests that may be pending, sent or not. */
  readonly pending: number;
}

/** What `requests()` adds to a session. */
export interface SessionRequests {
  /**
   * Sends a request, and resolves with its result. It waits until the session is ready and the server has a place for it
   * (`concurrent`). `params` is any JSON value, and `undefined` sends none.
   *
   * Rejects with a `RequestError` that the server answered, or with the code `timedOut` or `tooManyRequests` of this client; with a
   * `RequestLostError` if the connection closed before the answer, unless the request is `idempotent` and another connection can
   * follow; with the reason of `signal`; with a `NotSentError` if the session is over; with a `TypeError` for a wrong argument and in
   * the text protocol.
   */
  request(method: string, params?: unknown, options?: RequestOptions): Promise<unknown>;
}

interface Pending {
  readonly id: number;
  readonly method: string;
  readonly text: string;
  readonly isIdempotent: boolean;
  /** Settles the promise, once. Returns false if it was settled before. */
  readonly settle: (outcome: { readonly result: unknown } | { readonly error: unknown }) => boolean;
  isSettled: boolean;
  wasSent: boolean;
}

export class Requests implements ExtensionParts<SessionRequests> {
  readonly methods: SessionRequests = {
    request: (method, params, options) => this.#request(method, params, options),
  };
  readonly #link: SessionLink;
  readonly #settings: Settings;
  /** In the order of the calls. */
  #waiting: Pending[] = [];
  /** Sent and not answered, by id. */
  readonly #sent = new Map<number, Pending>();

  constructor(link: SessionLink, settings: Settings) {
    this.#link = link;
    this.#settings = settings;
  }

  /** Sends the requests that wait, as far as places are free. */
  ready(): void {
    while (this.#sent.size < this.#settings.concurrent) {
      const { readiness } = this.#link;
      if (readiness !== 'ready' && readiness !== 'bufferFull') return;
      const request = this.#waiting.shift();
      if (!request) return;
      if (readiness === 'bufferFull') {
        request.settle({ error: new NotSentError('bufferFull', this.#link.state) });
        continue;
      }
      request.wasSent = true;
      this.#sent.set(request.id, request);
      this.#link.transmit(request.text);
    }
  }

  /** An answer to a request that does not wait is ignored. */
  received(fields: Fields): void {
    const outcome = decodeResponse(fields);
    const request = outcome && this.#sent.get(outcome.id);
    if (!request) return;
    this.#sent.delete(request.id);
    if ('error' in outcome) {
      const { code, message, data } = outcome.error;
      request.settle({ error: new RequestError(code, message, data) });
    } else request.settle(outcome);
    this.ready();
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
  ended(reason: EndReason): void {
    this.lost(reason);
    for (const { method, settle, wasSent } of this.#waiting.splice(0))
      settle({
        error: wasSent ? new RequestLostError(method, reason) : new NotSentError('ended', this.#link.state),
      });
  }

  async #request(method: string, params: unknown, given: RequestOptions | undefined): Promise<unknown> {
    const options = checkedRequest(method, given);
    options.signal?.throwIfAborted();
    if (!this.#link.isExtensible)
      throw new TypeError(
        "The text protocol has no requests: use the protocol 'json' (an option of connect)",
      );
    const id = this.#link.nextId();
    const text = encodeRequest(id, method, params);
    if (this.#link.readiness === 'ended') throw new NotSentError('ended', this.#link.state);
    if (this.#waiting.length + this.#sent.size >= this.#settings.pending)
      throw new RequestError('tooManyRequests', `${this.#settings.pending} requests are pending already`);
    return new Promise((resolve, reject) => {
      this.#waiting.push(this.#pending(id, method, text, options, resolve, reject));
      this.ready();
    });
  }

  #pending(
    id: number,
    method: string,
    text: string,
    { signal, timeoutMs, idempotent }: RequestOptions & { readonly timeoutMs: number },
    resolve: (result: unknown) => void,
    reject: (error: unknown) => void,
  ): Pending {
    const { clock } = this.#link;
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
      text,
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
    if (this.#sent.get(request.id) === request) this.#link.transmit(encodeCancel(request.id));
    else this.#waiting = this.#waiting.filter((one) => one !== request);
  }
}
