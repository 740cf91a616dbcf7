/** The payload of a step as text: cut, and never a credential. */
import type { Command, Fact } from '@sallyport/core';
import { canary } from '@sallyport/core/testing/canary';
import { expect, it } from 'vitest';
import { payloadOf } from '../../src/live/payload.ts';

it.each<[Fact | Command, string]>([
  [{ type: 'message.received', message: 'hi' }, 'hi'],
  [{ type: 'deliver', message: { data: { a: [1] } } }, '{"a":[1]}'],
  [{ type: 'message.received', message: new Uint8Array([0, 255]) }, '00ff'],
  [{ type: 'serve', id: 1, method: 'add', params: [1, 2] }, '[1,2]'],
  [{ type: 'close', reason: 'applicationClosed', text: 'bye' }, 'bye'],
])('%j has the payload %s', (step, payload) => {
  expect(payloadOf(step)).toBe(payload);
});

it('a long payload is cut, and ends with an ellipsis', () => {
  expect(payloadOf({ type: 'deliver', message: 'x'.repeat(5_000) })).toBe(`${'x'.repeat(1_024)}…`);
  expect(payloadOf({ type: 'deliver', message: new Uint8Array(1_000) })).toBe(`${'00'.repeat(256)}…`);
});

it('a value that is no JSON has no payload', () => {
  const circular: { self?: unknown } = {};
  circular.self = circular;
  expect(payloadOf({ type: 'serve', id: 1, method: 'add', params: circular })).toBeUndefined();
  expect(payloadOf({ type: 'serve', id: 1, method: 'add', params: undefined })).toBeUndefined();
});

it('E23: credentials are no payload', () => {
  const { password, token } = canary;
  const secret: (Fact | Command)[] = [
    { type: 'credentials.received', credentials: { type: 'password', username: 'ada', password } },
    { type: 'refresh.requested', credentials: { type: 'token', token } },
    { type: 'verify', attempt: 1, credentials: { type: 'password', username: 'ada', password } },
  ];
  for (const step of secret) expect(payloadOf(step)).toBeUndefined();
});
