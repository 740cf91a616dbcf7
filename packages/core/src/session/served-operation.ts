/**
 * An operation on a channel, as the service has it. The service answers it once; the requests of the session know whether the answer
 * is still wanted.
 *
 * Proven by: test/session/channels.test.ts.
 */
import type { ChannelOperation, ChannelResult } from '@sallyport/protocol';
import type { ChannelRequest } from '../ports/channels.ts';
import type { ServedRequest } from './served-request.ts';

/** What an operation needs of the requests of its session. */
export interface OperationOwner {
  succeeded(request: ServedRequest, result: ChannelResult): boolean;
  failed(request: ServedRequest, error: unknown): boolean;
  /** The service threw, or rejected with, an error after it had given its answer. */
  failedLate(error: unknown): void;
}

export class ServedOperation implements ChannelRequest {
  readonly operation: ChannelOperation;
  readonly #request: ServedRequest;
  readonly #owner: OperationOwner;
  #isSettled = false;

  constructor(operation: ChannelOperation, request: ServedRequest, owner: OperationOwner) {
    this.operation = operation;
    this.#request = request;
    this.#owner = owner;
  }

  get signal(): AbortSignal {
    return this.#request.signal;
  }

  answer(result: ChannelResult): boolean {
    if (this.#isSettled) return false;
    this.#isSettled = true;
    return this.#owner.succeeded(this.#request, result);
  }

  /** The service threw, or rejected with, this. It is the answer, or a fault if there is an answer already. */
  threw(error: unknown): void {
    if (this.#isSettled) this.#owner.failedLate(error);
    else this.fail(error);
  }

  fail(error: unknown): boolean {
    if (this.#isSettled) return false;
    this.#isSettled = true;
    return this.#owner.failed(this.#request, error);
  }
}
