/**
 * The world of one run: nodes, actors, the logs and the network between them. `actions.ts` says what can happen to it.
 *
 * Proven by: test/simulation.test.ts.
 */
import { Actor } from './actor.ts';
import { BrokerLink } from './broker-link.ts';
import { MemoryStore } from './memory-store.ts';
import type { NodeLink } from './node-link.ts';
import { Oracle } from './oracle.ts';
import { CHANNELS, USERS } from './people.ts';
import { Random } from './random.ts';
import { RawActor } from './raw-actor.ts';
import { RedisLink } from './redis/redis-link.ts';
import { RedisStore } from './redis/redis-store.ts';
import { Report } from './report.ts';
import { type ProcessClock, Scheduler } from './scheduler.ts';
import { ServerNode } from './server-node.ts';
import type { Surroundings } from './surroundings.ts';
import { Wire } from './wire.ts';

const NODES = 2;
/** After the faults have stopped, everyone must have everything within this time. */
const CONVERGENCE_MS = 120_000;
/** After the clients have left, nothing may be left within this time. */
const END_MS = 60_000;

/** What the nodes have as their broker: logs in memory behind a link, or the broker of `@sallyport/broker-redis` on a model of Redis. */
export const BROKERS = ['memory', 'redis'] as const;
export type BrokerKind = (typeof BROKERS)[number];

export class World implements Surroundings {
  readonly scheduler = new Scheduler();
  readonly report: Report;
  readonly random: Random;
  readonly oracle: Oracle;
  /** The logs of all channels, and what can happen to them. */
  readonly store: MemoryStore | RedisStore;
  readonly nodes: ServerNode[] = [];
  readonly actors: readonly Actor[];
  readonly raw: RawActor;
  readonly wires = new Set<Wire>();
  /** Attempts to publish some data. */
  readonly attempts = new Map<string, number>();
  /** Whether the network takes new connections. */
  isUp = true;
  /** The latency of new connections, at most. */
  latencyMs = 20;
  readonly #starts = [0, 0];
  #published = 0;
  #wires = 0;

