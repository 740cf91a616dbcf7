/** Timers of a client's session against the limits of runtimes. */
import { accept } from '@sallyport/core';
import { SimulatedClock } from '@sallyport/core/testing';
import { expect, it } from 'vitest';
import { Timers } from '../src/timers.ts';
import { network } from './network.ts';

/** The longest delay of a timer in a runtime. A longer one fires at once. */
const LONGEST_MS = 2 ** 31 - 1;

it.each([LONGEST_MS - 1, LONGEST_MS, LONGEST_MS + 1, 1e12, Number.MAX_VALUE])(
  'no timer is set for longer than a runtime can hold: a sign-in of %d ms',
  (expiresInMs) => {
    const set: number[] = [];
    const clock = { setTimeout: (_: () => void, ms: number) => set.push(ms), clearTimeout: () => {} };
    new Timers(
      clock,
      () => 0.5,
      () => {},
    ).arm({ type: 'arm', timer: 'renewal', expiresInMs });
    expect(set).toHaveLength(1);
    expect(set[0]).toBe(Math.min(expiresInMs * 0.8, LONGEST_MS));
  },
);

it('no timer is set for a sign-in that never ends', () => {
  const clock = new SimulatedClock();
  new Timers(
    clock,
    () => 0.5,
    () => {},
  ).arm({
    type: 'arm',
    timer: 'renewal',
    expiresInMs: Number.POSITIVE_INFINITY,
  });
  expect(clock.pending).toBe(0);
});

it('a sign-in that lasts longer than a timer holds is renewed when the timer is at its longest, and not at once', async () => {
  let asked = 0;
  const net = network({ authenticate: () => accept('ada', { expiresInMs: 1e11 }) });
  const { session } = net.connect({
    credentials: () => {
      asked += 1;
      return { token: `t${asked}` };
    },
  });
  await net.pass();
  const set: number[] = [];
  const { setTimeout } = net.clock;
  net.clock.setTimeout = (callback, ms) => {
    set.push(ms);
    return setTimeout.call(net.clock, callback, ms);
  };
  net.cut();
  await net.pass(500);
  await net.pass();
  expect([session.state, asked]).toEqual(['ready', 2]);
  expect(Math.max(...set)).toBe(LONGEST_MS);
});
