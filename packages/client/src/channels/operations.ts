/**
 * The operations of a client on its channels: each is sent when the session is ready and a place is free, and answered once.
 *
 * An operation that the connection took away is told so (`lost`). Not bounded here: a channel has one subscribe or unsubscribe, and
 * `publishing.ts` bounds the others. Proven by: test/channels/publishing.test.ts.
 */
import {
  type ChannelResult,
  decodeResponse,
  encodeCancel,
  type ReceivedPublication,
  RequestError,
} from '@sallyport/protocol';

import type { SessionLink } from '../extension.ts';

/** How an operation ended. `lost`: the connection closed before its answer came. */
export type OperationOutcome =
  | { readonly result: ChannelResult<ReceivedPublication> }
  | { readonly error: RequestError }
  | 'lost';

interface Pending {
  /** The text of the message. Its id is given when it is made. */
  readonly text: string;
  readonly id: number;
  readonly done: (outcome: OperationOutcome) => void;
}

/** Operations that the server may work on at once. It allows 16 together with requests. */
const CONCURRENT = 4;

export class Operations {
  readonly #link: SessionLink;
  readonly #waiting: Pending[] = [];
  /** Sent and not answered, by id. */
  readonly #sent = new Map<number, Pending>();

  constructor(link: SessionLink) {
    this.#link = link;
  }

  /** Starts an operation. `encode` gives its message. Returns its id. */
  start(encode: (id: number) => string, done: (outcome: OperationOutcome) => void): number {
    const id = this.#link.nextId();
    this.#waiting.push({ id, text: encode(id), done });
    this.send();
    return id;
  }

  /** Takes back an operation: one that was sent is cancelled on the server, which answers it. */
  cancel(id: number): void {
    const index = this.#waiting.findIndex((one) => one.id === id);
    if (index >= 0) this.#waiting.splice(index, 1)[0]?.done({ error: new RequestError('cancelled') });
    else if (this.#sent.has(id)) this.#link.transmit(encodeCancel(id));
  }

  /** Sends what waits, as far as places are free. */
  send(): void {
    while (this.#sent.size < CONCURRENT && this.#link.readiness === 'ready') {
      const operation = this.#waiting.shift();
      if (!operation) return;
      this.#sent.set(operation.id, operation);
      this.#link.transmit(operation.text);
    }
  }

  /** The server has answered. Returns whether the operation was one of these. */
  answered(id: number, outcome: OperationOutcome): boolean {
    const operation = this.#sent.get(id);
    if (!operation) return false;
    this.#sent.delete(id);
    operation.done(outcome);
    this.send();
    return true;
  }

  /** Reads the error of an operation among the messages of the server. */
  failed(fields: Parameters<typeof decodeResponse>[0]): void {
    const response = decodeResponse(fields);
    if (!response || !('error' in response)) return;
    const { code, message, data } = response.error;
    this.answered(response.id, { error: new RequestError(code, message, data) });
  }

  /** The connection is lost, with all that was sent or waited. */
  lost(): void {
    const all = [...this.#sent.values(), ...this.#waiting.splice(0)];
    this.#sent.clear();
    for (const { done } of all) done('lost');
  }
}
