/**
 * The broker of a worker: it asks the parent, which keeps the logs of all channels in its memory.
 *
 * The connection to the parent lasts as long as the parent. When it ends, the worker ends too (`obey.ts`), so nothing connects again here.
 * Proven by: test/workers/broker-stories.test.ts, test/workers/parent-broker.test.ts.
 */
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
import type { BrokerCall, BrokerMethod, BrokerNews } from './calls.ts';

/** The way to the parent. */
export interface WayToParent {
  /** Whether so much is on the way that nothing should be added. */
  readonly isFull: boolean;
  /** `bytes` is the size that counts against the bound. */
  post(call: BrokerCall, bytes: number): void;
}

/** Calls that may wait for their answers. */
const MOST_UNANSWERED = 16_384;

/** The default of `deadlineMs`, as on Redis. */
const DEADLINE_MS = 5_000;

/** Certainly not sent. */
class NotSent extends Error {}

interface Pending {
  resolve(outcome: unknown): void;
  reject(error: Error): void;
}

/** A channel that the worker follows. */
interface Following {
  /** What arrived before the top was known. Undefined once it is. */
  held: { readonly epoch: string; readonly publication: StoredPublication }[] | undefined;
  /** Calls of `follow` that wait for the top. */
  calls: number;
}

export class ParentBroker implements Broker {
  readonly name = 'parent';
  readonly #way: WayToParent;
  readonly #deadlineMs: number;
  readonly #followed = new Map<string, Following>();
  readonly #pending = new Map<number, Pending>();
  #receiver: BrokerReceiver | undefined;
  #lastId = 0;
  /** Why no call can be sent. Undefined: one can. */
  #problem: string | undefined = 'the broker has not started';

  /** `deadlineMs`: how long the parent may take for an answer, in milliseconds. Past it the outcome is `unavailable` or `unknown`. */
  constructor(way: WayToParent, deadlineMs = DEADLINE_MS) {
    this.#way = way;
    this.#deadlineMs = deadlineMs;
  }

  // --- Broker.

  start(receiver: BrokerReceiver): void {
    this.#receiver = receiver;
    this.#problem = undefined;
    queueMicrotask(() => {
      if (this.#problem === undefined) this.#receiver?.resumed();
    });
  }

  async append(channel: string, json: string, options: AppendOptions): Promise<AppendOutcome> {
    try {
      return (await this.#call('append', [channel, json, options], json.length)) as AppendOutcome;
    } catch (error) {
      return error instanceof NotSent ? unavailable(error) : { type: 'unknown', reason: reasonOf(error) };
    }
  }

  read(channel: string, since: Position | undefined, limit: number): Promise<ReadOutcome> {
    return this.#ask<ReadOutcome>('read', channel, since, limit);
  }

  async follow(channel: string): Promise<TopOutcome> {
    const following = this.#followed.get(channel) ?? { held: [], calls: 0 };
    this.#followed.set(channel, following);
    following.calls += 1;
    const outcome = await this.#ask<TopOutcome>('follow', channel);
    following.calls -= 1;
    if (this.#followed.get(channel) !== following) return outcome;
    if (outcome.type === 'top') this.#release(channel, following, outcome.top);
    // The parent may follow the channel all the same, and answer late.
    else if (following.held && following.calls === 0) void this.unfollow(channel);
    return outcome;
  }

  async unfollow(channel: string): Promise<void> {
    this.#followed.delete(channel);
    await this.#ask<undefined>('unfollow', channel);
  }

  async tops(channels: readonly string[]): Promise<readonly TopOutcome[]> {
    const outcomes = await this.#ask<readonly TopOutcome[]>('tops', channels);
    return 'type' in outcomes ? channels.map(() => outcomes) : outcomes;
  }

  snapshot(channel: string): Promise<SnapshotOutcome> {
    return this.#ask<SnapshotOutcome>('snapshot', channel);
  }

  lease(node: string, ttlMs: number): Promise<LeaseOutcome> {
    return this.#ask<LeaseOutcome>('lease', node, ttlMs);
  }

  async close(): Promise<void> {
    this.#receiver = undefined;
    this.#followed.clear();
    const closing = this.#ask<undefined>('close');
    this.#end('the broker is closed');
    await closing;
  }

  // --- For the link to the parent.

  /** Takes what the parent sends. */
  take(news: BrokerNews): void {
    if (news.type === 'answered') this.#pending.get(news.id)?.resolve(news.outcome);
    else if (news.type === 'arrived') this.#arrived(news.channel, news.epoch, news.publication);
    else {
      // Every channel reads its log, as after a connection that was lost.
      this.#receiver?.interrupted('the parent left out publications, because this worker did not keep up');
      this.#receiver?.resumed();
    }
  }

  /** The parent has ended. */
  lost(reason: string): void {
    const receiver = this.#problem === undefined ? this.#receiver : undefined;
    this.#end(reason);
    receiver?.interrupted(reason);
  }

  #end(problem: string): void {
    this.#problem = problem;
    for (const { reject } of [...this.#pending.values()]) reject(new Error(problem));
  }

  #arrived(channel: string, epoch: string, publication: StoredPublication): void {
    const following = this.#followed.get(channel);
    if (following?.held) following.held.push({ epoch, publication });
    else if (following) this.#receiver?.publicationArrived(channel, epoch, publication);
  }

  /** Reports what has arrived behind the top. A second `follow` of a channel changes nothing. */
  #release(channel: string, following: Following, top: Position): void {
    const { held } = following;
    following.held = undefined;
    if (!held || this.#problem !== undefined) return;
    for (const { epoch, publication } of held)
      if (epoch === top.epoch && publication.offset > top.offset)
        this.#receiver?.publicationArrived(channel, epoch, publication);
  }

  /** Asks a question that changes nothing that matters. Every failure is `unavailable`. */
  async #ask<Outcome>(
    method: BrokerMethod,
    ...args: readonly unknown[]
  ): Promise<Outcome | BrokerUnavailable> {
    try {
      return (await this.#call(method, args)) as Outcome;
    } catch (error) {
      return unavailable(error);
    }
  }

  #call(method: BrokerMethod, args: readonly unknown[], bytes = 0): Promise<unknown> {
    if (this.#problem !== undefined) return Promise.reject(new NotSent(this.#problem));
    if (this.#pending.size >= MOST_UNANSWERED || this.#way.isFull)
      return Promise.reject(new NotSent('the parent does not keep up with this worker'));
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      const settled = () => {
        clearTimeout(timer);
        this.#pending.delete(id);
      };
      const fail = (error: Error) => {
        settled();
        reject(error);
      };
      const timer = setTimeout(
        () => fail(new Error(`the parent gave no answer within ${this.#deadlineMs} ms`)),
        this.#deadlineMs,
      );
      this.#pending.set(id, {
        resolve(outcome) {
          settled();
          resolve(outcome);
        },
        reject: fail,
      });
      this.#way.post({ type: 'call', id, method, args }, bytes);
    });
  }
}

function unavailable(error: unknown): BrokerUnavailable {
  return { type: 'unavailable', reason: reasonOf(error) };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
