/**
 * Sees everything that passes over the page's WebSockets, and keeps the last of it. A page sees messages, whole; the frames
 * that they came in, pings and pongs are the browser's own affair.
 *
 * Bounded in number and in bytes. Proven by: test/recorder.test.ts, tests/browser/frames.test.ts.
 */
import type { SocketClass } from '@sallyport/client';
import type { Data } from '@sallyport/protocol';
import { bytesOf, type Connection, type Frame } from './frame.ts';
import { withoutSecrets } from './secrets.ts';

const MOST_FRAMES = 1_000;
const MOST_BYTES = 8 * 1_048_576;

export class Recorder {
  readonly frames: Frame[] = [];
  /** Forgotten because there were more than are kept. */
  forgotten = 0;
  #bytes = 0;
  #connections = 0;
  #listener: () => void = () => {};

  onChange(listener: () => void): void {
    this.#listener = listener;
  }

  clear(): void {
    this.frames.length = 0;
    this.forgotten = 0;
    this.#bytes = 0;
    this.#listener();
  }

  /** Whoever signed in is gone: what they signed in with does not stay. */
  redactSecrets(): void {
    for (const [at, frame] of this.frames.entries()) {
      const data = withoutSecrets(frame.data, frame.isCredentials);
      if (data !== frame.data) this.frames[at] = { ...frame, data };
    }
    this.#listener();
  }

  /** A class of WebSockets that are seen. `isSignedIn` tells a message from credentials. */
  watch(Class: typeof WebSocket, isSignedIn: () => boolean): SocketClass {
    const recorder = this;
    return class extends Class {
      readonly #connection: Connection;

      constructor(url: string, protocols: string[]) {
        super(url, protocols);
        recorder.#connections += 1;
        const connection = { number: recorder.#connections, url, startedAt: Date.now(), subprotocol: '' };
        this.#connection = connection;
        const note = (direction: Frame['direction'], type: Frame['type'], data: Data) =>
          recorder.note(connection, direction, type, data, false);
        this.addEventListener('open', () => {
          connection.subprotocol = this.protocol;
          Object.assign(connection, { openedAt: Date.now() });
          note('sent', 'open', `${url} ${this.protocol || '(text protocol)'}`);
        });
        this.addEventListener('message', ({ data }) => {
          if (typeof data === 'string') note('received', 'text', data);
          else if (data instanceof ArrayBuffer) note('received', 'binary', new Uint8Array(data));
        });
        this.addEventListener('close', ({ code, reason }) => {
          Object.assign(connection, { closedAt: Date.now() });
          note('received', 'close', reason ? `${code} ${reason}` : String(code));
        });
      }

      override send(data: string | BufferSource): void {
        super.send(data);
        const said = typeof data === 'string' ? data : new Uint8Array(data as ArrayBuffer).slice();
        const type = typeof said === 'string' ? 'text' : 'binary';
        recorder.note(this.#connection, 'sent', type, said, !isSignedIn());
      }
    };
  }

  note(
    connection: Connection,
    direction: Frame['direction'],
    type: Frame['type'],
    data: Data,
    isCredentials: boolean,
  ): void {
    const { length } = bytesOf(data);
    this.frames.push({ connection, at: Date.now(), direction, type, data, length, isCredentials });
    this.#bytes += length;
    while (this.frames.length > MOST_FRAMES || this.#bytes > MOST_BYTES) {
      this.#bytes -= this.frames.shift()?.length ?? 0;
      this.forgotten += 1;
    }
    this.#listener();
  }
}
