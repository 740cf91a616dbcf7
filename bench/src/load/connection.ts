/**
 * A WebSocket client on a bare TCP socket, so that the generator costs as little as can be: no library, one buffer for
 * all that is read, and nothing kept per connection that an idle one does not need.
 */
import { connect, type Socket } from 'node:net';
import type { Dialect, Step } from './dialect.ts';
import { FrameReader, type FrameSink } from './frame-reader.ts';
import { maskedFrame, opcodes } from './frames.ts';

/** Shared by all connections: each read is handled before the next one. */
const inbound = Buffer.allocUnsafe(256 * 1_024);
const PONG = maskedFrame(opcodes.pong, Buffer.alloc(0));

/** Is called for each text frame, and after the last frame of each chunk. */
export interface Listener {
  onText(size: number): void;
  onChunkEnd(): void;
}

export class Connection implements FrameSink {
  listener: Listener | undefined;
  readonly #dialect: Dialect;
  readonly #reader = new FrameReader();
  readonly #socket: Socket;
  /** The answer to the upgrade request, which comes before the frames. */
  #head: string | undefined = '';
  #onText: ((text: string) => void) | undefined;
  /** Texts that arrived before a caller waited for them. */
  #received: string[] = [];
  #fail: ((error: Error) => void) | undefined;
  #isClosing = false;

  private constructor(port: number, dialect: Dialect) {
    this.#dialect = dialect;
    this.#socket = connect({
      host: '127.0.0.1',
      port,
      noDelay: true,
      onread: { buffer: inbound, callback: (length) => this.#onRead(length) },
    });
    this.#socket.on('error', (error) => this.#lost(error));
    this.#socket.on('close', () => this.#lost(new Error('the server closed a connection')));
  }

  /** Connects, upgrades and signs in. */
  static async open(port: number, dialect: Dialect): Promise<Connection> {
    const connection = new Connection(port, dialect);
    const protocol = dialect.subprotocol ? `Sec-WebSocket-Protocol: ${dialect.subprotocol}\r\n` : '';
    connection.#socket.write(
      `GET ${dialect.path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\n` +
        `Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n` +
        `Sec-WebSocket-Version: 13\r\n${protocol}\r\n`,
    );
    await connection.#receive('HTTP/1.1 101');
    for (const step of dialect.signIn) await connection.exchange(step);
    return connection;
  }

  /** Sends a text and resolves with the whole answer. For exchanges that are checked and not measured. */
  async exchange({ send, expect }: Step): Promise<void> {
    if (send !== undefined) this.write(maskedFrame(opcodes.text, Buffer.from(send)));
    await this.#receive(expect);
  }

  /** From now on frames are counted, and their payloads are skipped. */
  listen(listener: Listener): void {
    this.listener = listener;
    this.#reader.keepsPayloads = false;
  }

  write(frames: Buffer): void {
    this.#socket.write(frames);
  }

  /** Is called if the connection is lost. A call that waits for an answer rejects in any case. */
  onLost(fail: (error: Error) => void): void {
    this.#fail = fail;
  }

  close(): void {
    this.#isClosing = true;
    this.#socket.destroy();
  }

  onFrame(opcode: number, size: number, payload: Buffer | undefined): void {
    const { heartbeat } = this.#dialect;
    if (opcode === opcodes.ping) this.write(PONG);
    else if (opcode === opcodes.close) this.#lost(new Error('the server closed a connection in order'));
    else if (opcode !== opcodes.text) return;
    else if (heartbeat && size === heartbeat.receive.length) this.#answer(heartbeat.send);
    else if (payload) this.#arrived(payload.toString());
    else this.listener?.onText(size);
  }

  #answer(heartbeat: string | undefined): void {
    if (heartbeat !== undefined) this.write(maskedFrame(opcodes.text, Buffer.from(heartbeat)));
  }

  #onRead(length: number): boolean {
    if (this.#head === undefined) this.#reader.read(inbound, length, this);
    else this.#onHead(inbound.toString('latin1', 0, length), length);
    this.listener?.onChunkEnd();
    return true;
  }

  #onHead(part: string, length: number): void {
    const head = `${this.#head}${part}`;
    const end = head.indexOf('\r\n\r\n');
    this.#head = end < 0 ? head : undefined;
    if (end < 0) return;
    this.#arrived(head.slice(0, end));
    const rest = head.length - (end + 4);
    if (rest > 0) this.#reader.read(inbound.subarray(length - rest, length), rest, this);
  }

  #arrived(text: string | undefined): void {
    if (text !== undefined) this.#received.push(text);
    if (!this.#onText) return;
    const next = this.#received.shift();
    if (next !== undefined) this.#onText(next);
  }

  #receive(expected: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#fail = reject;
      this.#onText = (text) => {
        this.#onText = undefined;
        if (text.includes(expected)) resolve();
        else reject(new Error(`received '${text.slice(0, 80)}' and not '${expected}'`));
      };
      this.#arrived(undefined);
    });
  }

  #lost(error: Error): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#fail?.(error);
  }
}
