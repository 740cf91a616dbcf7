/** That no secret and no payload gets into a recording. */
import type { Command, Fact } from '@sallyport/core';
import { canary } from '@sallyport/core/testing/canary';
import {
  cookieCredentials,
  givenDeviceToken,
  passwordCredentials,
  tokenCredentials,
} from '@sallyport/protocol';
import { expect, it } from 'vitest';
import { redactCommand, redactFact } from '../src/redact.ts';
import { harness } from './harness.ts';

const secret = canary.password;

it('facts and commands in a recording have no credentials, payloads, claims or texts of the application', () => {
  const identity = { user: 'ada', expiresInMs: 5, claims: { secret } };
  const deviceToken = givenDeviceToken(canary.token);
  const facts: Fact[] = [
    { type: 'credentials.received', credentials: passwordCredentials(secret, secret, secret) },
    { type: 'credentials.received', credentials: tokenCredentials(secret) },
    { type: 'refresh.requested', credentials: cookieCredentials('sid', secret) },
    { type: 'credentials.accepted', attempt: 1, identity, deviceToken },
    { type: 'message.received', message: secret },
    { type: 'message.received', message: { data: { [secret]: secret } } },
    { type: 'message.received', message: new TextEncoder().encode(secret) },
    { type: 'request.received', id: 1, method: 'save', params: { secret } },
    {
      type: 'request.received',
      id: 1,
      operation: { type: 'publish', channel: 'a', data: secret, key: secret },
    },
    { type: 'application.closed', text: secret },
  ];
  const commands: Command[] = [
    { type: 'verify', attempt: 1, credentials: passwordCredentials(secret, secret) },
    { type: 'setIdentity', identity },
    { type: 'answer', answer: { type: 'accepted', identity, deviceToken } },
    { type: 'answer', answer: { type: 'message', message: secret } },
    { type: 'answer', answer: { type: 'response', id: 1, result: secret } },
    {
      type: 'answer',
      answer: { type: 'requestFailed', id: 1, error: { code: 'invalidRequest', message: secret } },
    },
    { type: 'deliver', message: secret },
    { type: 'serve', id: 1, method: 'save', params: secret },
    { type: 'serve', id: 1, operation: { type: 'publish', channel: 'a', data: secret } },
    { type: 'close', reason: 'applicationClosed', text: secret },
  ];
  const text = JSON.stringify([facts.map(redactFact), commands.map(redactCommand)]);
  expect(canary.isIn(text)).toBe(false);
  expect(text).toContain('"bytes":24');
});

it('a fact with a new field keeps that field out of the recording', () => {
  const fact = { type: 'drain.began', secret } as unknown as Fact;
  expect(redactFact(fact)).toEqual({ type: 'drain.began' });
  expect(redactFact({ type: 'brand.new', secret } as unknown as Fact)).toEqual({ type: 'brand.new' });
});

it('the kind and the size of a message stay, and neither the length of a password nor a username', () => {
  const message = (value: Extract<Fact, { type: 'message.received' }>['message']) =>
    redactFact({ type: 'message.received', message: value })['message'];
  expect(message('äb')).toEqual({ kind: 'text', bytes: 3 });
  expect(message(new Uint8Array(4))).toEqual({ kind: 'binary', bytes: 4 });
  expect(message({ data: [1] })).toEqual({ kind: 'json', bytes: 3 });
  expect(message({ data: 1n })).toEqual({ kind: 'json', bytes: 0 });
  expect(redactFact({ type: 'credentials.received', credentials: passwordCredentials('ada', 'x') })).toEqual({
    type: 'credentials.received',
    credentials: { type: 'password' },
  });
});

it('a whole conversation with secrets leaves none of them in the recording', () => {
  const recorded = harness();
  const client = recorded.signIn('ada', secret);
  client.say({ type: 'message', text: secret });
  client.say({ type: 'request', id: 1, method: 'save', params: { secret } });
  client.say({ type: 'refresh', token: canary.token });
  client.connection.closed(1000);
  expect(recorded.lines.length).toBeGreaterThan(12);
  expect(canary.isIn(recorded.text)).toBe(false);
});
