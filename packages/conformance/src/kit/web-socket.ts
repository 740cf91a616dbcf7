/** A WebSocket client on a plain TCP socket, for authors of adapters for WebSocket. */
import type { Socket } from 'node:net';
import type { Data } from '@sallyport/protocol';
import { type HandshakeOptions, type Target, upgrade } from '../wire/client.ts';
import {
  BINARY,
  CLOSE,
  closeFrame,
  type Frame,
  frame,
  frameLength,
  PING,
  PONG,
  parseFrame,
  TEXT,
} from '../wire/frames.ts';
import { type Arrival, Refused, type RemotePeer } from './transport.ts';

class WebSocketPeer implements RemotePeer {
  answersClose = true;
  answersPings = true;
  readonly protocol: string | undefined;
  readonly address: string | undefined;
  readonly #socket: Socket;
  readonly #onArrival: (arrival: Arrival) => void;
  /** The bytes that do not make a whole frame yet. */
  #bytes: Buffer;
  /** What came after `#bytes`. Joining each chunk at once would copy a large frame again and again. */
  #chunks: Buffer[] = [];
  #size: number;

  constructor(
    socket: Socket,
    protocol: string | undefined,
    rest: Buffer,
    onArrival: (arrival: Arrival) => void,
  ) {
    this.protocol = protocol;
    this.address = socket.localAddress;
    this.#socket = socket;
    this.#onArrival = onArrival;
    this.#bytes = rest;
    this.#size = rest.length;
    let hasEnded = false;
    const end = () => {
      if (!hasEnded) onArrival({ end: true });
      hasEnded = true;
    };
    // Not only `close`: it comes late on a socket with unsent bytes.
    socket.on('end', end).on('error', end).on('close', end);
    socket.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#size += chunk.length;
      this.#parse();
    });
    this.#parse();
  }

  sendMessages(...messages: readonly Data[]): void {
    this.#socket.write(Buffer.concat(messages.map((one) => frame(opcodeOf(one), one))));
  }
  sendFragments(...pieces: readonly Data[]): void {
    pieces.forEach((piece, i) => {
      const opcode = i === 0 ? opcodeOf(piece) : 0;
      this.#socket.write(frame(opcode, piece, { isFinal: i === pieces.length - 1 }));
    });
  }
  sendClose(code: number, reason: string): void {
    this.answersClose = false;
    this.#socket.write(code === NO_CODE ? frame(CLOSE, '') : closeFrame(code, reason));
  }
  cut(): void {
    // TLS has no reset.
    if ('encrypted' in this.#socket) this.#socket.destroy();
    else this.#socket.resetAndDestroy();
  }
  breakRules(): void {
    this.#socket.write(frame(NO_OPCODE, ''));
  }
  pause(): void {
    this.#socket.pause();
  }
  resume(): void {
    this.#socket.resume();
  }

  #parse(): void {
    // A short header tells how much to wait for.
    if (this.#chunks.length > 0 && (this.#bytes.length < 10 || this.#size >= frameLength(this.#bytes))) {
      this.#bytes = Buffer.concat([this.#bytes, ...this.#chunks.splice(0)]);
    }
    if (this.#chunks.length > 0) return;
    for (let parsed = parseFrame(this.#bytes); parsed; parsed = parseFrame(this.#bytes)) {
      this.#bytes = parsed.rest;
      this.#size = this.#bytes.length;
      this.#take(parsed.frame);
    }
  }

  #take({ opcode, payload }: Frame): void {
    if (opcode === TEXT) this.#onArrival({ message: payload.toString() });
    else if (opcode === BINARY) this.#onArrival({ message: new Uint8Array(payload) });
    else if (opcode === PING) {
      this.#onArrival({ ping: true });
      if (this.answersPings) this.#socket.write(frame(PONG, payload));
    } else if (opcode === CLOSE) {
      const hasCode = payload.length >= 2;
      this.#onArrival({
        close: hasCode ? payload.readUInt16BE() : NO_CODE,
        reason: payload.toString('utf8', 2),
      });
      if (this.answersClose) this.#socket.end(frame(CLOSE, payload.subarray(0, 2)));
    }
  }
}

/** Stands for a close frame without a code; never sent (RFC 6455, 7.1.5). */
const NO_CODE = 1005;
/** Reserved (RFC 6455, 5.2). */
const NO_OPCODE = 11;

const opcodeOf = (data: Data) => (typeof data === 'string' ? TEXT : BINARY);

/** Connects a client to a WebSocket server on this machine. Rejects with `Refused` if the server refuses. */
export async function webSocketPeer(
  target: Target,
  onArrival: (arrival: Arrival) => void,
  options?: HandshakeOptions,
): Promise<RemotePeer> {
  const { socket, answer, rest } = await upgrade(target, options);
  if (answer.status !== 101) {
    socket.destroy();
    throw new Refused(answer.status, answer.body.trimEnd(), answer.headers);
  }
  return new WebSocketPeer(socket, answer.headers.get('sec-websocket-protocol'), rest, onArrival);
}
