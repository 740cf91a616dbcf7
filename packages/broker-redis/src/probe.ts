/**
 * The probe: publishes a random text, and expects it on the subscription. A PING would see neither a subscription that Redis has dropped nor
 * one on another server. Commands and subscriptions have a connection each, so it looks at both.
 *
 * Proven by: test/failures.test.ts.
 */
import type { Connection } from './connection.ts';
import type { RandomHex } from './random-hex.ts';
import type { BrokerClock } from './system-clock.ts';

/** What a probe needs of the settings of its broker. */
export interface ProbeSettings {
  readonly deadlineMs: number;
  readonly clock: BrokerClock;
  readonly randomHex: RandomHex;
}

export class Probe {
  readonly #connection: Connection;
  readonly #subject: string;
  readonly #settings: ProbeSettings;
  #arrived: (text: string) => void = () => {};
  #giveUp: () => void = () => {};

  constructor(connection: Connection, subject: string, settings: ProbeSettings) {
    this.#connection = connection;
    this.#subject = subject;
    this.#settings = settings;
  }

  async subscribe(): Promise<void> {
    await this.#connection.subscribe([this.#subject], (text) => this.#arrived(text));
  }

  /** Probes the connection once. Returns the time from the publication to its arrival, in milliseconds. Rejects if it does not arrive. */
  async run(): Promise<number> {
    const { clock, deadlineMs, randomHex } = this.#settings;
    const nonce = randomHex(8);
    const begin = clock.now();
    let timer: unknown;
    const arrival = new Promise<void>((resolve, reject) => {
      this.#arrived = (text) => text === nonce && resolve();
      this.#giveUp = () => reject(new Error('the connection has ended'));
      timer = clock.setTimeout(
        () => reject(new Error('a message of pub/sub did not arrive: the subscription is silent')),
        deadlineMs,
      );
    });
    try {
      await Promise.all([arrival, this.#connection.command('PUBLISH', this.#subject, nonce)]);
      return clock.now() - begin;
    } finally {
      clock.clearTimeout(timer);
    }
  }

  /** Ends the probe that is under way: its connection has ended. */
  stop(): void {
    this.#giveUp();
  }
}
