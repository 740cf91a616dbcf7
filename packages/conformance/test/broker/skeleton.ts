/** The skeleton on the page for authors of brokers, here so that it compiles and passes the kit: skeleton.test.ts. */

import { randomBytes } from 'node:crypto';
import type {
  AppendOptions,
  AppendOutcome,
  Broker,
  BrokerReceiver,
  BrokerUnavailable,
  LeaseOutcome,
  ReadOutcome,
  SnapshotOutcome,
  StoredPublication,
  TopOutcome,
} from '@sallyport/channels';
import type { Position } from '@sallyport/protocol';

/** An engine that does not exist. Its methods reject if no answer comes. */
export interface Engine {
  append(
    channel: string,
    json: string,
    options: AppendOptions & { readonly tag: string; readonly epoch: string },
  ): Promise<Position>;
  read(channel: string, since: Position | undefined, limit: number, epoch: string): Promise<EngineRead>;
  tops(channels: readonly string[], epochs: readonly string[]): Promise<readonly Position[]>;
  snapshot(channel: string, epoch: string): Promise<EngineSnapshot>;
  lease(node: string, ttlMs: number, token: string): Promise<boolean>;
  subscribe(channel: string): Promise<void>;
  unsubscribe(channel: string): Promise<void>;
  connect(): void;
  onConnected(listener: () => void): void;
  onLost(listener: (error: Error) => void): void;
  onPublication(listener: (channel: string, epoch: string, publication: StoredPublication) => void): void;
  /** Ends the connection. What is pending rejects. */
  end(): Promise<void>;
}
export interface EngineRead {
  readonly lost: boolean;
  readonly publications: readonly StoredPublication[];
  readonly top: Position;
}
export interface EngineSnapshot {
  readonly fields: ReadonlyMap<string, string>;
  readonly top: Position;
}

/** The engine refused before it wrote anything. */
export class Refusal extends Error {}

/** Rejects when the time is over. */
function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no answer within the deadline')), ms);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

const randomHex = (bytes: number) => randomBytes(bytes).toString('hex');

// --- on the page

export class EngineBroker implements Broker {
  readonly name = 'engine';
  readonly #engine: Engine;
  readonly #deadlineMs: number;
  /** The followed channels, and what arrived before their top was known. */
  readonly #followed = new Map<string, Following>();
  #receiver: BrokerReceiver | undefined;
  #isConnected = false;

  constructor(engine: Engine, deadlineMs: number) {
    this.#engine = engine;
    this.#deadlineMs = deadlineMs;
  }

  start(receiver: BrokerReceiver): void {
    this.#receiver = receiver;
    // If it fails, the connection was lost again, and the engine connects again.
    this.#engine.onConnected(() => void this.#resume().catch(() => {})); // 2, 20
    this.#engine.onLost((error) => this.#interrupt(error)); // 19
    this.#engine.onPublication((...arrived) => this.#arrived(...arrived));
    this.#engine.connect();
  }

  async append(channel: string, json: string, options: AppendOptions): Promise<AppendOutcome> {
    if (!this.#isConnected) return unavailable('not connected');
    const candidates = { tag: randomHex(4), epoch: randomHex(8) }; // 3, 11
    try {
      const appended = this.#engine.append(channel, json, { ...options, ...candidates });
      return { type: 'appended', position: await within(this.#deadlineMs, appended) };
    } catch (error) {
      return error instanceof Refusal ? unavailable(error) : { type: 'unknown', reason: String(error) }; // 7
    }
  }

  read(channel: string, since: Position | undefined, limit: number): Promise<ReadOutcome> {
    return this.#ask<ReadOutcome>(async () => {
      const { lost, publications, top } = await this.#engine.read(channel, since, limit, randomHex(8));
      return lost ? { type: 'lost', top } : { type: 'read', publications, top }; // 8, 10
    });
  }

  async follow(channel: string): Promise<TopOutcome> {
    const following = this.#followed.get(channel) ?? { held: [] };
    this.#followed.set(channel, following);
    const outcome = await this.#ask<TopOutcome>(async () => {
      await this.#engine.subscribe(channel); // 13: first the subscription, then the top
      return { type: 'top', top: await this.#topOf(channel) };
    });
    if (this.#followed.get(channel) !== following) return outcome; // 14: unfollowed meanwhile
    if (outcome.type === 'top') this.#release(channel, following, outcome.top);
    else if (following.held) void this.unfollow(channel); // 20: the engine may answer late
    return outcome;
  }

  async unfollow(channel: string): Promise<void> {
    this.#followed.delete(channel); // 14
    await this.#ask<unknown>(() => this.#engine.unsubscribe(channel));
  }

  async tops(channels: readonly string[]): Promise<readonly TopOutcome[]> {
    const epochs = channels.map(() => randomHex(8));
    const tops = await this.#ask(() => this.#engine.tops(channels, epochs)); // 15
    return channels.map((_, i) => ('type' in tops ? tops : { type: 'top', top: tops[i] as Position }));
  }

  snapshot(channel: string): Promise<SnapshotOutcome> {
    return this.#ask<SnapshotOutcome>(async () => {
      const { fields, top } = await this.#engine.snapshot(channel, randomHex(8)); // 16
      return { type: 'snapshot', state: fields, top };
    });
  }

  lease(node: string, ttlMs: number): Promise<LeaseOutcome> {
    return this.#ask<LeaseOutcome>(async () => {
      const wasHeld = await this.#engine.lease(node, ttlMs, randomHex(8)); // 17
      return { type: wasHeld ? 'held' : 'lost' };
    });
  }

  async close(): Promise<void> {
    this.#receiver = undefined; // 21
    this.#isConnected = false;
    await this.#engine.end().catch(() => {});
  }

  /** Asks a question that changes nothing that matters. Every failure is `unavailable`. */
  async #ask<Answer>(question: () => Promise<Answer>): Promise<Answer | BrokerUnavailable> {
    if (!this.#isConnected) return unavailable('not connected');
    try {
      return await within(this.#deadlineMs, question()); // 1
    } catch (error) {
      return unavailable(error);
    }
  }

  async #topOf(channel: string): Promise<Position> {
    const [top] = await this.#engine.tops([channel], [randomHex(8)]);
    if (!top) throw new Error('the engine answered no top');
    return top;
  }

  #arrived(channel: string, epoch: string, publication: StoredPublication): void {
    const following = this.#followed.get(channel);
    if (!following || !this.#isConnected) return; // 14, 19
    if (following.held) following.held.push({ epoch, publication });
    else this.#receiver?.publicationArrived(channel, epoch, publication); // 5
  }

  /** Reports what is behind the top. */
  #release(channel: string, following: Following, top: Position): void {
    const held = following.held ?? [];
    following.held = undefined;
    for (const { epoch, publication } of held)
      if (epoch === top.epoch && publication.offset > top.offset)
        this.#receiver?.publicationArrived(channel, epoch, publication);
  }

  async #resume(): Promise<void> {
    await Promise.all([...this.#followed.keys()].map((channel) => this.#engine.subscribe(channel))); // 20
    this.#isConnected = true;
    this.#receiver?.resumed();
  }

  #interrupt(error: Error): void {
    if (!this.#isConnected) return;
    this.#isConnected = false;
    this.#receiver?.interrupted(error.message);
  }
}

interface Following {
  /** What arrived before the top was known. Absent once it is. */
  held: { readonly epoch: string; readonly publication: StoredPublication }[] | undefined;
}

function unavailable(reason: unknown): BrokerUnavailable {
  return { type: 'unavailable', reason: String(reason) };
}
