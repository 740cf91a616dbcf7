/** What is told of files, keys and credentials that are no good: where the trouble is, and never what is written there. */
import { inspect } from 'node:util';
import { passwordFile, throttled, tokens, users } from '@sallyport/auth';
import type { Authenticator } from '@sallyport/core';
import { SimulatedClock } from '@sallyport/core/testing';
import { canary } from '@sallyport/core/testing/canary';
import { expect, it } from 'vitest';
import { flushMicrotasks, harness } from './auth-harness.ts';
import { fileOf } from './folder.ts';
import { strong } from './known-hashes.ts';

/** What it throws, as whoever logs it would show it. */
async function thrown(doing: () => unknown): Promise<string> {
  try {
    await doing();
  } catch (error) {
    return inspect(error, { depth: 8, showHidden: true });
  }
  throw new Error('nothing is wrong with it');
}

it.each([
  ['a password in the place of a hash', `bob:${canary.password}`],
  ['a password alone', canary.password],
  ['a hash of a scheme that nobody knows', `bob:$x$${canary.password}`],
  ['a hash that is cut off', `bob:$argon2id$v=19$m=19456,t=2,p=1$${canary.password}`],
  ['a bcrypt that is none', `bob:$2y$05$${canary.password}`],
  ['a line of three parts', `bob:${canary.password}:x`],
])('E23: a user file with %s: no message shows it', async (_, line) => {
  const file = fileOf(`ada:${strong}`, line);
  const told = [
    await thrown(() => passwordFile(file).close()),
    inspect(await users(file).list(), { depth: 8 }),
  ];
  for (const text of told) expect(canary.isIn(text)).toBe(false);
});

it.each([
  ['a secret that is too short', { secret: canary.password }],
  ['junk for a public key', { publicKey: canary.password }],
  ['a URL that is none', { jwksUrl: canary.password }],
])('E23: %s: no message shows it', async (_, options) => {
  expect(canary.isIn(await thrown(() => tokens(options as { secret: string })))).toBe(false);
});

it('E23: whatever an authenticator does with the credentials of a session, nothing that is told shows them', async () => {
  const clock = new SimulatedClock();
  const told: unknown[] = [];
  const fails: Authenticator = (given) =>
    Promise.reject(Object.assign(new Error('database is down'), { given }));
  const down = () => Promise.reject(new Error('store is down'));
  const authenticate = throttled(fails, {
    clock,
    store: { get: down, set: down, delete: down },
    onFault: (error) => void told.push(error),
  });
  const { connect, faults } = harness(authenticate, clock);
  for (const text of [`ada:${canary.password}`, `Bearer ${canary.token}`]) {
    const client = connect();
    client.say(text);
    await flushMicrotasks();
    expect(client.heard()).toEqual(['close 1011']);
  }
  expect(faults).toHaveLength(2);
  expect(told).not.toEqual([]);
  for (const output of [told, faults])
    expect(canary.isIn(inspect(output, { depth: 8, showHidden: true }))).toBe(false);
});