  constructor(seed: number, broker: BrokerKind, keepsLog: boolean) {
    this.random = new Random(String(seed));
    this.report = new Report(this.scheduler, keepsLog);
    this.oracle = new Oracle(this.report, () => this.scheduler.now);
    this.store =
      broker === 'redis'
        ? new RedisStore(this.scheduler, this.oracle)
        : new MemoryStore(this.scheduler, this.oracle, this.random.stream('tags'));
    for (let index = 0; index < NODES; index += 1) this.nodes.push(this.#node(index));
    this.actors = USERS.map((user, index) => new Actor(`${user}-${index}`, user, this));
    this.raw = new RawActor(this);
  }

  /** Data that no other publication has. */
  data(bytes: number): { readonly n: number; readonly text?: string } {
    this.#published += 1;
    return { n: this.#published, ...(bytes > 0 && { text: 'x'.repeat(bytes) }) };
  }

  /** Opens a connection to one of the nodes that take some. */
  open(name: string, protocols: readonly string[]): Wire {
    this.#wires += 1;
    const random = this.random.stream(name);
    const wire: Wire = new Wire(
      this.scheduler,
      random,
      protocols,
      () => {
        const accepting = this.nodes.filter(({ isAccepting }) => isAccepting);
        if (!this.isUp || accepting.length === 0) return undefined;
        return random.pick(accepting).accept(wire, name);
      },
      (ended) => this.wires.delete(ended),
    );
    for (const pipe of [wire.up, wire.down]) pipe.latency = { least: 1, most: this.latencyMs };
    this.wires.add(wire);
    return wire;
  }

  /** Puts a new process in the place of a node. */
  restart(index: number): void {
    this.nodes[index] = this.#node(index);
  }

  /** Runs what is due until then, and checks the invariants after each step. */
  async pass(ms: number): Promise<void> {
    await this.scheduler.run(this.scheduler.now + ms, () => this.check());
    this.check();
  }

  check(): void {
    for (const node of this.nodes) node.check();
    if (this.report.violation) throw new Stop();
  }

  /** All faults stop. Then every reader gets everything within a bound. */
  async converge(): Promise<void> {
    this.report.log('calm');
    this.isUp = true;
    this.store.heal();
    for (const node of this.nodes) {
      node.link.heal();
      node.ports.heal();
    }
    for (const { up, down } of this.wires) {
      up.resume();
      down.resume();
    }
    for (const actor of this.actors) actor.hurry();
    for (let index = 0; index < NODES; index += 1) if (!this.nodes[index]?.isAccepting) this.restart(index);
    await this.pass(5_000);
    for (const actor of this.actors) actor.start();
    await this.#reach('everyone is subscribed', () => this.#unsettled());
    for (const channel of CHANNELS) void this.nodes[0]?.channels.publish(channel, this.data(0));
    await this.pass(100);
    await this.#reach('everyone reaches the top', () => this.#laggards());
    this.check();
  }

  /** All clients leave, and the servers end. Nothing may be left. */
  async end(): Promise<void> {
    this.report.log('end');
    for (const actor of [...this.actors, this.raw]) actor.close();
    await this.pass(END_MS);
    for (const node of this.nodes) {
      const { size } = node.sessions;
      this.report.require(size === 0, 'I4 every session ends', () => `${size} at ${node.name}`);
      for (const channel of CHANNELS) {
        const present = node.channels.presence(channel).count;
        this.report.require(present === 0, 'I8 no one is present', () => `${present} in ${channel}`);
      }
      void node.drain();
    }
    await this.pass(5_000);
    for (const { clock, name, pending } of this.actors) {
      this.report.require(clock.pending === 0, 'I10 no timer is left', () => `${name}: ${clock.pending}`);
      this.report.require(pending === 0, 'every publish has an outcome', () => `${name}: ${pending}`);
    }
    this.check();
  }

  /** Waits until nothing is missing any more. */
  async #reach(rule: string, missing: () => readonly string[]): Promise<void> {
    const until = this.scheduler.now + CONVERGENCE_MS;
    while (this.scheduler.now < until && missing().length > 0) await this.pass(1_000);
    const rest = missing();
    this.report.require(rest.length === 0, rule, () => rest.join('; '));
    this.check();
  }

  #unsettled(): string[] {
    const unsettled: string[] = [];
    for (const { name, readings, pending, session } of this.actors) {
      if (pending > 0) unsettled.push(`${name} has ${pending} publications without an outcome`);
      for (const { channel } of readings) {
        const state = session?.channel(channel).state;
        if (state !== 'live' && state !== 'lost') unsettled.push(`${name} in ${channel} is ${state}`);
      }
    }
    return unsettled;
  }

  #laggards(): string[] {
    const laggards: string[] = [];
    for (const { name, readings, session } of this.actors) {
      for (const { channel, check } of readings) {
        const top = this.oracle.top(channel);
        const state = session?.channel(channel).state;
        if (!check.isAt(top))
          laggards.push(`${name} in ${channel} (${state}) reads ${check.position?.offset} of ${top?.offset}`);
      }
    }
    for (const node of this.nodes)
      for (const check of node.wires.values())
        for (const [channel, position] of check.subscriptions) {
          const top = this.oracle.top(channel);
          if (top && (position.epoch !== top.epoch || position.offset !== top.offset))
            laggards.push(
              `a subscriber of ${node.name} in ${channel} is at ${position.offset} of ${top.offset}`,
            );
        }
    return laggards;
  }

  #link(clock: ProcessClock, random: Random): NodeLink {
    const { scheduler, report, oracle, store } = this;
    if (store instanceof RedisStore)
      return new RedisLink({ scheduler, clock, random, report, model: store.model });
    return new BrokerLink({ scheduler, clock, random, report, oracle, logs: store.logs });
  }

  #node(index: number): ServerNode {
    this.#starts[index] = (this.#starts[index] ?? 0) + 1;
    const name = `node-${index}.${this.#starts[index]}`;
    const { scheduler, report, oracle, attempts } = this;
    return new ServerNode({
      name,
      scheduler,
      random: this.random.stream(name),
      report,
      oracle,
      link: (clock, random) => this.#link(clock, random),
      attempts,
    });
  }
}

/** Ends a run after a broken rule. */
export class Stop extends Error {}
