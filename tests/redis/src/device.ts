/** One connection of a user, without a client that connects again: a test sees how its session ends. */
import { once } from 'node:events';
import { WebSocket } from 'ws';

export class Device {
  /** The code of the close frame. Undefined while the session is open. */
  code: number | undefined;
  /** Resolves with the code of the close frame. */
  readonly ended: Promise<number>;
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    this.ended = new Promise((resolve) => {
      socket.on('close', (code) => {
        this.code = code;
        resolve(code);
      });
    });
  }

  /** Connects and signs in by the text protocol. Resolves once the server has answered. Rejects if it refuses. */
  static async signIn(url: string, credentials = 'admin:123456'): Promise<Device> {
    const socket = new WebSocket(url);
    const device = new Device(socket);
    await once(socket, 'open');
    socket.send(credentials);
    const [answer] = await once(socket, 'message');
    if (!String(answer).startsWith('congratulation')) throw new Error(`not signed in: ${answer}`);
    return device;
  }

  close(): void {
    this.#socket.terminate();
  }
}
