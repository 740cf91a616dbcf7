/**
 * A connection of a node to the model of Redis: the port `RedisClient`, over a way with latency and faults. What is sent keeps its order.
 *
 * Proven by: test/redis.test.ts.
 */
import type { RedisClient } from '@sallyport/broker-redis';
import type { Random } from '../random.ts';
import type { Scheduler } from '../scheduler.ts';
import { RedisError } from './keyspace.ts';
import type { ModelConnection, RedisModel } from './redis-model.ts';
import type { Answer } from './scripts.ts';

/** What a connection needs of the link of its node. */
export interface ClientOwner {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly model: RedisModel;
  /** Whether a new connection comes through now. */
  readonly isReachable: boolean;
  /** Until when Redis does nothing for this node. */
  readonly hangsUntil: number;
  /** A command has been executed. Returns whether the connection is cut before its answer. */
  executed(command: string): boolean;
}

type Listener = (message: string, subject: string) => unknown;

export class SimulatedClient implements RedisClient, ModelConnection {
  readonly subjects = new Set<string>();
  readonly #owner: ClientOwner;
  readonly #listeners = new Map<string, Listener>();
  readonly #waiting = new Set<(error: Error) => void>();
  #onError: (error: Error) => unknown = () => {};
  #state: 'new' | 'open' | 'ended' = 'new';
  /** Whether nothing comes through any more, in either direction. */
  #isSwallowing = false;
  #lastUp = 0;
  #lastDown = 0;

  constructor(owner: ClientOwner) {
    this.#owner = owner;
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  // --- RedisClient.

  connect(): Promise<void> {
    return this.#ask(() => {
      if (!this.#owner.isReachable) throw new RedisError('ECONNREFUSED');
      this.#state = 'open';
      this.#owner.model.connections.add(this);
    });
  }

  sendCommand(args: readonly string[]): Promise<Answer> {
    if (!this.isOpen) return Promise.reject(new Error('The client is closed'));
    return this.#ask(() => {
      try {
        return this.#owner.model.execute(args);
      } finally {
        if (this.#owner.executed(args[0] ?? '')) this.cut();
      }
    });
  }

  subscribe(subjects: string[], listener: Listener): Promise<void> {
    return this.#ask(
      () => {
        for (const one of subjects) this.subjects.add(one);
      },
      () => {
        for (const one of subjects) this.#listeners.set(one, listener);
      },
    );
  }

  unsubscribe(subjects: string[]): Promise<void> {
    return this.#ask(
      () => {
        for (const one of subjects) this.subjects.delete(one);
      },
      () => {
        for (const one of subjects) this.#listeners.delete(one);
      },
    );
  }

  on(_: 'error', listener: (error: Error) => unknown): void {
    this.#onError = listener;
  }

  /** What has been sent may still arrive and be executed. */
  destroy(): void {
    if (!this.isOpen) throw new Error('The client is closed');
    this.#end();
  }

  // --- The server's end.

  deliver(message: string, subject: string): void {
    this.#down(() => this.#listeners.get(subject)?.(message, subject));
  }

  closed(reason: string): void {
    this.#down(() => this.#fail(reason));
  }

  // --- Faults.

  /** The connection is reset. What is on its way is lost, in both directions. */
  cut(): void {
    if (!this.isOpen) return;
    this.halfOpen();
    const { scheduler, random } = this.#owner;
    scheduler.after(random.between(0, 5), () => this.#fail('ECONNRESET'));
  }

  /** Nothing comes through any more, and none of both ends learns it. */
  halfOpen(): void {
    this.#isSwallowing = true;
  }

  /** Redis has forgotten the subscriptions. The connection answers all the same. */
  silence(): void {
    this.subjects.clear();
  }

  /** Nothing arrives for so long; then Redis has too much for this connection, and closes it. What waited is lost. */
  overflow(ms: number): void {
    const { scheduler, model } = this.#owner;
    this.#lastDown = scheduler.now + ms;
    scheduler.after(ms - 1, () => {
      model.connections.delete(this);
      this.cut();
    });
  }

  /** The process of the node is gone. */
  abandon(): void {
    this.#end();
  }

  #end(): void {
    this.#state = 'ended';
    this.#owner.model.connections.delete(this);
  }

  #fail(reason: string): void {
    if (!this.isOpen) return;
    this.#end();
    // The library leaves some promises pending for ever.
    for (const fail of this.#waiting) if (this.#owner.random.chance(0.5)) fail(new Error(reason));
    this.#onError(new Error(reason));
  }

  /** Executes something at the server, and then `answered` here. Rejects with what the server says no with. */
  #ask<Result>(execute: () => Result, answered = () => {}): Promise<Result> {
    const { scheduler, random } = this.#owner;
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject);
      const settle = (act: () => void) =>
        this.#down(() => {
          this.#waiting.delete(reject);
          act();
        });
      this.#lastUp = Math.max(this.#lastUp, scheduler.now + random.between(1, 8), this.#owner.hangsUntil);
      scheduler.after(this.#lastUp - scheduler.now, () => {
        if (this.#isSwallowing) return;
        try {
          const result = execute();
          settle(() => {
            answered();
            resolve(result);
          });
        } catch (error) {
          if (!(error instanceof RedisError)) throw error;
          settle(() => reject(error));
        }
      });
    });
  }

  #down(arrive: () => void): void {
    const { scheduler, random } = this.#owner;
    this.#lastDown = Math.max(this.#lastDown, scheduler.now + random.between(1, 8), this.#owner.hangsUntil);
    scheduler.after(this.#lastDown - scheduler.now, () => {
      if (!this.#isSwallowing && this.#state !== 'ended') arrive();
    });
  }
}
