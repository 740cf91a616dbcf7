/** The client's end of a connection of lines, for the conformance kit. */
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Arrival, RemotePeer } from '@sallyport/conformance';
import type { Data } from '@sallyport/protocol';

class LinePeer implements RemotePeer {
  answersClose = true;
  answersPings = true;
  readonly address: string | undefined;
  readonly #socket: Socket;
  readonly #isPlain: boolean;

  constructor(socket: Socket, isPlain: boolean, onArrival: (arrival: Arrival) => void) {
    this.address = socket.localAddress;
    this.#socket = socket;
    this.#isPlain = isPlain;
    let pieces: Buffer[] = [];
    socket
      .on('data', (chunk: Buffer) => {
        let start = 0;
        for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
          onArrival({ message: Buffer.concat([...pieces, chunk.subarray(start, end)]).toString() });
          pieces = [];
          start = end + 1;
        }
        pieces.push(chunk.subarray(start));
      })
      .on('end', () => {
        if (!socket.writable) return;
        onArrival({ close: 0, reason: '' });
        if (this.answersClose) socket.end();
      })
      .on('error', () => {})
      .on('close', () => onArrival({ end: true }));
  }

  sendMessages(...messages: readonly Data[]): void {
    this.#socket.write(messages.map((one) => `${one}\n`).join(''));
  }
  sendClose(): void {
    this.#socket.end();
  }
  cut(): void {
    // A TLS socket has no reset.
    if (this.#isPlain) this.#socket.resetAndDestroy();
    else this.#socket.destroy();
  }
  pause(): void {
    this.#socket.pause();
  }
  resume(): void {
    this.#socket.resume();
  }
}

export async function linePeer(port: number, ca: string | undefined, onArrival: (arrival: Arrival) => void) {
  const options = { port, host: '127.0.0.1', allowHalfOpen: true };
  const socket = ca ? connectTls({ ...options, ca, servername: 'localhost' }) : connectTcp(options);
  await new Promise<void>((resolve, reject) => {
    socket.once(ca ? 'secureConnect' : 'connect', resolve).once('error', reject);
  });
  socket.setNoDelay(true);
  return new LinePeer(socket, ca === undefined, onArrival);
}
