/** Timers of a client's session, against the limits of runtimes and against an event loop that stalls. */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from '@sallyport/client';
import { accept } from '@sallyport/core';
import { SimulatedClock } from '@sallyport/core/testing';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { Timers } from '../src/timers.ts';
import { network, right } from './network.ts';

/** The longest delay of a timer in a runtime. A longer one fires at once. */
const LONGEST_MS = 2 ** 31 - 1;

it.each([LONGEST_MS - 1, LONGEST_MS, LONGEST_MS + 1, 1e12, Number.MAX_VALUE])(
  'no timer is longer than a runtime can hold: a sign-in of %d ms',
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

it('a sign-in longer than the longest timer is renewed after the longest timer, and not at once', async () => {
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

it('a failed renewal is tried again after half of the time that remains, but no sooner than in a second', () => {
  const set: number[] = [];
  const clock = { setTimeout: (_: () => void, ms: number) => set.push(ms), clearTimeout: () => {} };
  const timers = new Timers(
    clock,
    () => 0.5,
    () => {},
  );
  timers.arm({ type: 'arm', timer: 'renewal', expiresInMs: 40_000 });
  for (const failures of [1, 2, 3, 4]) timers.arm({ type: 'arm', timer: 'renewal', failures });
  expect(set.map(Math.round)).toEqual([32_000, 4_000, 2_000, 1_000]);
  timers.arm({ type: 'arm', timer: 'renewal', expiresInMs: 1e12 });
  timers.arm({ type: 'arm', timer: 'renewal', failures: 1 });
  expect(set.slice(4)).toEqual([LONGEST_MS, LONGEST_MS]);
});

it('a deadline longer than one timer runs for exactly its time', () => {
  const clock = new SimulatedClock();
  const fired: string[] = [];
  const timers = new Timers(
    clock,
    () => 0.5,
    ({ type }) => fired.push(type),
  );
  expect(timers.arm({ type: 'arm', timer: 'verdict' })).toBe(10_000);
  clock.advance(9_999);
  expect(fired).toEqual([]);
  clock.advance(1);
  expect(fired).toEqual(['verdict.timedOut']);
  expect(clock.pending).toBe(0);
});

it.each(['opening', 'verdict', 'closing', 'silence'] as const)(
  'an event that arrived while the event loop stalled is delivered before the deadline %s fires',
  (timer) => {
    // A loop that stalls runs its timers late, and events that arrived meanwhile after them.
    const due: { callback: () => void; ms: number }[] = [];
    const clock = {
      setTimeout: (callback: () => void, ms: number) => due.push({ callback, ms }),
      clearTimeout: (handle: unknown) => void due.splice((handle as number) - 1, 1),
    };
    const fired: string[] = [];
    const timers = new Timers(
      clock,
      () => 0.5,
      ({ type }) => fired.push(type),
    );
    timers.arm({ type: 'arm', timer });
    due.shift()?.callback();
    expect([fired, due.length]).toEqual([[], 1]);
    // The event comes now, and stops the timer.
    due.length = 0;
    timers.disarmAll();
    expect(fired).toEqual([]);
  },
);

it('a stalled event loop does not make a server silent that has answered', async () => {
  const http = createServer();
  const server = new WebSocketServer({ server: http });
  server.on('connection', (socket) => {
    socket.on('message', () => socket.send('{"type":"authenticated","user":"admin"}'));
  });
  await new Promise<Server>((resolve) => http.listen(0, '127.0.0.1', () => resolve(http)));
  onTestFinished(() => {
    server.close();
    http.close();
  });
  // Twenty times as fast: the deadline of 10 s runs for 500 ms, and the stall lasts longer.
  const clock = {
    setTimeout: (callback: () => void, ms: number) => setTimeout(callback, ms / 20),
    clearTimeout: (handle: unknown) => clearTimeout(handle as NodeJS.Timeout),
  };
  const { port } = http.address() as AddressInfo;
  const session = connect(`ws://127.0.0.1:${port}`, { credentials: right, WebSocket, clock });
  onTestFinished(() => session.close());
  const states: string[] = [];
  session.on('state', ({ state, reason }) => {
    states.push(reason ? `${state} ${reason}` : state);
    if (state !== 'authenticating') return;
    const end = performance.now() + 525;
    setImmediate(() => {
      while (performance.now() < end);
    });
  });
  await session.ready;
  expect(states.filter((state) => state.startsWith('waiting'))).toEqual([]);
});
