/** How many requests a source may make, by a clock of the test's own. */
import { expect, it } from 'vitest';
import { type RequestLimits, Requests, type Ruling } from '../src/requests.ts';

const limits = { requestsPerSecond: 10, requestBurst: 3, requestsInFlight: 100 };

function make(own: Partial<RequestLimits> = {}) {
  const clock = { now: 1_000 };
  const requests = new Requests({ ...limits, ...own }, () => clock.now);
  const ask = (address = '192.0.2.1'): Ruling => requests.begin(address).ruling;
  return { requests, clock, ask };
}

it('answers a burst, and then as many a second', () => {
  const { clock, ask } = make();
  expect([ask(), ask(), ask(), ask()]).toEqual(['answer', 'answer', 'answer', 'refuse']);
  clock.now += 100;
  expect([ask(), ask()]).toEqual(['answer', 'cut']);
});

it('refuses a tenth as often as it answers, and cuts past that', () => {
  const { clock, ask } = make({ requestBurst: 11 });
  for (let i = 0; i < 11; i += 1) ask();
  expect([ask(), ask(), ask()]).toEqual(['refuse', 'refuse', 'cut']);
  clock.now += 10_000;
  for (let i = 0; i < 11; i += 1) expect(ask()).toBe('answer');
  expect(ask()).toBe('refuse');
});

it('answers so many at once, and more as soon as one has ended', () => {
  const { requests, ask } = make({ requestsInFlight: 1 });
  const { usage } = requests.begin('192.0.2.1');
  expect(ask()).toBe('refuse');
  requests.end(usage);
  expect(ask()).toBe('answer');
});

it('takes a network of IPv6 for one source, and other addresses for others', () => {
  const { ask } = make({ requestBurst: 1 });
  expect(ask('2001:db8::1')).toBe('answer');
  expect(ask('2001:db8::2')).not.toBe('answer');
  expect(ask('2001:db8:0:1::1')).toBe('answer');
  expect(ask('192.0.2.2')).toBe('answer');
});

it('counts an answer that may be left unread as more', () => {
  const { requests, clock, ask } = make();
  const { usage } = requests.begin('192.0.2.1');
  requests.charge(usage, 10);
  expect(ask()).toBe('refuse');
  clock.now += 900;
  expect(ask()).toBe('answer');
});

it('has no rate where there is no limit', () => {
  const { ask } = make({ requestsPerSecond: Number.POSITIVE_INFINITY, requestsInFlight: 10_000 });
  for (let i = 0; i < 1_000; i += 1) expect(ask()).toBe('answer');
});

it('remembers 16 384 sources; those past them share one allowance until others are forgotten', () => {
  const { requests, clock, ask } = make();
  const addressOf = (i: number) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`;
  for (let i = 0; i < 16_384; i += 1) requests.end(requests.begin(addressOf(i)).usage);
  expect([1, 2, 3, 4].map((i) => ask(`192.0.2.${i}`))).toEqual(['answer', 'answer', 'answer', 'refuse']);
  clock.now += 1_000;
  expect([1, 2, 3, 4].map((i) => ask(`192.0.2.${i}`))).toEqual(['answer', 'answer', 'answer', 'answer']);
});
