/** Answers to refused upgrade requests, and how they are counted. */
import { expect, it } from 'vitest';
import { noWebSocket, refusalFor } from '../src/refusals.ts';
import { Requests } from '../src/requests.ts';

const answersOf = (requests: Requests | undefined, times: number) =>
  Array.from({ length: times }, () => refusalFor(noWebSocket, '192.0.2.1', requests)?.status);

it('refused upgrades are answered with the refusal, then with 429, then not at all', () => {
  const limits = { requestsPerSecond: 1, requestBurst: 11, requestsInFlight: 1 };
  const requests = new Requests(limits, () => 0);
  expect(answersOf(requests, 14)).toEqual([...Array(11).fill(404), 429, 429, undefined]);
  // Another source has its own limit.
  expect(refusalFor(noWebSocket, '192.0.2.2', requests)).toBe(noWebSocket);
});

it('a 429 has Retry-After', () => {
  const requests = new Requests({ requestsPerSecond: 1, requestBurst: 1, requestsInFlight: 1 }, () => 0);
  refusalFor(noWebSocket, '', requests);
  const { status, headers } = refusalFor(noWebSocket, '', requests) ?? {};
  expect([status, headers]).toEqual([429, { 'retry-after': '1' }]);
});

it('refused upgrades are not counted in the handler form', () => {
  expect(answersOf(undefined, 3)).toEqual([404, 404, 404]);
});
