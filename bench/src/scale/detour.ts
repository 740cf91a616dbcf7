/** A TCP proxy to Redis, in the process of the bench. It delays what it passes on, and cuts the connections. Proven by: test/scale.test.ts. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export class Detour {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets: Set<Socket>;
  readonly #state: { isCut: boolean };

  private constructor(server: Server, sockets: Set<Socket>, state: { isCut: boolean }) {
    this.#server = server;
    this.#sockets = sockets;
    this.#state = state;
    this.port = (server.address() as AddressInfo).port;
  }

  /** `delayMs` counts in each direction. */
  static async open(target: number, delayMs: number): Promise<Detour> {
    const sockets = new Set<Socket>();
    const state = { isCut: false };
    const server = createServer((client) => {
      if (state.isCut) return client.destroy();
      const redis = connect(target, '127.0.0.1');
      pass(client, redis, delayMs, sockets);
      return pass(redis, client, delayMs, sockets);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Detour(server, sockets, state);
  }

  /** Cuts all connections, and refuses new ones until `mend`. */
  cut(): void {
    this.#state.isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.#state.isCut = false;
  }

  async end(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

function pass(from: Socket, to: Socket, delayMs: number, sockets: Set<Socket>): void {
  sockets.add(from);
  from.setNoDelay();
  from.on('data', (part) => {
    if (delayMs === 0) to.write(part);
    else setTimeout(() => to.write(part), delayMs);
  });
  from.on('error', () => {});
  from.on('close', () => {
    sockets.delete(from);
    to.destroy();
  });
}
