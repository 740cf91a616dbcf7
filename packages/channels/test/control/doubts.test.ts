/** A node that may have missed revocations doubts its sessions, and asks about them. */
import type { Authenticator } from '@sallyport/core';
import type { SimulatedClock } from '@sallyport/core/testing';
import type { Identity } from '@sallyport/protocol';
import { describe, expect, it } from 'vitest';
import { settled } from '../harness.ts';
import { byName, cluster, type Device } from './cluster.ts';

/** A node with some sessions that loses the log while it is cut off. */
async function lost(count: number, stillValid?: Authenticator['stillValid']) {
  const { clock, logs, node } = cluster();
  const authenticate: Authenticator = Object.assign(
    (...[given, context]: Parameters<Authenticator>) => byName(given, context),
    stillValid && { stillValid },
  );
  const one = node({ authenticate });
  await settled();
  await one.sessions.revoke('nobody');
  const devices: Device[] = [];
  for (let index = 0; index < count; index += 1) devices.push(one.signIn(`user${index}`));
  one.cut();
  logs.forgetAll();
  await one.mend();
  expect(one.told).toContain('lost revocations');
  expect(one.channels.counters.revocationsLost).toBe(1);
  return { clock, one, devices };
}

/** The answers of the authenticator come between the seconds. */
async function pass(clock: SimulatedClock, ms: number): Promise<void> {
  for (let second = 0; second < ms; second += 1_000) {
    clock.advance(1_000);
    await settled();
  }
}

const ended = (devices: readonly Device[]) => devices.filter(({ code }) => code !== undefined).length;

describe('a node that may have missed revocations', () => {
  it('E49: ends its sessions with 4419, spread over minutes, if the authenticator cannot say whether they hold', async () => {
    const { clock, devices } = await lost(60);
    await pass(clock, 60_000);
    expect(ended(devices)).toBeGreaterThan(5);
    expect(ended(devices)).toBeLessThan(65);
    await pass(clock, 300_000);
    expect(devices.map(({ code }) => code)).toEqual(devices.map(() => 4419));
  });

  it('E49: asks the authenticator for each session once, at a bounded rate, and keeps those that it says to hold', async () => {
    const asked: string[] = [];
    const stillValid = async ({ user }: Identity) => {
      asked.push(user);
      return user !== 'user7';
    };
    const { clock, devices } = await lost(600, stillValid);
    clock.advance(1_000);
    expect(asked).toHaveLength(2);
    await pass(clock, 300_000);
    expect(new Set(asked).size).toBe(600);
    expect(asked).toHaveLength(600);
    expect(devices.map(({ code }) => code)).toEqual(
      devices.map((_, index) => (index === 7 ? 4419 : undefined)),
    );
  });

  it('does not ask about a session that signed in after the loss, or has ended', async () => {
    const asked: string[] = [];
    const stillValid = ({ user }: Identity) => {
      asked.push(user);
      return true;
    };
    const { clock, one, devices } = await lost(2, stillValid);
    devices[0]?.session.close();
    one.signIn('later');
    await pass(clock, 301_000);
    expect(asked).toEqual(['user1']);
  });

  it('asks about no session any more once its channels are closed', async () => {
    let asked = 0;
    const { clock, one } = await lost(5, () => {
      asked += 1;
      return true;
    });
    await one.channels.close();
    await pass(clock, 301_000);
    expect(asked).toBe(0);
  });
});
