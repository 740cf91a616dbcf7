/** A built binary with workers, and what tests ask of its workers. */
import { connect as connectTcp } from 'node:net';
import { vi } from 'vitest';
import { type Binary, type Event, Running } from '../binary.ts';
import { ChannelClient } from '../channel-client.ts';

/** Only for a test that hangs, in milliseconds. */
export const LONG_MS = 240_000;

export class WorkerServer extends Running {
  constructor(binary: Binary, count: number, ...args: readonly string[]) {
    super(binary, ['--workers', String(count), ...args]);
  }

  /** The events of this name, in order. */
  all(name: string): readonly Event[] {
    return this.events.filter(({ event }) => event === name);
  }

  /** Resolves to the first `count` events of this name, once there are so many. */
  async several(name: string, count: number): Promise<readonly Event[]> {
    return vi.waitFor(() => {
      const events = this.all(name);
      if (events.length < count)
        throw new Error(`${events.length} of ${count} ${name}:\n${this.stdout}${this.stderr}`);
      return events.slice(0, count);
    }, LONG_MS);
  }

  /** Kills a worker that takes clients, as a lack of memory would. Resolves once the parent knows. */
  async killWorker(id: number): Promise<void> {
    const { pid } = await this.event('worker.listening', { worker: id });
    process.kill(Number(pid), 'SIGKILL');
    await this.event('worker.ended', { worker: id, signal: 'SIGKILL' });
  }

  /** Signs clients in until two are on different workers. The others are closed. Resolves to the two, with the numbers of their workers. */
  async onTwoWorkers(): Promise<readonly [OnWorker, OnWorker]> {
    const { url } = await this.listening();
    const first = await this.#signIn(url);
    for (;;) {
      const other = await this.#signIn(url);
      if (other.worker !== first.worker) return [first, other];
      other.client.client.socket.close();
    }
  }

  async #signIn(url: string): Promise<OnWorker> {
    const before = this.all('session.authenticated').length;
    const client = await ChannelClient.signedIn(url);
    const signIns = await this.several('session.authenticated', before + 1);
    return { client, worker: Number(signIns[before]?.['worker']) };
  }
}

/** A client, and the number of the worker that has its session. */
export interface OnWorker {
  readonly client: ChannelClient;
  readonly worker: number;
}

/** Whether a process listens on the port. */
export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTcp({ host: '127.0.0.1', port });
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}
