/** Brokers for tests of this package: each is started with a receiver that records, and closed with the test. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AppendOutcome, StoredPublication } from '@sallyport/channels';
import type { Position } from '@sallyport/protocol';
import { expect, onTestFinished } from 'vitest';
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

/** Appends to a channel, in the name of the server. */
export function append({ broker }: Watched, json = '1', channel = 'room'): Promise<AppendOutcome> {
  return broker.append(channel, json, { retention: KEPT });
}

/** Appends, and returns the position. Throws if it was not appended. */
export async function appended(watched: Watched, json = '1', channel = 'room'): Promise<Position> {
  const outcome = await append(watched, json, channel);
  if (outcome.type !== 'appended') throw new Error(`append answered ${JSON.stringify(outcome)}`);
  return outcome.position;
}

/** The JSON texts that a channel keeps. Throws if it cannot be read. */
export async function jsons({ broker }: Watched, channel = 'room'): Promise<readonly string[]> {
  const outcome = await broker.read(channel, undefined, 100_000);
  if (outcome.type !== 'read') throw new Error(`read answered ${JSON.stringify(outcome)}`);
  return outcome.publications.map(({ json }) => json);
}

/** Waits until the broker works again. */
export async function healed(watched: Watched): Promise<void> {
  await until(async () => (await append(watched, '"after"', 'another room')).type === 'appended');
  expect(watched.broker.state).toBe('connected');
  expect(watched.broker.reason).toBeUndefined();
}
