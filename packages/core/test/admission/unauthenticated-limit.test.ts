/** Whoever has not signed in costs little, and is few (PROTOCOL.md, sections 1 and 5). */
import { type Admission, createSessions, type Limits, type SessionsOptions } from '@sallyport/core';
import { RecordingConnection, SimulatedClock } from '@sallyport/core/testing';
import { describe, expect, it } from 'vitest';
import { admin } from '../harness.ts';

/** A door at which addresses knock; who is let in is a session of nobody's. */
function door(limits: Partial<Limits> = {}, options: Partial<SessionsOptions> = {}) {
  const clock = new SimulatedClock();
  const sessions = createSessions({ authenticate: admin, clock, limits, ...options });
  const knock = (address: string): Admission =>
    sessions.admit({ address, origin: undefined, host: 'a', protocols: undefined, version: '13' });
  const come = (address: string) => {
    const admission = knock(address);
    if (!('protocol' in admission)) return admission.status;
    const connection = new RecordingConnection();
    connection.answersClose = true;
    const receiver = sessions.open(connection, admission.peer, admission.protocol);
    connection.opened(receiver);
    return {
      connection,
      signIn: () => receiver.receive('admin:123456', 12),
      leave: () => receiver.closed(1000, ''),
    };
  };
  const crowd = (
    count: number,
    address: (i: number) => string = (i) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`,
  ) => Array.from({ length: count }, (_, i) => come(address(i)));
  return { clock, sessions, knock, come, crowd };
}

const statuses = (came: readonly unknown[]) => came.filter((one) => typeof one === 'number');
const entrant = <T>(came: T | number): T => {
  if (typeof came === 'number') throw new Error(`refused with ${came}`);
  return came;
};

describe('A41: those who have not signed in, all together,', () => {
  it('are as many as the limit says, and the next is told to come back later', () => {
    const { crowd, knock } = door({ unauthenticatedSessions: 7, earlyRefusalSessions: 7 });
    expect(statuses(crowd(7))).toEqual([]);
    expect(knock('192.0.2.1')).toEqual({
      status: 503,
      text: 'too many unauthenticated sessions',
      headers: { 'retry-after': '10' },
    });
  });

  it.each([
    [0, 0],
    [499, 0],
    [500, 0],
    [501, 0.002],
    [750, 0.5],
    [999, 0.998],
  ])('are refused early by chance: with %i here, the next at a chance below %d', (here, share) => {
    let chance = 1;
    const { crowd, knock } = door({}, { chance: () => chance });
    expect(statuses(crowd(here))).toEqual([]);
    chance = share;
    expect(knock('192.0.2.1')).toHaveProperty('protocol');
    chance = Math.max(0, share - 1e-9);
    expect(knock('192.0.2.1')).toHaveProperty(share > 0 ? 'status' : 'protocol');
  });

  it('are refused at the limit whatever the chance', () => {
    const { crowd, knock } = door({}, { chance: () => 1 });
    expect(statuses(crowd(1_000))).toEqual([]);
    expect(knock('192.0.2.1')).toMatchObject({ status: 503 });
    expect(knock('127.0.0.1')).toMatchObject({ status: 503 });
  });

  it('are refused in the share that is due where nobody has brought chance', () => {
    const { crowd, knock } = door({ unauthenticatedSessions: 100, earlyRefusalSessions: 50 });
    expect(statuses(crowd(50))).toEqual([]);
    // One more each time that one is let in: half of them go in before the places are half taken.
    let manualAuthenticator = 0;
    for (let came = 0; came < 25; manualAuthenticator += 1) if (typeof crowd(1)[0] !== 'number') came += 1;
    expect(manualAuthenticator).toBeGreaterThan(25);
    const answers = Array.from({ length: 1_000 }, () => knock('192.0.2.1'));
    expect(answers.filter((answer) => 'status' in answer).length).toBeCloseTo(500, -1);
  });

  it('are not early where there is no early refusal, and no limit is none', () => {
    const never = () => 0;
    const one = door(
      { unauthenticatedSessions: 3, earlyRefusalSessions: Number.POSITIVE_INFINITY },
      { chance: never },
    );
    expect(statuses(one.crowd(5))).toEqual([503, 503]);
    const infinite = { unauthenticatedSessions: Number.POSITIVE_INFINITY };
    expect(statuses(door({ ...infinite, earlyRefusalSessions: 1 }, { chance: never }).crowd(1_500))).toEqual(
      [],
    );
  });

  it('make room by signing in, by leaving and by their deadline, each once', () => {
    const limits = { unauthenticatedSessions: 3, earlyRefusalSessions: 3 };
    const { come, clock, sessions } = door(limits);
    const [first, second] = [entrant(come('10.0.0.1')), entrant(come('10.0.0.2'))];
    come('10.0.0.3');
    expect(come('10.0.0.4')).toBe(503);
    first.signIn();
    first.leave();
    expect(come('10.0.0.4')).not.toBe(503);
    expect(come('10.0.0.5')).toBe(503);
    second.leave();
    expect(come('10.0.0.5')).not.toBe(503);
    expect(come('10.0.0.6')).toBe(503);
    clock.advance(60_000);
    expect(sessions.size).toBe(0);
    expect([1, 2, 3, 4].map((i) => typeof come(`10.0.1.${i}`))).toEqual([
      'object',
      'object',
      'object',
      'number',
    ]);
  });

  it('do not count who is signed in, however many those are', () => {
    const { crowd, come } = door({ unauthenticatedSessions: 2, earlyRefusalSessions: 2 });
    for (let i = 0; i < 50; i += 1) for (const one of crowd(1)) entrant(one).signIn();
    expect(statuses(crowd(2))).toEqual([]);
    expect(come('10.1.1.1')).toBe(503);
  });
});

describe('A36, A41: those of one source', () => {
  it('are as many as the limit says; the next is refused at the upgrade, and nobody else is', () => {
    const { crowd, knock } = door();
    expect(statuses(crowd(100, () => '192.0.2.1'))).toEqual([]);
    expect(knock('192.0.2.1')).toEqual({
      status: 429,
      text: 'too many unauthenticated sessions from your address',
      headers: { 'retry-after': '10' },
    });
    expect(knock('192.0.2.2')).toHaveProperty('protocol');
  });

  it('A37: are one source in all the forms of an IPv4 address, and in all of an IPv6 /64', () => {
    const { crowd, knock } = door({ unauthenticatedPerSource: 4 });
    crowd(2, () => '192.0.2.1');
    crowd(2, () => '::ffff:c000:201');
    expect(knock('0000:0000:0000:0000:0000:ffff:c000:0201')).toMatchObject({ status: 429 });
    crowd(4, (i) => `2001:db8:0:1:${i}::1`);
    expect(knock('2001:db8:0:1:ffff::9')).toMatchObject({ status: 429 });
    expect(knock('2001:db8:0:2::1')).toHaveProperty('protocol');
  });

  it.each(['127.0.0.1', '127.9.9.9', '::1', ''])(
    'have no such limit where that is this machine: %j',
    (address) => {
      expect(statuses(door({ unauthenticatedPerSource: 1 }).crowd(3, () => address))).toEqual([]);
    },
  );

  it('make room by signing in and by leaving', () => {
    const { come } = door({ unauthenticatedPerSource: 2 });
    const [first, second] = [entrant(come('192.0.2.1')), entrant(come('192.0.2.1'))];
    expect(come('192.0.2.1')).toBe(429);
    first.signIn();
    const third = entrant(come('192.0.2.1'));
    expect(come('192.0.2.1')).toBe(429);
    for (const one of [first, second, third]) one.leave();
    expect(statuses([1, 2, 3].map(() => come('192.0.2.1')))).toEqual([429]);
  });
});

it('S8: no more sessions than the limit says, signed in or not, and one that ends makes room', () => {
  const { come, knock } = door({ connections: 3 });
  const first = entrant(come('192.0.2.1'));
  first.signIn();
  entrant(come('192.0.2.2'));
  entrant(come('127.0.0.1')).signIn();
  expect(knock('127.0.0.1')).toEqual({
    status: 503,
    text: 'too many connections',
    headers: { 'retry-after': '10' },
  });
  first.leave();
  expect(statuses([come('127.0.0.1'), come('127.0.0.1')])).toEqual([503]);
});

it('A41: whoever is refused is counted as turned away, and the observer is told whence', () => {
  const seen: unknown[] = [];
  const observe = {
    upgradeRefused: (_: unknown, status: number, { address }: { address: string }) =>
      seen.push([status, address]),
  };
  const { sessions, come } = door({ unauthenticatedPerSource: 1 }, { observe });
  come('192.0.2.1');
  come('192.0.2.1');
  expect([sessions.counters.upgradeRefused, seen]).toEqual([1, [[429, '192.0.2.1']]]);
});
