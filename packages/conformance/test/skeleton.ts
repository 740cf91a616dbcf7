/** The skeleton on the page for adapters' authors, here so that it compiles. The library does not exist. */
import {
  type Connection,
  type NewPeer,
  type Receiver,
  type SendResult,
  type Sessions,
  UpgradeHeaders,
} from '@sallyport/core';
import type { Data, Protocol } from '@sallyport/protocol';

export interface LibrarySocket {
  readonly unsent: number;
  send(data: Data): void;
  ping(): void;
  end(code: number, reason: string): void;
  destroy(): void;
  onMessage(listener: (data: Data) => void): void;
  onSent(listener: () => void): void;
  onPong(listener: () => void): void;
  onError(listener: (error: Error) => void): void;
  onGone(listener: (code?: number, reason?: string) => void): void;
}
export interface LibraryRequest {
  readonly address: string;
  readonly headerLines: readonly (readonly [name: string, value: string])[];
  answer(status: number, headers: Readonly<Record<string, string>>, body: string): void;
  accept(subprotocol: string | undefined): LibrarySocket;
}
export interface LibraryServer {
  onRequest(listener: (request: LibraryRequest) => void): void;
}

// --- on the page

class SocketConnection implements Connection {
  readonly #socket: LibrarySocket;
  readonly #receiver: Receiver;
  #isBuffering = false;

  constructor(socket: LibrarySocket, sessions: Sessions, peer: NewPeer, protocol: Protocol) {
    this.#socket = socket;
    this.#receiver = sessions.open(this, peer, protocol); // 2
    socket.onMessage((data) => this.#receiver.receive(data, Buffer.byteLength(data))); // 4, 5
    socket.onSent(() => this.#sent()); // 10
    socket.onPong(() => this.#receiver.ponged()); // 12
    socket.onError(() => {}); // 15
    socket.onGone((code = 1006, reason = '') => this.#receiver.closed(code, reason)); // 15, 16
    this.#receiver.opened(); // 2, 3
  }

  send(data: Data): SendResult {
    this.#socket.send(data); // 8
    if (this.bufferedAmount === 0) return 'sent'; // 9
    this.#isBuffering = true;
    return 'buffered';
  }
  get bufferedAmount(): number {
    return this.#socket.unsent; // 10
  }
  ping(): void {
    this.#socket.ping(); // 12
  }
  close(code: number, reason: string): void {
    this.#socket.end(code, reason); // 13
  }
  terminate(): void {
    this.#socket.destroy(); // 14
  }

  #sent(): void {
    if (!this.#isBuffering || this.bufferedAmount > 0) return;
    this.#isBuffering = false;
    this.#receiver.drained();
  }
}

export function attach(server: LibraryServer, sessions: Sessions): void {
  server.onRequest((request) => {
    const headers = new UpgradeHeaders();
    for (const [name, value] of request.headerLines) headers.add(name, value);
    const admission = sessions.admit(headers.requestFrom(request.address)); // 1
    if ('status' in admission) return request.answer(admission.status, admission.headers, admission.text);
    const { peer, protocol } = admission;
    new SocketConnection(request.accept(protocol.subprotocol), sessions, peer, protocol);
  });
}
