/**
 * Keeps one connection to Redis: connects, prepares, probes, and connects again for ever.
 *
 * The pause before a new attempt grows from 50 ms to 1 s, and half of it is random, so that many nodes do not come at once.
 * Proven by: test/failures.test.ts.
 */
import { Connection } from './connection.ts';
import { reasonOf } from './failures.ts';
import type { Keys } from './keys.ts';
import type { RedisBrokerState } from './observer.ts';
import type { RedisBrokerSettings } from './options.ts';
import { checkRights, loadScripts, memoryProblem } from './preparation.ts';
import { Probe } from './probe.ts';

const SHORTEST_MS = 50;
const LONGEST_MS = 1_000;

/** What a new connection is for. */
export interface ConnectionOwner {
  /** Subscribes again to what was followed. The connection is not in use before the promise resolves. */
  restore(connection: Connection): Promise<void>;
  connected(): void;
  interrupted(reason: string): void;
}

export class Reconnecting {
  readonly #settings: RedisBrokerSettings;
  readonly #keys: Keys;
  readonly #owner: ConnectionOwner;
  readonly #probeSubject: string;
  #state: RedisBrokerState = 'connecting';
  #reason: string | undefined;
  #latencyMs: number | undefined;
  /** The attempt or the connection of now. */
  #connection: Connection | undefined;
  #connectedAt = 0;
  #failures = 0;
  #timer: unknown;
  #probe: Probe | undefined;

  constructor(settings: RedisBrokerSettings, keys: Keys, owner: ConnectionOwner) {
    this.#settings = settings;
    this.#keys = keys;
    this.#owner = owner;
    this.#probeSubject = keys.probe(settings.randomHex(8));
  }

  get state(): RedisBrokerState {
    return this.#state;
  }

  /** Why the broker is not connected. Undefined while it is, and before the first attempt has failed. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** The time that the last probe took, in milliseconds. Undefined while the broker is not connected. */
  get latencyMs(): number | undefined {
    return this.#latencyMs;
  }

  /** The connection, while it is in use. */
  get current(): Connection | undefined {
    return this.#state === 'connected' && this.#connection?.isUsable ? this.#connection : undefined;
  }

  start(): void {
    if (this.#state !== 'closed') void this.#attempt();
  }

  close(): void {
    this.#state = 'closed';
    this.#settings.clock.clearTimeout(this.#timer);
    this.#probe?.stop();
    this.#connection?.end('the broker is closed');
  }

  async #attempt(): Promise<void> {
    let connection: Connection | undefined;
    try {
      const made = new Connection(this.#settings, (reason) => this.#lost(made, reason));
      connection = made;
      this.#connection = made;
      await connection.connect();
      await loadScripts(connection);
      await checkRights(connection, this.#keys, this.#settings.randomHex);
      const probe = new Probe(connection, this.#probeSubject, this.#settings);
      this.#probe = probe;
      await probe.subscribe();
      const latencyMs = await probe.run();
      const problem = await memoryProblem(connection);
      await this.#owner.restore(connection);
      if (!connection.isUsable) throw new Error('the connection has ended');
      this.#connected(connection, probe, latencyMs, problem);
    } catch (error) {
      connection?.end(reasonOf(error));
      this.#lost(connection, reasonOf(error));
    }
  }

  #connected(connection: Connection, probe: Probe, latencyMs: number, problem: string | undefined): void {
    this.#state = 'connected';
    this.#reason = undefined;
    this.#latencyMs = latencyMs;
    this.#connectedAt = this.#settings.clock.now();
    this.#probeLater(connection, probe);
    this.#observe('connected');
    if (problem) this.#observe('warning', problem);
    this.#owner.connected();
  }

  #probeLater(connection: Connection, probe: Probe): void {
    this.#timer = this.#settings.clock.setTimeout(async () => {
      try {
        this.#latencyMs = await probe.run();
        if (connection === this.current) this.#probeLater(connection, probe);
      } catch (error) {
        connection.end(reasonOf(error));
        this.#lost(connection, reasonOf(error));
      }
    }, this.#settings.probeMs);
  }

  /** An attempt has failed, or the connection has ended. Both may be reported more than once. */
  #lost(connection: Connection | undefined, reason: string): void {
    if (this.#state === 'closed' || connection !== this.#connection) return;
    this.#connection = undefined;
    const { clock, random } = this.#settings;
    clock.clearTimeout(this.#timer);
    this.#probe?.stop();
    const wasConnected = this.#state === 'connected';
    // A connection that ends soon, again and again, is no success.
    if (wasConnected && clock.now() - this.#connectedAt > LONGEST_MS) this.#failures = 0;
    const isNews = kindOf(reason) !== kindOf(this.#reason ?? '');
    this.#state = 'interrupted';
    this.#reason = reason;
    this.#latencyMs = undefined;
    const pauseMs = Math.min(LONGEST_MS, SHORTEST_MS * 2 ** this.#failures) * (0.5 + random() / 2);
    this.#failures = Math.min(this.#failures + 1, 10);
    this.#timer = clock.setTimeout(() => void this.#attempt(), pauseMs);
    if (isNews) this.#observe('interrupted', reason);
    if (wasConnected) this.#owner.interrupted(reason);
  }

  #observe(handler: 'connected' | 'interrupted' | 'warning', text = ''): void {
    try {
      this.#settings.observe[handler]?.(text);
    } catch {
      // An error of the observer must not stop the broker.
    }
  }
}

/** Two reasons of one kind are one piece of news: an address or a number may differ. */
function kindOf(reason: string): string {
  return reason.replaceAll(/[^A-Za-z ]/g, '').slice(0, 24);
}
