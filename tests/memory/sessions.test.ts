/** Sessions in memory: what an idle one takes, and that ended ones leave nothing on the heap, in the counters and on the clock. */
import { accept, createSessions, refuse } from '@sallyport/core';
import { RecordingConnection, SimulatedClock } from '@sallyport/core/testing';
import { canary } from '@sallyport/core/testing/canary';
import { expect, it } from 'vitest';
import { sessions as total } from './amounts.ts';
import { expectFlat, heapInUse } from './heap.ts';

/** Few addresses, so that each comes back: an ended session must give its place back. */
const address = (number: number) => `10.0.${(number >> 8) & 15}.${number & 255}`;

it(`E26: sessions in memory, opened and ended in every way, leave the heap as it was`, async () => {
  const clock = new SimulatedClock();
  const late: (() => void)[] = [];
  const sessions = createSessions({
    clock,
    limits: { unauthenticatedPerSource: 1 },
    authenticate: (given) => {
      if (given.type === 'token')
        return new Promise((resolve) => void late.push(() => resolve(accept('late'))));
      return given.type === 'password' && given.password === canary.password
        ? accept(given.username)
        : refuse();
    },
    application: (message) => (message === 'later' ? Promise.resolve('then') : String(message)),
  });
  /** One client from opening to end. The kinds of end take turns. */
  const visit = (number: number): void => {
    const connection = new RecordingConnection();
    connection.answersClose = true;
    const request = { origin: undefined, host: 'gate', protocols: undefined, version: '13' };
    const admission = sessions.admit({ ...request, address: address(number) });
    if (!('peer' in admission)) throw new Error(`not admitted: ${admission.status}`);
    const receiver = sessions.open(connection, admission.peer);
    connection.opened(receiver);
    const say = (text: string) => receiver.receive(text, Buffer.byteLength(text));
    const ways = [
      () => connection.closed(1000),
      () => connection.closed(1006),
      () => say('x'.repeat(70_000)),
      () => sessions.revoke(`user${number}`),
    ];
    if (number % 5 === 0) say(`Bearer ${canary.token}`);
    else {
      say(`user${number}:wrong`);
      say(`user${number}:${canary.password}`);
      say(number % 2 ? 'hello' : 'later');
    }
    // Some clients leave while their credentials are verified or while a reply is due.
    if (number % 5 === 0) connection.closed(number % 2 ? 1006 : 1000);
    else ways[number % ways.length]?.();
  };

  let atThird = 0;
  for (let number = 1; number <= total; number += 1) {
    visit(number);
    if (number % 1_000 === 0) {
      clock.advance(1_000);
      for (const settle of late.splice(0)) settle();
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (number === Math.floor(total / 3)) atThird = await heapInUse();
  }
  clock.advance(120_000);
  for (const settle of late.splice(0)) settle();
  expectFlat(atThird, await heapInUse(), `${total} sessions in memory`);
  expect(sessions.size).toBe(0);
  expect(sessions.countByState()).toEqual({});
  expect(sessions.counters).toMatchObject({ opened: total, closed: total, upgradeRefused: 0, faults: 0 });
  expect(clock.pending).toBe(0);
});

/** Measured: 405 to 411 bytes on Node 20, 22 and 24. */
const MAX_IDLE_BYTES = 435;

it(`an idle session takes at most ${MAX_IDLE_BYTES} bytes of the heap, beside its connection and its peer`, async () => {
  const sessions = createSessions({
    // A clock that keeps no timer.
    clock: { now: () => 0, setTimeout: () => 0, clearTimeout: () => undefined },
    authenticate: () => accept('ada'),
  });
  const connection = {
    bufferedAmount: 0,
    send: () => 'sent' as const,
    ping: () => undefined,
    close: () => undefined,
    terminate: () => undefined,
  };
  const peer = { address: '192.0.2.1' };
  const signIn = () => {
    const receiver = sessions.open(connection, peer);
    receiver.opened();
    receiver.receive('ada:x', 5);
    return receiver;
  };
  // V8 settles on the size of its objects while it makes the first ones.
  for (const receiver of Array.from({ length: 3_000 }, signIn)) receiver.closed(1000, '');
  const idle = 100_000;
  const receivers = new Array<unknown>(idle).fill(undefined);
  const before = await heapInUse();
  for (let i = 0; i < idle; i += 1) receivers[i] = signIn();
  const bytes = ((await heapInUse()) - before) / idle;
  console.log(`an idle session takes ${bytes.toFixed(0)} bytes of the heap`);
  expect(sessions.countByState()).toEqual({ 'established.steady': idle });
  expect(bytes).toBeLessThan(MAX_IDLE_BYTES);
});
