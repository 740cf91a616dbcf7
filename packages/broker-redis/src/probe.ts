/**
 * The probe: publishes a random text, and expects it on the subscription. A PING would see neither a subscription that Redis has dropped nor
 * one on another server. Commands and subscriptions have a connection each, so it looks at both.
 *
 * Proven by: test/failures.test.ts.
 */
import { randomBytes } from 'node:crypto';
import type { Connection } from './connection.ts';

export class Probe {
  readonly #connection: Connection;
  readonly #subject: string;
  readonly #deadlineMs: number;
  #arrived: (text: string) => void = () => {};

  constructor(connection: Connection, subject: string, deadlineMs: number) {
    this.#connection = connection;
    this.#subject = subject;
    this.#deadlineMs = deadlineMs;
  }

  async subscribe(): Promise<void> {
    await this.#connection.subscribe([this.#subject], (text) => this.#arrived(text));
  }

  /** Probes the connection once. Returns the time from the publication to its arrival, in milliseconds. Rejects if it does not arrive. */
  async run(): Promise<number> {
    const nonce = randomBytes(8).toString('hex');
    const begin = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const arrival = new Promise<void>((resolve, reject) => {
      this.#arrived = (text) => text === nonce && resolve();
      timer = setTimeout(
        () => reject(new Error('a message of pub/sub did not arrive: the subscription is silent')),
        this.#deadlineMs,
      );
    });
    try {
      await Promise.all([arrival, this.#connection.command('PUBLISH', this.#subject, nonce)]);
      return performance.now() - begin;
    } finally {
      clearTimeout(timer);
    }
  }
}
