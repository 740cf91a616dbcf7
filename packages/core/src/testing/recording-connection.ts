/**
 * A connection without a transport, for tests. It records every call of the core.
 *
 * A call before `opened()` or after `closed()` breaks the contract, and throws.
 */
import type { Data } from '@sallyport/protocol';
import type { Connection, Receiver, SendResult } from '../ports/connection.ts';

/** One call of the core to a connection. */
export type Recorded =
  | { readonly sent: Data }
  | { readonly ping: true }
  | { readonly close: number; readonly reason: string }
  | { readonly terminated: true };

/** A connection that records what the core sends. A test plays the client. */
export class RecordingConnection implements Connection {
  /** All calls so far, in order. */
  readonly recorded: Recorded[] = [];
  /** The result of the next sends; a function gets the message. Default: `sent`. */
  sendResult: SendResult | ((data: Data) => SendResult) = 'sent';
  /** Unsent bytes, as a test sets them. Default 0. */
  bufferedAmount = 0;
  /** Whether the client answers a close frame at once, from inside `close` as in some transports. Default: false. */
  answersClose = false;
  /** Whether the client answers pings, and so never counts as silent. Default: false. */
  answersPings = false;
  #receiver: Receiver | undefined;
  #isUsable = false;

  /** Connects it to the receiver that `sessions.open` returned, and opens it. */
  opened(receiver: Receiver): void {
    this.#receiver = receiver;
    this.#isUsable = true;
    receiver.opened();
  }

  /** Closes it, as the client or the network would. Default code: 1006, without a close frame. */
  closed(code = 1006): void {
    this.#isUsable = false;
    this.#receiver?.closed(code, '');
  }

  send(data: Data): SendResult {
    this.#use({ sent: data });
    return typeof this.sendResult === 'function' ? this.sendResult(data) : this.sendResult;
  }

  ping(): void {
    this.#use({ ping: true });
    if (this.answersPings) this.#receiver?.ponged();
  }

  close(code: number, reason: string): void {
    this.#use({ close: code, reason });
    if (this.answersClose) this.closed(code);
  }

  terminate(): void {
    this.#use({ terminated: true });
    this.closed(1006);
  }

  #use(what: Recorded): void {
    if (!this.#isUsable)
      throw new Error(
        `core called the connection before opened() or after closed(): ${JSON.stringify(what)}`,
      );
    this.recorded.push(what);
  }
}
