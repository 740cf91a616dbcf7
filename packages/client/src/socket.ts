/**
 * The WebSocket that a session is given: what browsers', Node's and `ws` have in common, and no more of it.
 *
 * Nothing here decides. A connection tells of its opening, of messages and of its end, once; and nothing once it is dropped.
 */
import { type Data, reasons } from '@sallyport/protocol';

interface SocketEvent {
  readonly type: string;
  readonly data?: unknown;
  readonly code?: number;
  readonly reason?: string;
}

export interface Socket {
  binaryType: string;
  /** Not from memory that is shared, which browsers' refuse. */
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
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

export class Connection {
  readonly #socket: Socket;
  #listener: Listener | undefined;

  /** Throws what the class throws. */
  constructor(Class: SocketClass, url: string, subprotocol: string | undefined, listener: Listener) {
    this.#socket = new Class(url, subprotocol === undefined ? [] : [subprotocol]);
    this.#socket.binaryType = 'arraybuffer';
    this.#listener = listener;
    this.#socket.addEventListener('open', () => this.#listener?.opened());
    this.#socket.addEventListener('message', ({ data }) => {
      if (typeof data === 'string') this.#listener?.received(data);
      else if (data instanceof ArrayBuffer) this.#listener?.received(new Uint8Array(data));
    });
    // The close comes after it and says as much; but `ws` throws what nobody listens to.
    this.#socket.addEventListener('error', () => {});
    this.#socket.addEventListener('close', ({ code = 1006, reason = '' }) => {
      const told = this.#listener;
      this.#listener = undefined;
      told?.closed(code, reason);
    });
  }

  send(data: Data): void {
    const isOwn = typeof data === 'string' || data.buffer instanceof ArrayBuffer;
    this.#socket.send(isOwn ? (data as string | Uint8Array<ArrayBuffer>) : new Uint8Array(data));
  }

  close(): void {
    this.#socket.close(reasons.clientLeft.code, reasons.clientLeft.text);
  }

  /** Leaves it to itself, with a close frame for whoever is still there. */
  drop(): void {
    if (!this.#listener) return;
    this.#listener = undefined;
    this.close();
  }
}
