/**
 * The logs of a run in a model of Redis, with what happens to Redis as a whole. The oracle learns each append, and each loss.
 *
 * Proven by: test/redis.test.ts.
 */
import type { Oracle } from '../oracle.ts';
import type { Scheduler } from '../scheduler.ts';
import type { Keyspace } from './keyspace.ts';
import { RedisModel } from './redis-model.ts';
import type { Refusal } from './script-calls.ts';
import type { Answer } from './scripts.ts';

const META = 'sallyport:m:';
const LOG = 'sallyport:l:';
const SUBJECT = 'sallyport:c:';

/** How long a key of another program stays on a server that has taken the place of its master. */
const FOREIGN_MS = 300;

export class RedisStore {
  readonly model: RedisModel;
  readonly #scheduler: Scheduler;
  readonly #oracle: Oracle;
  /** A replica that has nothing new since it was made. */
  #replica: Keyspace | undefined;
  /** Keys of another program that are in the way. */
  readonly #foreign = new Set<string>();

  constructor(scheduler: Scheduler, oracle: Oracle) {
    this.#scheduler = scheduler;
    this.#oracle = oracle;
    this.model = new RedisModel({
      now: scheduler.process().wallNow,
      ran: (script, args, answer) => script === 'append' && this.#appended(args, answer),
    });
  }

  /** FLUSHALL. */
  forgetAll(): void {
    this.model.execute(['FLUSHALL']);
    this.#foreign.clear();
    this.#oracle.forgetAll();
  }

  forgetScripts(): void {
    this.model.execute(['SCRIPT', 'FLUSH']);
  }

  /** A memory policy drops the meta record of a channel. */
  evictMeta(channel: string): void {
    this.model.execute(['DEL', META + channel]);
    this.#oracle.forget(channel);
  }

  /** A memory policy drops the history of a channel. */
  evictHistory(channel: string): void {
    this.model.execute(['DEL', LOG + channel]);
    this.#oracle.dropHistory(channel);
  }

  /** Another program writes a text where the broker has a hash or a stream. Redis says WRONGTYPE until it is deleted. */
  occupy(channel: string, which: 'meta' | 'log', ms: number): void {
    const key = (which === 'meta' ? META : LOG) + channel;
    this.model.keyspace.set(key, 'of another program');
    this.#foreign.add(key);
    if (which === 'meta') this.#oracle.forget(channel);
    else this.#oracle.dropHistory(channel);
    this.#scheduler.after(ms, () => this.#vacate(key));
  }

  refuse(refusal: Refusal, ms: number): void {
    this.model.refusal = refusal;
    this.#scheduler.after(ms, () => {
      if (this.model.refusal === refusal) this.model.refusal = undefined;
    });
  }

  /** The process ends and starts again, with its log or without. */
  restart(isKept: boolean): void {
    this.forgetScripts();
    if (!isKept) this.forgetAll();
    this.model.disconnect('all');
  }

  /** From now on a replica lags. After so long it takes the place of its master. Returns false if there is one that lags. */
  failOver(afterMs: number, keepsConnections: boolean): boolean {
    if (this.#replica) return false;
    this.#replica = this.model.keyspace.copy();
    this.#scheduler.after(afterMs, () => this.#promote(keepsConnections));
    return true;
  }

  /** All faults stop. */
  heal(): void {
    this.model.refusal = undefined;
    this.#replica = undefined;
    for (const key of this.#foreign) this.#vacate(key);
  }

  #promote(keepsConnections: boolean): void {
    const replica = this.#replica;
    if (!replica) return;
    this.#replica = undefined;
    this.model.keyspace = replica;
    this.model.refusal = undefined;
    this.#foreign.clear();
    for (const channel of this.#oracle.channels) {
      this.#oracle.fork(channel, topIn(replica, channel));
      // The replica may have what another program wrote, and has deleted on the master since.
      for (const key of [META + channel, LOG + channel]) {
        if (replica.typeOf(key) !== 'string') continue;
        this.#oracle.dropHistory(channel);
        this.#foreign.add(key);
        this.#scheduler.after(FOREIGN_MS, () => this.#vacate(key));
      }
    }
    if (keepsConnections) return;
    this.forgetScripts();
    this.model.disconnect('all');
  }

  #vacate(key: string): void {
    if (this.#foreign.delete(key)) this.model.execute(['DEL', key]);
  }

  #appended(args: readonly string[], answer: Answer): void {
    if (!Array.isArray(answer)) return;
    const [epoch, offset, tag] = answer as readonly string[];
    const [json = '', user = '', size, age, , subject = ''] = args.slice(3);
    const entry = { json, user: user === '' ? undefined : (JSON.parse(user) as string) };
    const retention = { size: Number(size), ms: age === '-1' ? Number.POSITIVE_INFINITY : Number(age) };
    const position = { epoch: epoch ?? '', offset: Number(offset), tag: tag ?? '' };
    // The broker proves its rights in a channel with the empty name.
    const channel = subject.slice(SUBJECT.length);
    if (channel !== '') this.#oracle.appended(channel, position, entry, retention);
  }
}

/** The epoch and the top offset that a server has of a channel. */
function topIn(keyspace: Keyspace, channel: string): { epoch: string; offset: number } | undefined {
  if (keyspace.typeOf(META + channel) !== 'hash') return undefined;
  const meta = keyspace.hash(META + channel);
  return { epoch: meta.get('e') ?? '', offset: Number(meta.get('o')) };
}
