/**
 * Records the messages of the page's WebSockets. A page sees whole messages; the browser hides frames, pings and pongs.
 *
 * It keeps the last 1000, and at most 8 MiB. Proven by: test/recorder.test.ts, tests/browser/frames.test.ts.
 */
import type { SocketClass } from '@sallyport/client';
import type { Data } from '@sallyport/protocol';
import { bytesOf, type Connection, type Frame } from './frame.ts';
import { withoutSecrets } from './secrets.ts';

const MOST_FRAMES = 1_000;
const MOST_BYTES = 8 * 1_048_576;

export class Recorder {
  readonly frames: Frame[] = [];
  /** How many old messages were dropped. */
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

  /** Removes the secrets from all recorded messages. Call at sign-out. */
  redactSecrets(): void {
    for (const [at, frame] of this.frames.entries()) {
      const data = withoutSecrets(frame.data, frame.isCredentials);
      if (data !== frame.data) this.frames[at] = { ...frame, data };
    }
    this.#listener();
  }

  /** A WebSocket class that records its messages. `isSignedIn`: what the page sends is not credentials. */
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
        const sent = typeof data === 'string' ? data : copyOf(data);
        const type = typeof sent === 'string' ? 'text' : 'binary';
        recorder.note(this.#connection, 'sent', type, sent, !isSignedIn());
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

/** A copy: the caller may change its bytes after `send`. */
function copyOf(data: BufferSource): Uint8Array {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice()
    : new Uint8Array(data).slice();
}
