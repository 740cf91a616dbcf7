/**
 * A WebSocket client on a plain TCP socket. A test can send any bytes at any time, omit headers, and stop reading.
 *
 * By default it answers close frames, as RFC 6455 requires, and nothing else.
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

/** The server to connect to. */
export interface Target {
  /** The TCP port; 0 with `path`. */
  readonly port: number;
  /** A Unix socket to connect to in place of host and port. */
  readonly path?: string;
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** The certificate to trust, in PEM. With it the client speaks TLS. */
  readonly ca?: string;
  /** The client's own address. On loopback any of 127.0.0.0/8 works. */
  readonly localAddress?: string;
}

/** What differs from the usual upgrade request. */
export interface HandshakeOptions {
  /** Path of the request. Default: `/`. */
  readonly path?: string;
  /** Headers that replace the usual ones. `undefined` omits a header; several values repeat it. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** How the connection ended for the client: the server's close frame, or 1006 without one. */
export interface End {
  /** The close code (RFC 6455, 7.4). */
  readonly code: number;
  /** The close reason. */
  readonly reason: string;
}

/** The client's end of a WebSocket connection. It keeps messages until `next` is called. */
export class Client {
  /** The TCP or TLS socket, for what no method does, such as `client.socket.pause()`. */
  readonly socket: Socket;
  /** The answer to the upgrade request. */
  readonly answer: HttpAnswer;
  /** Whether the client answers close frames. Default: true. */
  answersClose = true;
  /** Whether the client answers pings. Default: false. */
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
      // Not only `close`: it comes late on a socket with unsent bytes.
      socket.on('end', over).on('error', over).on('close', over);
    });
    socket.on('data', (chunk: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.#parse();
    });
    this.#parse();
  }

  /** Sends a text message. */
  text(text: string): void {
    this.socket.write(frame(TEXT, text));
  }

  /** Sends a binary message. */
  binary(bytes: Uint8Array): void {
    this.socket.write(frame(BINARY, bytes));
  }

  /** Sends any frame. */
  frame(opcode: number, payload: string | Uint8Array, oddities?: Oddities): void {
    this.socket.write(frame(opcode, payload, oddities));
  }

  /** Sends a close frame. */
  close(code: number, reason?: string): void {
    this.socket.write(closeFrame(code, reason));
  }

  /** Resolves with the next frame that is neither a ping nor a close frame. Rejects if the connection ends first. */
  async next(): Promise<Frame> {
    const found = this.#frames.shift() ?? (this.#end ? undefined : await this.#wait());
    if (!found)
      throw new Error(`the connection ended (${JSON.stringify(this.#end)}) where a frame was expected`);
    return found;
  }

  /** Resolves with the next frame as text. Rejects if it is not a text frame. */
  async nextText(): Promise<string> {
    const { opcode, payload } = await this.next();
    if (opcode !== TEXT) throw new Error(`a frame with opcode ${opcode} where text was expected`);
    return payload.toString();
  }

  /** Sends a text message and resolves with the next one from the server. */
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

/** Opens a TCP or TLS connection and sends nothing. Rejects if that fails. */
export async function openSocket({ ca, ...target }: Target): Promise<Socket> {
  const to = { host: '127.0.0.1', ...target };
  const socket = ca ? connectTls({ ...to, ca, servername: 'localhost' }) : connectTcp(to);
  await new Promise<void>((resolve, reject) => {
    socket.once(ca ? 'secureConnect' : 'connect', resolve).once('error', reject);
  });
  socket.setNoDelay(true);
  return socket;
}

/** Sends an upgrade request. Resolves with the answer and the bytes behind it. */
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

/** Sends an upgrade request. Resolves with the answer, and with a client if the answer is 101. Rejects without an answer. */
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

/** Sends an upgrade request and resolves with a client. Rejects with the status and the body if the server refuses. */
export async function connect(target: Target, options?: HandshakeOptions): Promise<Client> {
  const { answer, client } = await handshake(target, options);
  if (!client) throw new Error(`refused: ${answer.status} ${answer.body}`);
  return client;
}
