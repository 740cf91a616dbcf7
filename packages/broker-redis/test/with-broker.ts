/** Brokers for tests of this package: each is started with a receiver that records, and closed with the test. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoredPublication } from '@sallyport/channels';
import { onTestFinished } from 'vitest';
import { createRedisBroker, type RedisBroker, type RedisBrokerOptions } from '../src/index.ts';

export const KEPT = { size: 100, ms: 600_000 };

/** A broker, and what it reported. */
export interface Watched {
  readonly broker: RedisBroker;
  /** `resumed`, `interrupted: REASON` and publications as `CHANNEL JSON`, in order. */
  readonly reports: readonly string[];
  /** The calls of the observer. */
  readonly news: readonly string[];
}

/** The changes of state: an interruption is one, however many reasons it had. Which attempts fail, and why, is a matter of time. */
export function changes({ news }: Watched): readonly string[] {
  const states = news.map((one) => one.replace(/:.*/s, ''));
  return states.filter((state, index) => state !== states[index - 1]);
}

/** Starts a broker. It is closed at the end of the test. */
export function startBroker(options: RedisBrokerOptions): Watched {
  const reports: string[] = [];
  const news: string[] = [];
  const broker = createRedisBroker({
    observe: {
      connected: () => news.push('connected'),
      interrupted: (reason) => news.push(`interrupted: ${reason}`),
      warning: (message) => news.push(`warning: ${message}`),
    },
    ...options,
  });
  onTestFinished(() => broker.close());
  broker.start({
    publicationArrived: (channel: string, _epoch: string, { json }: StoredPublication) =>
      reports.push(`${channel} ${json}`),
    interrupted: (reason) => reports.push(`interrupted: ${reason}`),
    resumed: () => reports.push('resumed'),
  });
  return { broker, reports, news };
}

/** Starts a broker, and waits until it is connected. */
export async function connectedBroker(options: RedisBrokerOptions): Promise<Watched> {
  const watched = startBroker(options);
  await until(() => watched.broker.state === 'connected');
  return watched;
}

/** Waits until the condition holds. The test itself has a time limit. */
export async function until(condition: () => unknown): Promise<void> {
  while (!(await condition())) await sleep(10);
}
