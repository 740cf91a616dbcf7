/** Limits on sessions that have not signed in (PROTOCOL.md, sections 1 and 5). */
import { type Admission, createSessions, type Limits, type SessionsOptions } from '@sallyport/core';
import { RecordingConnection, SimulatedClock } from '@sallyport/core/testing';
import { describe, expect, it } from 'vitest';
import { UnauthenticatedLimit } from '../../src/admission/unauthenticated-limit.ts';
import { admin } from '../harness.ts';

/** Sessions with these limits, and clients that request an upgrade from an address of their choice. */
function limitedSessions(limits: Partial<Limits> = {}, options: Partial<SessionsOptions> = {}) {
  const clock = new SimulatedClock();
  const sessions = createSessions({ authenticate: admin, clock, limits, ...options });
  const requestUpgrade = (address: string): Admission =>
    sessions.admit({ address, origin: undefined, host: 'a', protocols: undefined, version: '13' });
  const connect = (address: string) => {
    const admission = requestUpgrade(address);
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
  const connectMany = (
    count: number,
    address: (i: number) => string = (i) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`,
  ) => Array.from({ length: count }, (_, i) => connect(address(i)));
  return { clock, sessions, requestUpgrade, connect, connectMany };
}

const statuses = (results: readonly unknown[]) => results.filter((one) => typeof one === 'number');
const connected = <T>(result: T | number): T => {
  if (typeof result === 'number') throw new Error(`refused with ${result}`);
  return result;
};

describe('A41: unauthenticated sessions of all sources together', () => {
  it('an upgrade past the limit is refused and told to come back later', () => {
    const { connectMany, requestUpgrade } = limitedSessions({
      unauthenticatedSessions: 7,
      earlyRefusalSessions: 7,
    });
    expect(statuses(connectMany(7))).toEqual([]);
    expect(requestUpgrade('192.0.2.1')).toEqual({
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
  ])(
    'early refusal is random: with %i unauthenticated sessions, a chance below %d is refused',
    (here, share) => {
      let chance = 1;
      const { connectMany, requestUpgrade } = limitedSessions({}, { chance: () => chance });
      expect(statuses(connectMany(here))).toEqual([]);
      chance = share;
      expect(requestUpgrade('192.0.2.1')).toHaveProperty('protocol');
      chance = Math.max(0, share - 1e-9);
      expect(requestUpgrade('192.0.2.1')).toHaveProperty(share > 0 ? 'status' : 'protocol');
    },
  );

  it('S5: every upgrade is refused at the limit, for any chance', () => {
    const { connectMany, requestUpgrade } = limitedSessions({}, { chance: () => 1 });
    expect(statuses(connectMany(1_000))).toEqual([]);
    expect(requestUpgrade('192.0.2.1')).toMatchObject({ status: 503 });
    expect(requestUpgrade('127.0.0.1')).toMatchObject({ status: 503 });
  });

  it('the due share of upgrades is refused without a source of chance', () => {
    const { connectMany, requestUpgrade } = limitedSessions({
      unauthenticatedSessions: 100,
      earlyRefusalSessions: 50,
    });
    expect(statuses(connectMany(50))).toEqual([]);
    // Each admitted request opens one more session, so the share of refusals grows.
    let requests = 0;
    for (let admitted = 0; admitted < 25; requests += 1)
      if (typeof connectMany(1)[0] !== 'number') admitted += 1;
    expect(requests).toBeGreaterThan(25);
    const answers = Array.from({ length: 1_000 }, () => requestUpgrade('192.0.2.1'));
    expect(answers.filter((answer) => 'status' in answer).length).toBeCloseTo(500, -1);
  });

  it('nothing is refused early without early refusal, and the limit can be switched off', () => {
    const never = () => 0;
    const one = limitedSessions(
      { unauthenticatedSessions: 3, earlyRefusalSessions: Number.POSITIVE_INFINITY },
      { chance: never },
    );
    expect(statuses(one.connectMany(5))).toEqual([503, 503]);
    const infinite = { unauthenticatedSessions: Number.POSITIVE_INFINITY };
    expect(
      statuses(
        limitedSessions({ ...infinite, earlyRefusalSessions: 1 }, { chance: never }).connectMany(1_500),
      ),
    ).toEqual([]);
  });

  it('S5: each sign-in, each end and each deadline makes room once', () => {
    const limits = { unauthenticatedSessions: 3, earlyRefusalSessions: 3 };
    const { connect, clock, sessions } = limitedSessions(limits);
    const [first, second] = [connected(connect('10.0.0.1')), connected(connect('10.0.0.2'))];
    connect('10.0.0.3');
    expect(connect('10.0.0.4')).toBe(503);
    first.signIn();
    first.leave();
    expect(connect('10.0.0.4')).not.toBe(503);
    expect(connect('10.0.0.5')).toBe(503);
    second.leave();
    expect(connect('10.0.0.5')).not.toBe(503);
    expect(connect('10.0.0.6')).toBe(503);
    clock.advance(60_000);
    expect(sessions.size).toBe(0);
    expect([1, 2, 3, 4].map((i) => typeof connect(`10.0.1.${i}`))).toEqual([
      'object',
      'object',
      'object',
      'number',
    ]);
  });

  it('sessions that have signed in do not count, for any number of them', () => {
    const { connectMany, connect } = limitedSessions({ unauthenticatedSessions: 2, earlyRefusalSessions: 2 });
    for (let i = 0; i < 50; i += 1) for (const one of connectMany(1)) connected(one).signIn();
    expect(statuses(connectMany(2))).toEqual([]);
    expect(connect('10.1.1.1')).toBe(503);
  });
});

describe('A36, A41: unauthenticated sessions of one source', () => {
  it('an upgrade past the limit of its source is refused, and other sources are not affected', () => {
    const { connectMany, requestUpgrade } = limitedSessions();
    expect(statuses(connectMany(100, () => '192.0.2.1'))).toEqual([]);
    expect(requestUpgrade('192.0.2.1')).toEqual({
      status: 429,
      text: 'too many unauthenticated sessions from your address',
      headers: { 'retry-after': '10' },
    });
    expect(requestUpgrade('192.0.2.2')).toHaveProperty('protocol');
  });

  it('A37: all forms of an IPv4 address are one source, and so is an IPv6 /64', () => {
    const { connectMany, requestUpgrade } = limitedSessions({ unauthenticatedPerSource: 4 });
    connectMany(2, () => '192.0.2.1');
    connectMany(2, () => '::ffff:c000:201');
    expect(requestUpgrade('0000:0000:0000:0000:0000:ffff:c000:0201')).toMatchObject({ status: 429 });
    connectMany(4, (i) => `2001:db8:0:1:${i}::1`);
    expect(requestUpgrade('2001:db8:0:1:ffff::9')).toMatchObject({ status: 429 });
    expect(requestUpgrade('2001:db8:0:2::1')).toHaveProperty('protocol');
  });

  it.each(['127.0.0.1', '127.9.9.9', '::1', ''])('this machine has no limit as a source: %j', (address) => {
    expect(statuses(limitedSessions({ unauthenticatedPerSource: 1 }).connectMany(3, () => address))).toEqual(
      [],
    );
  });

  it('sign-ins and ends make room', () => {
    const { connect } = limitedSessions({ unauthenticatedPerSource: 2 });
    const [first, second] = [connected(connect('192.0.2.1')), connected(connect('192.0.2.1'))];
    expect(connect('192.0.2.1')).toBe(429);
    first.signIn();
    const third = connected(connect('192.0.2.1'));
    expect(connect('192.0.2.1')).toBe(429);
    for (const one of [first, second, third]) one.leave();
    expect(statuses([1, 2, 3].map(() => connect('192.0.2.1')))).toEqual([429]);
  });
});

it('A36: nothing of a source is kept once its last unauthenticated session has signed in or ended', () => {
  const limit = new UnauthenticatedLimit(limitedSessions().sessions.limits);
  const addresses = ['192.0.2.1', '192.0.2.1', '192.0.2.2', '2001:db8::1', '127.0.0.1', ''];
  for (const address of addresses) limit.add(address);
  expect(limit.sources).toBe(3);
  limit.remove('192.0.2.1');
  expect(limit.sources).toBe(3);
  for (const address of addresses.slice(1)) limit.remove(address);
  expect(limit.sources).toBe(0);
});

it('S8: the limit of connections counts every session, signed in or not, and an end makes room', () => {
  const { connect, requestUpgrade } = limitedSessions({ connections: 3 });
  const first = connected(connect('192.0.2.1'));
  first.signIn();
  connected(connect('192.0.2.2'));
  connected(connect('127.0.0.1')).signIn();
  expect(requestUpgrade('127.0.0.1')).toEqual({
    status: 503,
    text: 'too many connections',
    headers: { 'retry-after': '10' },
  });
  first.leave();
  expect(statuses([connect('127.0.0.1'), connect('127.0.0.1')])).toEqual([503]);
});

it('A41: a refused upgrade is counted, and the observer is told the address', () => {
  const seen: unknown[] = [];
  const observe = {
    upgradeRefused: (_: unknown, status: number, { address }: { address: string }) =>
      seen.push([status, address]),
  };
  const { sessions, connect } = limitedSessions({ unauthenticatedPerSource: 1 }, { observe });
  connect('192.0.2.1');
  connect('192.0.2.1');
  expect([sessions.counters.upgradeRefused, seen]).toEqual([1, [[429, '192.0.2.1']]]);
});
