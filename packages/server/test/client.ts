/** A client on `ws` that keeps the received messages in a list. */
import { once } from 'node:events';
import { type ClientOptions, WebSocket } from 'ws';

export class Client {
  readonly socket: WebSocket;
  readonly opened: Promise<unknown>;
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly heard: string[] = [];
  #arrived = () => {};

  constructor(url: string, options: ClientOptions = {}, subprotocols: readonly string[] = []) {
    this.socket = new WebSocket(url, [...subprotocols], options);
    this.socket.on('message', (data) => {
      this.heard.push(String(data));
      this.#arrived();
    });
    this.opened = once(this.socket, 'open');
    // `opened` reports a failure to connect.
    this.socket.on('error', () => {});
    this.closed = new Promise((resolve) => {
      this.socket.on('close', (code, reason) => {
        resolve({ code, reason: String(reason) });
        this.#arrived();
      });
    });
  }

  /** Sends a text and resolves to the next message that arrives. */
  async ask(text: string): Promise<string> {
    const before = this.heard.length;
    this.socket.send(text);
    await this.received(before + 1);
    return this.heard[before] ?? '';
  }

  /** Resolves once so many messages have arrived, from the first on. */
  async received(count: number): Promise<void> {
    while (this.heard.length < count) {
      if (this.socket.readyState > WebSocket.OPEN) throw new Error('closed');
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    }
  }

  /** Resolves once a message has arrived or the connection has closed. */
  heardOrClosed(): Promise<void> {
    return this.received(1).catch(() => {});
  }

  static async signedIn(url: string): Promise<Client> {
    const client = new Client(url);
    await client.opened;
    await client.ask('admin:123456');
    return client;
  }
}
