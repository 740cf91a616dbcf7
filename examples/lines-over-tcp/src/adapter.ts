/**
 * Lines of text over TCP or TLS, for `nc` and `openssl s_client` (`main.ts`). Written from docs/writing-an-adapter.md alone.
 *
 * A line is a message. There are no binary messages, no pings and no close codes: a text of several lines arrives as several
 * messages, bytes go out as UTF-8 text, and the end of the stream stands for a close frame.
 */
import type { Server, Socket } from 'node:net';
import type { Connection, NewPeer, Receiver, SendResult, Sessions } from '@sallyport/core';
import type { Data, Protocol } from '@sallyport/protocol';

const [LINE_FEED, CARRIAGE_RETURN] = [10, 13];

class LineConnection implements Connection {
  readonly #socket: Socket;
  readonly #receiver: Receiver;
  /** Bytes of a line past which it goes to the core unfinished, so that the core ends the session for its size. */
  readonly #longest: number;
  /** The pieces of the line that has not ended yet. */
  #pieces: Buffer[] = [];
  #size = 0;
  #isBuffering = false;
  #isClosed = false;

  constructor(socket: Socket, sessions: Sessions, peer: NewPeer, protocol: Protocol) {
    this.#socket = socket;
    this.#longest = Math.max(sessions.limits.messageBytes, sessions.limits.credentialBytes);
    this.#receiver = sessions.open(this, peer, protocol);
    socket
      .setNoDelay(true)
      .on('data', (chunk) => this.#take(chunk))
      // The peer has closed its side. Ours follows after everything that was sent.
      .on('end', () => socket.end())
      // `close` follows and reports it.
      .on('error', () => {})
      .on('close', (hadError) => this.#closed(hadError));
    this.#receiver.opened();
  }

  send(data: Data): SendResult {
    if (!this.#socket.writable) return 'sent';
    // Both in one write.
    this.#socket.cork();
    this.#socket.write(data);
    this.#socket.write('\n', this.#written);
    this.#socket.uncork();
    if (this.bufferedAmount === 0) return 'sent';
    this.#isBuffering = true;
    return 'buffered';
  }
  ping(): void {}
  close(): void {
    this.#socket.end();
  }
  terminate(): void {
    this.#socket.destroy();
  }
  get bufferedAmount(): number {
    return this.#socket.writableLength;
  }

  readonly #written = (): void => {
    if (!this.#isBuffering || this.#isClosed || this.bufferedAmount > 0) return;
    this.#isBuffering = false;
    this.#receiver.drained();
  };

  #closed(hadError: boolean): void {
    this.#isClosed = true;
    this.#receiver.closed(hadError || !this.#socket.readableEnded ? 1006 : 1005, '');
  }

  #take(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      this.#keep(chunk.subarray(start, end));
      this.#hand();
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
    if (this.#size > this.#longest + 1) this.#hand();
  }

  #keep(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#size += piece.length;
  }

  /** Passes a line to the core. The socket also reads after `close()`, until the connection has closed. */
  #hand(): void {
    const line = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#size = 0;
    // Terminals of some systems end a line with CR LF.
    const whole = line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line;
    if (!this.#isClosed) this.#receiver.receive(whole.toString(), whole.length);
  }
}

/** Does not read, and does not wait for the client to close: otherwise a refused client could stay connected. */
function refuse(socket: Socket, text: string): void {
  socket.on('error', () => {}).on('finish', () => socket.destroy());
  socket.resume().end(`${text}\n`);
}

/** Sallyport on a server of `node:net` or `node:tls`. Make it with `allowHalfOpen`, so that each side can close by itself. */
export function attach(server: Server, sessions: Sessions): void {
  // On a TLS server `connection` comes before the encryption, which may fail: Node 24 then leaves the socket open.
  server.on('tlsClientError', (_: Error, socket: Socket) => socket.destroy());
  const event = 'setSecureContext' in server ? 'secureConnection' : 'connection';
  server.on(event, (socket: Socket) => {
    const admission = sessions.admit({
      // Node writes IPv4 addresses as IPv6 on a server of both, and appends a zone after `%`.
      address: (socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '').replace(/%.*$/, ''),
      ...{ origin: undefined, host: undefined, protocols: undefined, version: '13' },
    });
    if ('protocol' in admission) new LineConnection(socket, sessions, admission.peer, admission.protocol);
    else refuse(socket, admission.text);
  });
}
