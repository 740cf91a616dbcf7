/**
 * Two servers of one kind over one Redis, and their load generator. Both servers share a core, and Redis and the generator the other one. Every
 * visit has new processes.
 *
 * Proven by: test/scale.test.ts.
 */
import { commandOf, GENERATOR, type Grounds, Unavailable } from '../arena.ts';
import type { Deliveries, FanOut } from '../load/fan-out-loop.ts';
import type { OrderName, Orders } from '../load/orders.ts';
import { PinnedProcess } from '../pinned-process.ts';
import type { ScaleContender } from '../scale-contenders.ts';
import { Detour } from './detour.ts';
import { Redis } from './redis.ts';

interface Ports {
  readonly port: number;
  readonly publicationPort: number;
  readonly unavailable?: string;
}

/** Micros of one round trip of a server to Redis. */
export interface RoundTrip {
  readonly p50Micros: number;
  readonly p99Micros: number;
}

export class Pair {
  readonly redis: Redis;
  /** The way of each server to Redis. Empty: there is none in between. */
  readonly detours: readonly Detour[];
  readonly #contender: ScaleContender;
  readonly #servers: readonly [PinnedProcess, PinnedProcess];
  readonly #generator: PinnedProcess;
  #ports: readonly [Ports, Ports] | undefined;

  private constructor(
    contender: ScaleContender,
    { cores, nodeFlags }: Grounds,
    redis: Redis,
    detours: readonly Detour[],
  ) {
    this.#contender = contender;
    this.redis = redis;
    this.detours = detours;
    const start = (server: number) => {
      const command = commandOf(contender, nodeFlags);
      const url = `redis://127.0.0.1:${detours[server]?.port ?? redis.port}`;
      return new PinnedProcess(contender.name, cores.server, [...command, '--redis', url]);
    };
    this.#servers = [start(0), start(1)];
    this.#generator = new PinnedProcess(`generator for ${contender.name}`, cores.generator, [
      process.execPath,
      GENERATOR,
    ]);
  }

  /** Calls `visit` to measure a contender, and always ends all processes. `detourMs`: milliseconds that each direction to Redis takes longer. */
  static async visit<T>(
    contender: ScaleContender,
    grounds: Grounds,
    detourMs: number | undefined,
    visit: (pair: Pair) => Promise<T>,
  ): Promise<T> {
    if (!Redis.isInstalled()) throw new Unavailable('no redis-server in PATH');
    const redis = await Redis.start(grounds.cores.generator);
    const detours =
      detourMs === undefined
        ? []
        : [await Detour.open(redis.port, detourMs), await Detour.open(redis.port, detourMs)];
    const pair = new Pair(contender, grounds, redis, detours);
    try {
      await pair.#begin();
      return await visit(pair);
    } finally {
      await Promise.all([pair.#generator.end(), ...pair.#servers.map((server) => server.end())]);
      await Promise.all(detours.map((detour) => detour.end()));
      await redis.end();
    }
  }

  /** Opens subscribers on one of the servers. */
  async openSubscribers(server: 0 | 1, count: number): Promise<void> {
    const port = this.#ports?.[server].port ?? 0;
    await this.#order('openSubscribers', { count, port, dialect: this.#contender.dialect });
  }

  async subscribe(given: Orders['subscribe']['given']): Promise<void> {
    await this.#order('subscribe', given);
  }

  async subscribeToMany(given: Orders['subscribeToMany']['given']): Promise<void> {
    await this.#order('subscribeToMany', given);
  }

  /** The first server publishes. */
  fanOut(given: Omit<FanOut, 'port'>): Promise<Deliveries> {
    return this.#order('fanOut', { ...given, port: this.#ports?.[0].publicationPort ?? 0 });
  }

  /** The processor time of both servers so far. */
  async cpuMicros(): Promise<number> {
    const used = await Promise.all(this.#servers.map((server) => server.ask('usage')));
    return used.reduce<number>((all, one) => all + (one as { cpuMicros: number }).cpuMicros, 0);
  }

  /** Times PINGs of the first server to Redis, by the client library that its broker has, one after the other. */
  async roundTrip(): Promise<RoundTrip> {
    return (await this.#servers[0].ask('ping')) as RoundTrip;
  }

  async #begin(): Promise<void> {
    const [first, second] = (await Promise.all(this.#servers.map((server) => server.ask()))) as [
      Ports,
      Ports,
    ];
    const reason = first.unavailable ?? second.unavailable;
    if (reason !== undefined) throw new Unavailable(reason);
    this.#ports = [first, second];
    const { readyMark } = this.#contender.traffic;
    if (readyMark) await this.redis.untilClients(readyMark, this.#servers.length);
  }

  async #order<Name extends OrderName>(
    order: Name,
    given: Orders[Name]['given'],
  ): Promise<Orders[Name]['answer']> {
    return (await this.#generator.ask(JSON.stringify({ order, given }))) as Orders[Name]['answer'];
  }
}
