/**
 * One connection over a WebSocket class that is not ours: that of a browser, of Node, Deno or Bun, or of `ws`.
 *
 * Classes differ, so this file trusts them as little as it can. A connection reports its opening, its messages and its end, each
 * at the right time and the end once, whatever events the class fires. A dropped connection reports nothing.
 * Proven by: test/socket.test.ts, test/over-ws.test.ts, test/runtimes.test.ts.
 */
import { type Data, reasons } from '@sallyport/protocol';
import type { Clock } from './clock.ts';

interface SocketEvent {
  readonly type: string;
  readonly data?: unknown;
  readonly code?: number;
  readonly reason?: string;
}

/** Bytes in memory that is not shared: browsers refuse to send shared memory. */
type OwnBytes = Uint8Array & { readonly buffer: ArrayBuffer };

/** The part of a WebSocket that the client uses. */
export interface Socket {
  /** The client sets it to `arraybuffer`. */
  binaryType: string;
  /** Bytes that were sent and that the network has not taken yet. A class without it counts as 0. */
  readonly bufferedAmount?: number;
  /** Sends a message of text or bytes. */
  send(data: string | OwnBytes): void;
  /** Starts the close handshake, or gives up an opening. */
  close(code?: number, reason?: string): void;
  /** Adds a listener. The client adds its listeners once, right after the construction. */
  addEventListener(
    type: 'open' | 'message' | 'close' | 'error',
    listener: (event: SocketEvent) => void,
  ): void;
}

/** A class of WebSockets, such as `globalThis.WebSocket`. */
export type SocketClass = new (url: string, protocols: string[]) => Socket;

interface Listener {
  opened(): void;
  received(data: Data): void;
  closed(code: number, text: string): void;
}

const LOST = 1006;
/** How long after an `error` on an open connection its `close` may come. */
const CLOSE_AFTER_ERROR_MS = 1_000;

export class Connection {
  readonly #socket: Socket;
  #listener: Listener | undefined;
  #isOpen = false;

  /** Throws what the class throws. */
  constructor(
    Class: SocketClass,
    url: string,
    subprotocol: string | undefined,
    clock: Clock,
    listener: Listener,
  ) {
    this.#socket = new Class(url, subprotocol === undefined ? [] : [subprotocol]);
    this.#socket.binaryType = 'arraybuffer';
    this.#listener = listener;
    this.#socket.addEventListener('open', () => {
      this.#isOpen = true;
      this.#listener?.opened();
    });
    this.#socket.addEventListener('message', ({ data }) => {
      const message = messageIn(data);
      if (message !== undefined) this.#listener?.received(message);
    });
    // Before `open` this is the end: Node 22 fires no `close` then. After it the `close` has the code, if it comes.
    this.#socket.addEventListener('error', () => {
      if (!this.#isOpen) this.#end(LOST, '');
      else if (this.#listener) clock.setTimeout(() => this.#end(LOST, ''), CLOSE_AFTER_ERROR_MS);
    });
    this.#socket.addEventListener('close', ({ code, reason }) =>
      // A connection that did not open has no code of the server, though some classes invent one. Deno has 0 for a loss.
      this.#isOpen ? this.#end(code || LOST, reason ?? '') : this.#end(LOST, ''),
    );
  }

  get bufferedAmount(): number {
    return Number(this.#socket.bufferedAmount) || 0;
  }

  send(data: Data): void {
    const isOwn = typeof data === 'string' || tagOf(data.buffer) === '[object ArrayBuffer]';
    this.#socket.send(isOwn ? (data as string | OwnBytes) : new Uint8Array(data));
  }

  close(): void {
    this.#socket.close(reasons.clientLeft.code, reasons.clientLeft.text);
  }

  /** Closes the connection, with a close frame if a server is still there, and reports nothing more. */
  drop(): void {
    if (!this.#listener) return;
    this.#listener = undefined;
    try {
      this.close();
    } catch {
      // A class may refuse to close what is not open. There is nothing else to do about it.
    }
  }

  #end(code: number, text: string): void {
    const listener = this.#listener;
    this.#listener = undefined;
    listener?.closed(code, text);
  }
}

const tagOf = (value: unknown) => Object.prototype.toString.call(value);

/** Text or bytes; undefined for what is neither, such as a `Blob`. By the tag: bytes may come from another realm. */
function messageIn(data: unknown): Data | undefined {
  if (typeof data === 'string') return data;
  if (tagOf(data) === '[object ArrayBuffer]') return new Uint8Array(data as ArrayBuffer);
  if (!ArrayBuffer.isView(data)) return undefined;
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
}
