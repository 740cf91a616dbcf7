/** The arena: one server under test and its load generator, each on its own core. Every visit has a new pair. */
import { join, resolve } from 'node:path';
import type { Contender } from './contenders.ts';
import type { Cores } from './cores.ts';
import type { OrderName, Orders } from './load/orders.ts';
import { PinnedProcess } from './pinned-process.ts';

const SERVERS = join(import.meta.dirname, 'servers');
const PEERS = join(import.meta.dirname, '..', 'peers');
export const GENERATOR = join(import.meta.dirname, 'load', 'generator.js');

/** The contender cannot run here. That is not a failure. */
export class Unavailable extends Error {}

export interface Memory {
  readonly rssBytes: number;
  /** The heap of JavaScript. Absent for Python. */
  readonly heapBytes?: number;
}

/** The first line of a server: its ports, or the reason why it cannot run here. */
interface Ports {
  readonly port: number;
  readonly publicationPort?: number;
  readonly adminPort?: number;
  readonly unavailable?: string;
}

export interface Grounds {
  readonly cores: Cores;
  /** For the servers that run on Node, such as `--cpu-prof`. */
  readonly nodeFlags: readonly string[];
}

export class Arena {
  readonly #contender: Contender;
  readonly #server: PinnedProcess;
  readonly #generator: PinnedProcess;
  #port = 0;
  #publicationPort = 0;
  #adminPort: number | undefined;

  private constructor(contender: Contender, { cores, nodeFlags }: Grounds) {
    this.#contender = contender;
    this.#server = new PinnedProcess(contender.name, cores.server, commandOf(contender, nodeFlags));
    this.#generator = new PinnedProcess(`generator for ${contender.name}`, cores.generator, [
      process.execPath,
      GENERATOR,
    ]);
  }

  /** Calls `visit` to measure a contender, and always ends both processes. */
  static async visit<T>(
    contender: Contender,
    grounds: Grounds,
    visit: (arena: Arena) => Promise<T>,
  ): Promise<T> {
    const arena = new Arena(contender, grounds);
    try {
      const { port, publicationPort, adminPort, unavailable } = (await arena.#server.ask()) as Ports;
      if (unavailable !== undefined) throw new Unavailable(unavailable);
      arena.#port = port;
      arena.#publicationPort = publicationPort ?? 0;
      arena.#adminPort = adminPort;
      return await visit(arena);
    } finally {
      await Promise.all([arena.#generator.end(), arena.#server.end()]);
    }
  }

  /** The port of the admin listener. Undefined for a server without one. */
  get adminPort(): number | undefined {
    return this.#adminPort;
  }

  openIdle(count: number): Promise<{ seconds: number }> {
    return this.#order('openIdle', { count, port: this.#port, dialect: this.#contender.dialect });
  }

  openTalking(count: number): Promise<{ seconds: number }> {
    return this.#order('openTalking', { count, port: this.#port, dialect: this.#contender.dialect });
  }

  closedLoop(given: Orders['closedLoop']['given']): Promise<Orders['closedLoop']['answer']> {
    return this.#order('closedLoop', given);
  }

  openLoop(given: Orders['openLoop']['given']): Promise<Orders['openLoop']['answer']> {
    return this.#order('openLoop', given);
  }

  openSubscribers(count: number): Promise<{ seconds: number }> {
    return this.#order('openSubscribers', { count, port: this.#port, dialect: this.#contender.dialect });
  }

  subscribe(given: Orders['subscribe']['given']): Promise<{ seconds: number }> {
    return this.#order('subscribe', given);
  }

  subscribeToMany(channels: number): Promise<{ seconds: number }> {
    return this.#order('subscribeToMany', { channels });
  }

  fanOut(given: Omit<Orders['fanOut']['given'], 'port'>): Promise<Orders['fanOut']['answer']> {
    return this.#order('fanOut', { ...given, port: this.#publicationPort });
  }

  recover(given: Orders['recover']['given']): Promise<{ seconds: number }> {
    return this.#order('recover', given);
  }

  /** Publishes what the subscribers of a channel miss. Only our servers know how to answer. */
  async missed(): Promise<Orders['recover']['given']> {
    return (await this.#server.ask('missed')) as Orders['recover']['given'];
  }

  /** How often the server has read its broker since `missed`. */
  async brokerReads(): Promise<number> {
    return ((await this.#server.ask('reads')) as { reads: number }).reads;
  }

  closeAll(): Promise<object> {
    return this.#order('close', {});
  }

  /** The processor time that the server has used so far, user and system, all its threads. */
  async cpuMicros(): Promise<number> {
    return ((await this.#server.ask('usage')) as { cpuMicros: number }).cpuMicros;
  }

  /** The memory of the server after a garbage collection. */
  async settledMemory(): Promise<Memory> {
    return (await this.#server.ask('settle')) as Memory;
  }

  async #order<Name extends OrderName>(
    order: Name,
    given: Orders[Name]['given'],
  ): Promise<Orders[Name]['answer']> {
    return (await this.#generator.ask(JSON.stringify({ order, given }))) as Orders[Name]['answer'];
  }
}

/** The command that starts a server. */
export function commandOf(
  { script: [file = '', ...given] }: Pick<Contender, 'script'>,
  nodeFlags: readonly string[],
): readonly string[] {
  if (file.endsWith('.py')) return [process.env['PYTHON'] ?? '/usr/bin/python3', join(PEERS, file), ...given];
  return [process.execPath, '--expose-gc', ...nodeFlags, resolve(SERVERS, file), ...given];
}
