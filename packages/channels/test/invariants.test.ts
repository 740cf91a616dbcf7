/**
 * Long random walks of two nodes, their clients and a broker that loses, holds, repeats, reorders and interrupts. After every step, what
 * each client has received keeps to what PROTOCOL.md promises.
 */
import type { SimulatedClock } from '@sallyport/core/testing';
import type { Position } from '@sallyport/protocol';
import { describe, expect, it } from 'vitest';
import { type Client, type Harness, harness, seeded, settled } from './harness.ts';

const CHANNELS = ['a', 'b'];
const WALKS = Number(process.env['WALKS'] ?? 60);

/** What one client knows of one channel. */
interface Known {
  position: Position;
  isSubscribed: boolean;
}

/** A client that keeps its positions over reconnects, as the client library does, and checks all that it hears. */
class Reader {
  readonly user: string;
  readonly #world: World;
  client: Client;
  #received = 0;
  readonly known = new Map<string, Known>();
  readonly #asked = new Map<number, { channel: string; since: Position | undefined }>();
  /** Whether the client received `lost`, or was not recovered. */
  losses = 0;

  constructor(user: string, node: Harness, world: World) {
    this.user = user;
    this.#world = world;
    this.client = node.signIn(user);
  }

  subscribe(channel: string): void {
    const known = this.known.get(channel);
    if (known?.isSubscribed || [...this.#asked.values()].some((one) => one.channel === channel)) return;
    const since = known?.position;
    const id = this.client.send({ type: 'subscribe', channel, ...(since && { since }) });
    this.#asked.set(id, { channel, since });
  }

  unsubscribe(channel: string): void {
    const known = this.known.get(channel);
    if (!known?.isSubscribed) return;
    this.check();
    this.client.send({ type: 'unsubscribe', channel });
    this.check();
    known.isSubscribed = false;
  }

  publish(channel: string, data: string): void {
    this.client.send({ type: 'publish', channel, data });
  }

  /** Loses the connection, and comes back at another node. */
  reconnect(node: Harness): void {
    this.check();
    this.client.leave();
    for (const known of this.known.values()) known.isSubscribed = false;
    this.#asked.clear();
    this.client = node.signIn(this.user);
    this.#received = 0;
  }

  get isSettled(): boolean {
    return this.#asked.size === 0;
  }

  /** Checks all that came since the last check. */
  check(): void {
    const received = this.client.received();
    for (const message of received.slice(this.#received)) this.#take(message);
    this.#received = received.length;
  }

  // biome-ignore lint/suspicious/noExplicitAny: messages as they came
  #take(message: any): void {
    const asked = this.#asked.get(message.id);
    if (asked) this.#asked.delete(message.id);
    if (message.type === 'subscribed') this.#subscribed(message, asked?.since);
    else if (message.type === 'publication') this.#next(message.channel, message);
    else if (message.type === 'lost') {
      this.losses += 1;
      const known = this.known.get(message.channel);
      expect(known?.isSubscribed, `${this.user}: lost without a subscription`).toBe(true);
      if (known) known.position = message.position;
    } else if (message.type === 'published') this.#world.published(message.channel, message.position);
  }

  // biome-ignore lint/suspicious/noExplicitAny: messages as they came
  #subscribed(message: any, since: Position | undefined): void {
    const { channel, position, publications, recovered } = message;
    if (since && !recovered) this.losses += 1;
    const first = publications[0]?.offset ?? position.offset + 1;
    const begin = recovered && since ? since : { epoch: position.epoch, offset: first - 1, tag: '' };
    this.known.set(channel, { position: { ...begin, epoch: position.epoch }, isSubscribed: true });
    if (recovered && since) expect(position.epoch).toBe(since.epoch);
    for (const one of publications) this.#next(channel, one);
    const known = this.known.get(channel) as Known;
    expect(known.position.offset, `${this.user}: the answer ends at its position`).toBe(position.offset);
    known.position = position;
  }

  #next(channel: string, { offset, tag, data }: { offset: number; tag: string; data: string }): void {
    const known = this.known.get(channel);
    expect(known?.isSubscribed, `${this.user}: a publication without a subscription`).toBe(true);
    if (!known) return;
    expect(offset, `${this.user} in ${channel}: no hole, no duplicate`).toBe(known.position.offset + 1);
    known.position = { epoch: known.position.epoch, offset, tag };
    this.#world.seen(channel, known.position, data);
  }
}

/** All nodes and readers, and what they agree on. */
class World {
  readonly nodes: readonly [Harness, Harness];
  readonly clock: SimulatedClock;
  readonly readers: Reader[] = [];
  readonly #contents = new Map<string, string>();
  readonly #random: () => number;
  #published = 0;

