/**
 * A connection without a transport: writes down what it is told, and holds the core to its side of the contract.
 *
 * A call before `opened()` or after `closed()` throws, so that a test which causes one fails.
 */
import type { Data } from '@sallyport/protocol';
import type { Connection, Receiver, SendResult } from '../ports/connection.ts';

export type Recorded =
  | { readonly sent: Data }
  | { readonly ping: true }
  | { readonly close: number; readonly reason: string }
  | { readonly terminated: true };

export class RecordingConnection implements Connection {
  /** All that went out, in order. */
  readonly recorded: Recorded[] = [];
  /** What the next sends come to, and what is then unsent; a function sees what is sent. */
  sendResult: SendResult | ((data: Data) => SendResult) = 'sent';
  bufferedAmount = 0;
  /** A client that answers a close frame at once, from inside `close` as some transports do. */
  answersClose = false;
  /** A client that answers pings, and so is never taken for silent. */
  answersPings = false;
  #receiver: Receiver | undefined;
  #isUsable = false;

  /** Ties it to what `sessions.open` returned, and opens it. */
  opened(receiver: Receiver): void {
    this.#receiver = receiver;
    this.#isUsable = true;
    receiver.opened();
  }

  /** The client, or the network, ended it. */
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
    if (!this.#isUsable) throw new Error(`called when it was not open: ${JSON.stringify(what)}`);
    this.recorded.push(what);
  }
}
