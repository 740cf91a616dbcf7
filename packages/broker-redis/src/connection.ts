/**
 * A node's connection to Redis, from its beginning to its end. Every command has a deadline, and the number of commands under way is bounded.
 *
 * It has two clients, which live and end together: one for commands, one for subscriptions. Redis bounds the answers that wait on a connection
 * with subscriptions (32 MB), and cuts it past that; the histories of many channels, read at once, are more.
 *
 * If Redis answers nothing at all for as long as the deadline, the connection ends. While it answers, but late, the connection stays: what is
 * late is `unknown`, and a new connection would not be faster. Proven by: test/failures.test.ts.
 */
import { endsConnection, NotSent, reasonOf } from './failures.ts';
import type { RedisClient } from './redis-client.ts';
import { digests, type ScriptName } from './scripts.ts';
import type { BrokerClock } from './system-clock.ts';

/** Commands that may wait for their answers. A publication of 64 KiB in each would be 1 GiB. */
const MOST_UNANSWERED = 16_384;

/** What a connection needs of the settings of its broker. */
export interface ConnectionSettings {
  /** Makes a client. */
  readonly connect: () => RedisClient;
  readonly deadlineMs: number;
  readonly clock: BrokerClock;
}

type Listener = (message: string, subject: string) => void;

export class Connection {
  readonly #commands: RedisClient;
  readonly #subscriptions: RedisClient;
  readonly #deadlineMs: number;
  readonly #clock: BrokerClock;
  readonly #ended: (reason: string) => void;
  /** Fails what waits for an answer. */
  readonly #waiting = new Set<(error: Error) => void>();
  /** Commands that Redis has not answered, those past their deadline too. */
  #unanswered = 0;
  #answeredAt: number;
  /** No more commands are sent. */
  #isUsable = true;
  #isEnded = false;

  /** `ended` is called once, unless `end` was called before. */
  constructor({ connect, deadlineMs, clock }: ConnectionSettings, ended: (reason: string) => void) {
    this.#commands = connect();
    this.#subscriptions = connect();
    this.#deadlineMs = deadlineMs;
    this.#clock = clock;
    this.#answeredAt = clock.now();
    this.#ended = ended;
    for (const client of this.#clients) client.on('error', (error) => this.#fail(reasonOf(error)));
  }

  get isUsable(): boolean {
    return this.#isUsable;
  }

  get #clients(): readonly RedisClient[] {
    return [this.#commands, this.#subscriptions];
  }

  connect(): Promise<unknown> {
    return this.#ask(() => Promise.all(this.#clients.map((client) => client.connect())));
  }

  command(...args: readonly string[]): Promise<unknown> {
    return this.#ask(() => this.#commands.sendCommand(args));
  }

  run(script: ScriptName, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    return this.command('EVALSHA', digests[script], String(keys.length), ...keys, ...args);
  }

  subscribe(subjects: readonly string[], listener: Listener): Promise<unknown> {
    return this.#ask(() => this.#subscriptions.subscribe([...subjects], listener));
  }

  unsubscribe(subjects: readonly string[], listener: Listener): Promise<unknown> {
    return this.#ask(() => this.#subscriptions.unsubscribe([...subjects], listener));
  }

  /** Ends the connection, and fails what waits. */
  end(reason: string): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#isUsable = false;
    for (const client of this.#clients) {
      try {
        client.destroy();
      } catch {
        // It was not connected.
      }
    }
    // The client leaves some of its promises pending for ever.
    for (const fail of [...this.#waiting]) fail(new Error(reason));
  }

  #fail(reason: string): void {
    if (this.#isEnded) return;
    this.end(reason);
    this.#ended(reason);
  }

  #ask<Answer>(send: () => Promise<Answer>): Promise<Answer> {
    if (!this.#isUsable) return Promise.reject(new NotSent('not connected'));
    if (this.#unanswered >= MOST_UNANSWERED)
      return Promise.reject(new NotSent(`${MOST_UNANSWERED} commands have no answer yet`));
    this.#unanswered += 1;
    return new Promise((resolve, reject) => {
      const settle = () => {
        this.#clock.clearTimeout(timer);
        this.#waiting.delete(fail);
      };
      const fail = (error: Error) => {
        settle();
        reject(error);
      };
      const timer = this.#clock.setTimeout(() => this.#missed(fail), this.#deadlineMs);
      this.#waiting.add(fail);
      // A library that throws is like one that rejects.
      (async () => send())().then(
        (answer) => {
          this.#answered();
          settle();
          resolve(answer);
        },
        (error: Error) => {
          this.#answered();
          if (endsConnection(error)) this.#endSoon(reasonOf(error));
          fail(error);
        },
      );
    });
  }

  #answered(): void {
    this.#unanswered -= 1;
    this.#answeredAt = this.#clock.now();
  }

  #missed(fail: (error: Error) => void): void {
    fail(new Error(`no answer within ${this.#deadlineMs} ms`));
    if (this.#clock.now() - this.#answeredAt >= this.#deadlineMs)
      this.#fail(`Redis answered nothing for ${this.#deadlineMs} ms`);
  }

  /** Answers that have arrived together with this error still count. */
  #endSoon(reason: string): void {
    this.#isUsable = false;
    this.#clock.setTimeout(() => this.#fail(reason), 0);
  }
}
