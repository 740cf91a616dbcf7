/**
 * A client on a bare TCP socket: it can send any byte at any time, leave things out, and stop reading.
 *
 * It answers a close frame as RFC 6455 asks, and nothing else, unless told otherwise.
 */
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import {
  BINARY,
  CLOSE,
  closeFrame,
  type Frame,
  frame,
  type Oddities,
  PING,
  PONG,
  parseFrame,
  TEXT,
} from './frames.ts';
import { type HttpAnswer, readAnswer } from './http-answer.ts';

/** Where to connect. */
export interface Target {
  readonly port: number;
  /** A Unix socket to connect to in place of host and port. */
  readonly path?: string;
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** The certificate to trust; TLS if there is one. */
  readonly ca?: string;
  /** The address to come from; on loopback any of 127.0.0.0/8 will do. */
  readonly localAddress?: string;
}

/** What the upgrade request says that is not as usual. */
export interface HandshakeOptions {
  /** Default: `/`. */
  readonly path?: string;
  /** In place of the usual ones; `undefined` leaves one out, several values send it so many times. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** How it ended for the client: the close frame, or 1006 if there was none. */
export interface End {
  readonly code: number;
  readonly reason: string;
}

/** The client's end of a WebSocket. Messages wait until they are asked for (`next`). */
export class Client {
  /** For what no method does: `client.socket.pause()`, half a frame. */
  readonly socket: Socket;
  /** To the upgrade request. */
  readonly answer: HttpAnswer;
  /** Default: true. */
  answersClose = true;
  /** Default: false. */
  answersPings = false;
  /** Resolves once the connection has ended; never rejects. */
  readonly ended: Promise<End>;
  #bytes: Buffer;
  readonly #frames: Frame[] = [];
  readonly #readers: ((frame: Frame | undefined) => void)[] = [];
  #end: End | undefined;

  constructor(socket: Socket, answer: HttpAnswer, rest: Buffer) {
    this.socket = socket;
    this.answer = answer;
    this.#bytes = rest;
    this.ended = new Promise((resolve) => {
      const over = () => {
        this.#end ??= { code: 1006, reason: '' };
        for (const reader of this.#readers.splice(0)) reader(undefined);
        resolve(this.#end);
      };
      // Not `close`: whoever writes into a socket that nobody reads learns of its end late.
      socket.on('end', over).on('error', over).on('close', over);
    });
    socket.on('data', (chunk: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.#parse();
    });
    this.#parse();
  }

  text(text: string): void {
    this.socket.write(frame(TEXT, text));
  }

  binary(bytes: Uint8Array): void {
    this.socket.write(frame(BINARY, bytes));
  }

  frame(opcode: number, payload: string | Uint8Array, oddities?: Oddities): void {
    this.socket.write(frame(opcode, payload, oddities));
  }

  close(code: number, reason?: string): void {
    this.socket.write(closeFrame(code, reason));
  }

  /** The next frame that is neither a ping nor a close; rejects if the connection ends before. */
  async next(): Promise<Frame> {
    const found = this.#frames.shift() ?? (this.#end ? undefined : await this.#wait());
    if (!found)
      throw new Error(`the connection ended (${JSON.stringify(this.#end)}) where a frame was expected`);
    return found;
  }

  /** The next frame as text; rejects if it is none. */
  async nextText(): Promise<string> {
    const { opcode, payload } = await this.next();
    if (opcode !== TEXT) throw new Error(`a frame with opcode ${opcode} where text was expected`);
    return payload.toString();
  }

  /** Says something and gives what comes back. */
  async ask(text: string): Promise<string> {
    this.text(text);
    return this.nextText();
  }

  #wait(): Promise<Frame | undefined> {
    return new Promise((resolve) => this.#readers.push(resolve));
  }

  #parse(): void {
    for (let parsed = parseFrame(this.#bytes); parsed; parsed = parseFrame(this.#bytes)) {
      this.#bytes = parsed.rest;
      this.#take(parsed.frame);
    }
  }

  #take(received: Frame): void {
    const { opcode, payload } = received;
    if (opcode === PING && this.answersPings) this.frame(PONG, payload);
    if (opcode === PING) return;
    if (opcode !== CLOSE) {
      const reader = this.#readers.shift();
      if (reader) reader(received);
      else this.#frames.push(received);
      return;
    }
    this.#end ??=
      payload.length < 2
        ? { code: 1005, reason: '' }
        : { code: payload.readUInt16BE(), reason: payload.toString('utf8', 2) };
    if (this.answersClose) this.socket.end(frame(CLOSE, payload.subarray(0, 2)));
  }
}

/** A TCP or TLS connection on which nothing has been said yet. Rejects if there is none. */
export async function openSocket({ ca, ...target }: Target): Promise<Socket> {
  const to = { host: '127.0.0.1', ...target };
  const socket = ca ? connectTls({ ...to, ca, servername: 'localhost' }) : connectTcp(to);
  await new Promise<void>((resolve, reject) => {
    socket.once(ca ? 'secureConnect' : 'connect', resolve).once('error', reject);
  });
  socket.setNoDelay(true);
  return socket;
}

/** Sends an upgrade request and gives the answer, with what came behind it. */
export async function upgrade(
  target: Target,
  options: HandshakeOptions = {},
): Promise<{ socket: Socket; answer: HttpAnswer; rest: Buffer }> {
  const socket = await openSocket(target);
  const headers = {
    Host: `127.0.0.1:${target.port}`,
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version': '13',
    ...options.headers,
  };
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((one) => `${name}: ${one}\r\n`),
  );
  socket.write(`GET ${options.path ?? '/'} HTTP/1.1\r\n${lines.join('')}\r\n`);
  return { socket, ...(await readAnswer(socket)) };
}

/** Sends an upgrade request and gives the answer, and the client if that was 101. Rejects if there is no answer. */
export async function handshake(
  target: Target,
  options?: HandshakeOptions,
): Promise<{ answer: HttpAnswer; client?: Client }> {
  const { socket, answer, rest } = await upgrade(target, options);
  if (answer.status !== 101) {
    socket.destroy();
    return { answer };
  }
  return { answer, client: new Client(socket, answer, rest) };
}

/** Sends an upgrade request and gives the client; rejects with the status and the body if it was refused. */
export async function connect(target: Target, options?: HandshakeOptions): Promise<Client> {
  const { answer, client } = await handshake(target, options);
  if (!client) throw new Error(`refused: ${answer.status} ${answer.body}`);
  return client;
}
