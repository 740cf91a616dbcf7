/** The request rate of a source, on a clock that the test moves. */
import { expect, it } from 'vitest';
import { type RequestLimits, Requests, type Ruling } from '../src/requests.ts';

const limits = { requestsPerSecond: 10, requestBurst: 3, requestsInFlight: 100 };

function make(own: Partial<RequestLimits> = {}) {
  const clock = { now: 1_000 };
  const requests = new Requests({ ...limits, ...own }, () => clock.now);
  const rule = (address = '192.0.2.1'): Ruling => requests.begin(address).ruling;
  return { requests, clock, rule };
}

it('a source gets a burst of answers, and then the rate per second', () => {
  const { clock, rule } = make();
  expect([rule(), rule(), rule(), rule()]).toEqual(['answer', 'answer', 'answer', 'refuse']);
  clock.now += 100;
  expect([rule(), rule()]).toEqual(['answer', 'cut']);
});

it('a source gets a tenth of the rate in refusals, and is cut past that', () => {
  const { clock, rule } = make({ requestBurst: 11 });
  for (let i = 0; i < 11; i += 1) rule();
  expect([rule(), rule(), rule()]).toEqual(['refuse', 'refuse', 'cut']);
  clock.now += 10_000;
  for (let i = 0; i < 11; i += 1) expect(rule()).toBe('answer');
  expect(rule()).toBe('refuse');
});

it('a source gets requestsInFlight answers at once, and another as soon as one ends', () => {
  const { requests, rule } = make({ requestsInFlight: 1 });
  const { usage } = requests.begin('192.0.2.1');
  expect(rule()).toBe('refuse');
  requests.end(usage);
  expect(rule()).toBe('answer');
});

it('an IPv6 network is one source, and so is each IPv4 address', () => {
  const { rule } = make({ requestBurst: 1 });
  expect(rule('2001:db8::1')).toBe('answer');
  expect(rule('2001:db8::2')).not.toBe('answer');
  expect(rule('2001:db8:0:1::1')).toBe('answer');
  expect(rule('192.0.2.2')).toBe('answer');
});

it('an answer that may stay unread is charged more', () => {
  const { requests, clock, rule } = make();
  const { usage } = requests.begin('192.0.2.1');
  requests.charge(usage, 10);
  expect(rule()).toBe('refuse');
  clock.now += 900;
  expect(rule()).toBe('answer');
});

it('an infinite rate limits nothing', () => {
  const { rule } = make({ requestsPerSecond: Number.POSITIVE_INFINITY, requestsInFlight: 10_000 });
  for (let i = 0; i < 1_000; i += 1) expect(rule()).toBe('answer');
});

it('16 384 sources are remembered; further ones share one allowance until others are forgotten', () => {
  const { requests, clock, rule } = make();
  const addressOf = (i: number) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`;
  for (let i = 0; i < 16_384; i += 1) requests.end(requests.begin(addressOf(i)).usage);
  expect([1, 2, 3, 4].map((i) => rule(`192.0.2.${i}`))).toEqual(['answer', 'answer', 'answer', 'refuse']);
  clock.now += 1_000;
  expect([1, 2, 3, 4].map((i) => rule(`192.0.2.${i}`))).toEqual(['answer', 'answer', 'answer', 'answer']);
});
