/** Messages about bad files, keys and credentials: they name the place, and never show the content. */
import { inspect } from 'node:util';
import { passwordFile, throttled, tokens, users } from '@sallyport/auth';
import type { Authenticator } from '@sallyport/core';
import { SimulatedClock } from '@sallyport/core/testing';
import { canary } from '@sallyport/core/testing/canary';
import { expect, it } from 'vitest';
import { flushMicrotasks, harness } from './auth-harness.ts';
import { fileOf } from './folder.ts';
import { strong } from './known-hashes.ts';

/** The error that the call throws, in full, as a log shows it. */
async function thrownBy(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    return inspect(error, { depth: 8, showHidden: true });
  }
  throw new Error('the call does not throw');
}

it.each([
  ['a password in the place of a hash', `bob:${canary.password}`],
  ['a password alone', canary.password],
  ['a hash of an unknown scheme', `bob:$x$${canary.password}`],
  ['a hash that is cut off', `bob:$argon2id$v=19$m=19456,t=2,p=1$${canary.password}`],
  ['an invalid bcrypt hash', `bob:$2y$05$${canary.password}`],
  ['a line of three parts', `bob:${canary.password}:x`],
])('E23: no message shows the content of a user file with %s', async (_, line) => {
  const file = fileOf(`ada:${strong}`, line);
  const messages = [
    await thrownBy(() => passwordFile(file).close()),
    inspect(await users(file).list(), { depth: 8 }),
  ];
  for (const text of messages) expect(canary.isIn(text)).toBe(false);
});

it.each([
  ['a secret that is too short', { secret: canary.password }],
  ['junk for a public key', { publicKey: canary.password }],
  ['an invalid URL', { jwksUrl: canary.password }],
])('E23: no message of tokens() shows %s', async (_, options) => {
  expect(canary.isIn(await thrownBy(() => tokens(options as { secret: string })))).toBe(false);
});

it('E23: no fault or message shows the credentials that an authenticator puts into its error', async () => {
  const clock = new SimulatedClock();
  const messages: unknown[] = [];
  const fails: Authenticator = (given) =>
    Promise.reject(Object.assign(new Error('database is down'), { given }));
  const down = () => Promise.reject(new Error('store is down'));
  const authenticate = throttled(fails, {
    clock,
    store: { get: down, set: down, delete: down },
    onFault: (error) => void messages.push(error),
  });
  const { connect, faults } = harness(authenticate, clock);
  for (const text of [`ada:${canary.password}`, `Bearer ${canary.token}`]) {
    const client = connect();
    client.send(text);
    await flushMicrotasks();
    expect(client.received()).toEqual(['close 1011']);
  }
  expect(faults).toHaveLength(2);
  expect(messages).not.toEqual([]);
  for (const output of [messages, faults])
    expect(canary.isIn(inspect(output, { depth: 8, showHidden: true }))).toBe(false);
});
