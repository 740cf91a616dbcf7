/**
 * Lines of text over TCP or TLS, for `nc` and `openssl s_client` (`main.ts`). Written from docs/writing-an-adapter.md alone.
 *
 * A line is a message. There are no bytes, no pings and no close codes: a text of several lines arrives as several, bytes
 * go out as the text they are in UTF-8, and a goodbye is the end of the stream.
 */
import type { Server, Socket } from 'node:net';
import type { Connection, Peer, Receiver, SendResult, Sessions } from '@sallyport/core';
import type { Data, Protocol } from '@sallyport/protocol';

const [LINE_FEED, CARRIAGE_RETURN] = [10, 13];

class LineConnection implements Connection {
  readonly #socket: Socket;
  readonly #receiver: Receiver;
  /** Past it a line is handed over unfinished, so that the core says what it says of one that is too big. */
  readonly #longest: number;
  /** The pieces of a line that is not whole yet. */
  #pieces: Buffer[] = [];
  #size = 0;
  #isBuffering = false;
  #isClosed = false;

  constructor(socket: Socket, sessions: Sessions, peer: Peer, protocol: Protocol) {
    this.#socket = socket;
    this.#longest = Math.max(sessions.limits.messageBytes, sessions.limits.credentialBytes);
    this.#receiver = sessions.open(this, peer, protocol);
    socket
      .setNoDelay(true)
      .on('data', (chunk) => this.#take(chunk))
      // The peer's goodbye; ours follows, after all that was sent.
      .on('end', () => socket.end())
      // `close` follows, and says it.
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

  /** Hands a line over as a text of its own. The socket goes on reading after our goodbye, and before the end nobody has. */
  #hand(): void {
    const line = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#size = 0;
    // Terminals of some systems end a line with CR LF.
    const whole = line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line;
    if (!this.#isClosed) this.#receiver.receive(whole.toString(), whole.length);
  }
}

/** What it says is not heard, and its end is not waited for: else who is refused could stay. */
function refuse(socket: Socket, text: string): void {
  socket.on('error', () => {}).on('finish', () => socket.destroy());
  socket.resume().end(`${text}\n`);
}

/** Sallyport on a server of `node:net` or `node:tls`. It must be made with `allowHalfOpen`, for the goodbyes. */
export function attach(server: Server, sessions: Sessions): void {
  // Of a TLS server, `connection` is what is not encrypted yet.
  const event = 'setSecureContext' in server ? 'secureConnection' : 'connection';
  server.on(event, (socket: Socket) => {
    // The upgrade of this transport: without a request, all there is to ask is whether anybody is let in.
    const admission = sessions.admit({
      // Of a server of both, Node writes IPv4 as IPv6; and zones behind a `%`.
      address: (socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '').replace(/%.*$/, ''),
      ...{ origin: undefined, host: undefined, protocols: undefined, version: '13' },
    });
    if ('protocol' in admission) new LineConnection(socket, sessions, admission.peer, admission.protocol);
    else refuse(socket, admission.text);
  });
}