  constructor(seed: number, historySize: number) {
    const first = harness({
      namespaces: { '*': { historySize } },
      limits: { waitingPublications: 5, recoveryPublications: 40 },
    });
    this.nodes = [first, first.node()];
    this.clock = first.clock;
    this.#random = seeded(seed);
    for (const user of ['ada', 'bob', 'eve', 'joe']) this.readers.push(new Reader(user, this.#node(), this));
  }

  /** One position means one content for everybody. */
  seen(channel: string, { epoch, offset, tag }: Position, data: string): void {
    const key = `${channel} ${epoch} ${offset}`;
    const content = `${tag} ${data}`;
    expect(this.#contents.get(key) ?? content, key).toBe(content);
    this.#contents.set(key, content);
  }

  published(channel: string, { epoch, offset, tag }: Position): void {
    const content = this.#contents.get(`${channel} ${epoch} ${offset}`);
    if (content !== undefined) expect(content.startsWith(tag)).toBe(true);
  }

  async step(mayForget: boolean): Promise<void> {
    const node = this.#node();
    const reader = this.readers[this.#below(this.readers.length)] as Reader;
    const channel = CHANNELS[this.#below(CHANNELS.length)] as string;
    const acts: (() => unknown)[] = [
      () => reader.subscribe(channel),
      () => reader.subscribe(channel),
      () => this.#publish(reader, channel),
      () => this.#publish(reader, channel),
      () => this.#publishAs(node, channel),
      () => reader.unsubscribe(channel),
      () => reader.reconnect(this.#node()),
      () => {
        node.broker.lose += 1 + this.#below(3);
      },
      () => {
        node.broker.isHolding = true;
      },
      () => node.broker.release((held) => held.sort(() => this.#random() - 0.5)),
      () => {
        for (const one of [...node.broker.held]) node.broker.inject(...one);
      },
      () => (node.broker.isInterrupted ? node.broker.resume() : node.broker.interrupt()),
      () => node.broker.gate('read'),
      () => node.broker.open('read'),
      () => node.broker.gate('follow'),
      () => node.broker.open('follow'),
      () => node.broker.unavailable.add('read'),
      () => node.broker.unavailable.clear(),
      () => this.clock.advance(this.#below(3) * 700),
      () => mayForget && this.#below(4) === 0 && node.logs.forgetAll(),
    ];
    acts[this.#below(acts.length)]?.();
    if (this.#below(3) > 0) await settled();
    for (const one of this.readers) one.check();
  }

  /** All faults stop. Then every reader that stays reaches the top. */
  async calm(): Promise<void> {
    for (const { broker } of this.nodes) {
      broker.lose = 0;
      broker.unavailable.clear();
      broker.open('read');
      broker.open('follow');
      if (broker.isInterrupted) broker.resume();
      broker.release();
    }
    for (let round = 0; round < 8; round += 1) {
      for (const reader of this.readers) for (const channel of CHANNELS) reader.subscribe(channel);
      await settled();
      this.clock.advance(8_000);
      await settled();
      for (const reader of this.readers) reader.check();
    }
    for (const channel of CHANNELS) {
      const outcome = await this.nodes[0].channels.publish(channel, 'the last');
      await settled();
      const top = outcome.type === 'published' ? outcome.position : undefined;
      for (const reader of this.readers) {
        reader.check();
        expect(reader.isSettled, `${reader.user}: an operation has no answer`).toBe(true);
        expect(reader.known.get(channel), `${reader.user} reaches the top of ${channel}`).toEqual({
          position: top,
          isSubscribed: true,
        });
      }
    }
  }

  #publish(reader: Reader, channel: string): void {
    this.#published += 1;
    reader.publish(channel, `${reader.user} ${this.#published}`);
  }

  #publishAs(node: Harness, channel: string): void {
    this.#published += 1;
    void node.channels.publish(channel, `server ${this.#published}`);
  }

  #node(): Harness {
    return this.nodes[this.#below(2)] as Harness;
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }
}

async function walk(seed: number, historySize: number, mayForget: boolean): Promise<World> {
  const world = new World(seed, historySize);
  try {
    for (let step = 0; step < 120; step += 1) await world.step(mayForget);
    await world.calm();
  } catch (error) {
    throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error });
  }
  for (const { faults } of world.nodes) expect(faults).toEqual([]);
  return world;
}

describe('random walks', () => {
  it('with a history that is long enough nothing is ever lost, and every client reaches the top', async () => {
    for (let seed = 1; seed <= WALKS; seed += 1) {
      const { readers } = await walk(seed, 1_000, false);
      expect(
        readers.map(({ losses }) => losses),
        `seed ${seed}`,
      ).toEqual([0, 0, 0, 0]);
    }
  });

  it('S19: with a short history, and a broker that loses its memory, no gap is silent', async () => {
    let losses = 0;
    for (let seed = 1; seed <= WALKS; seed += 1) {
      const { readers } = await walk(seed, 3, true);
      losses += readers.reduce((sum, reader) => sum + reader.losses, 0);
    }
    expect(losses).toBeGreaterThan(WALKS);
  });
});
