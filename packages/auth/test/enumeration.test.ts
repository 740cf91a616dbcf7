/**
 * An answer does not show whether a user exists. The tests run over sessions, on simulated time, with a spy in place of the
 * libraries. They prove equal times by equal work: each attempt costs one hash of the same cost.
 */

import { type PasswordFileOptions, passwordFile, type StoredHash } from '@sallyport/auth';
import { SimulatedClock } from '@sallyport/core/testing';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CONGRATULATION, flushMicrotasks, harness, SORRY } from './auth-harness.ts';
import { fileOf } from './folder.ts';
import { apacheLine, strong } from './known-hashes.ts';

/** A password file whose hashes take `hashMs` on the clock. The right password is `right` by default. */
function guarded(
  lines: readonly string[] = [`ada:${strong}`],
  options: PasswordFileOptions = {},
  hashMs = 60,
  isRight = (password: string): boolean => password === 'right',
) {
  const clock = new SimulatedClock();
  const verified: { hash: StoredHash; password: string }[] = [];
  const authenticate = passwordFile(fileOf(...lines), {
    clock,
    upgrade: false,
    verify: (hash, password) => {
      verified.push({ hash, password });
      return new Promise((resolve, reject) => {
        clock.setTimeout(() => {
          try {
            resolve(isRight(password));
          } catch (error) {
            reject(error);
          }
        }, hashMs);
      });
    },
    ...options,
  });
  onTestFinished(() => authenticate.close());
  return { ...harness(authenticate, clock), verified };
}

/** The answer, and the milliseconds until it came. */
async function answerTo(text: string, { connect, clock, verified }: ReturnType<typeof guarded>) {
  const client = connect();
  const began = clock.now();
  const before = verified.length;
  client.send(text);
  // It may read the file first, which takes real time only.
  while (verified.length === before && client.received().length === 0) await flushMicrotasks();
  await flushMicrotasks();
  while (client.received().length === 0 && clock.now() - began < 5_000) {
    clock.advance(20);
    await flushMicrotasks();
  }
  return { received: client.received(), ms: clock.now() - began };
}

const cases: readonly [string, string][] = [
  ['a wrong password', 'ada:wrong'],
  ['A31, A32: an unknown user', 'bob:wrong'],
  ['an unknown user with the password of another user', 'bob:right'],
  ['A12: an empty name', ':right'],
  ['A12: an empty password', 'ada:'],
  ['A12: both empty', ':'],
  ['A17: a password beyond its bound', `ada:${'x'.repeat(1_025)}`],
  ['A17: a name beyond its bound', `${'x'.repeat(257)}:right`],
  ['A18: __proto__', '__proto__:right'],
  ['A18: constructor', 'constructor:right'],
  ['A18: toString', 'toString:right'],
  ['A15: the name in other letters', 'Ada:right'],
  ['A13: a password with control characters', 'ada:\u0000\u001b[31m\u202e\r\n'],
  ['A14: a byte order mark before the name', '\ufeffada:right'],
  ['a name with white space around it', ' ada :right'],
];

describe('The answer is the same, after the same time, with one hash of the same cost, for', () => {
  it.each(cases)('%s', async (_, text) => {
    const setup = guarded();
    expect(await answerTo(text, setup)).toEqual({ received: [SORRY], ms: 300 });
    expect(setup.verified.map(({ hash }) => hash.cost)).toEqual(['$argon2id$v=19$m=19456,t=2,p=1']);
    expect(setup.faults).toEqual([]);
  });

  it('A31: any wrong credentials', async () => {
    const setup = guarded();
    const text = fc.string({ unit: 'grapheme', maxLength: 30 }).map((name) => `${name}:wrong`);
    await fc.assert(
      fc.asyncProperty(text, async (text) => {
        setup.verified.length = 0;
        const { received, ms } = await answerTo(text, setup);
        expect(received).toEqual([SORRY]);
        // The protocol refuses invalid names itself, which shows nothing about users.
        expect([setup.verified.length, ms]).toEqual(setup.verified.length === 1 ? [1, 300] : [0, 0]);
      }),
      { numRuns: 30 },
    );
  });
});

it('A user with the right password does not wait for the minimum delay', async () => {
  const setup = guarded();
  expect(await answerTo('ada:right', setup)).toEqual({ received: [CONGRATULATION], ms: 60 });
});

it('A32: unknown names have the costs of the names in the file, and each always has the same', async () => {
  const setup = guarded([apacheLine, apacheLine.replace('myName', 'other'), `ada:${strong}`]);
  const costs = async () => {
    setup.verified.length = 0;
    for (let name = 0; name < 60; name += 1) await answerTo(`unknown${name}:x`, setup);
    return setup.verified.map(({ hash }) => hash.cost);
  };
  const first = await costs();
  expect(new Set(first)).toEqual(new Set(['$2y$05', '$argon2id$v=19$m=19456,t=2,p=1']));
  expect(await costs()).toEqual(first);
});

it('A32: a refusal that took longer than the minimum delay is held until its next doubling', async () => {
  const setup = guarded(undefined, {}, 340);
  expect(await answerTo('ada:wrong', setup)).toEqual({ received: [SORRY], ms: 600 });
});

it('A decoy that matches by chance signs no user in', async () => {
  const setup = guarded(undefined, {}, 60, () => true);
  for (const text of ['bob:x', ':x', 'ada:', `ada:${'x'.repeat(1_025)}`])
    expect((await answerTo(text, setup)).received).toEqual([SORRY]);
});

it('A17: a password over 1024 bytes is not hashed, and credentials over the limit reach no authenticator', async () => {
  const setup = guarded();
  await answerTo(`ada:${'x'.repeat(1_025)}`, setup);
  expect(setup.verified).toMatchObject([{ password: 'no password' }]);
  await answerTo(`ada:${'é'.repeat(512)}`, setup);
  expect(setup.verified[1]?.password).toHaveLength(512);
  expect(await answerTo(`ada:${'x'.repeat(5_000)}`, setup)).toMatchObject({ received: ['close 1009'] });
  expect(setup.verified).toHaveLength(2);
});

it('A hash that the library cannot verify is refused after the same time, and reported', async () => {
  const problems: unknown[] = [];
  const setup = guarded(undefined, { onProblem: (problem) => problems.push(problem) }, 60, () => {
    throw new Error('Decoding failed');
  });
  expect(await answerTo('ada:right', setup)).toEqual({ received: [SORRY], ms: 300 });
  expect(problems).toMatchObject([{ line: 1, problem: 'the hash of ada cannot be verified' }]);
});

it('A10: a message without credentials gets the same answer', async () => {
  const setup = guarded();
  for (const text of ['', ' ', 'ada', 'Bearer', 'Bearer a b'])
    expect((await answerTo(text, setup)).received).toEqual([SORRY]);
  // A password file does not verify tokens, and a token shows nothing about users.
  expect(await answerTo('Bearer abc', setup)).toEqual({ received: [SORRY], ms: 0 });
  expect(setup.verified).toEqual([]);
});

describe('A42: password attempts past the concurrency', () => {
  it('wait in a queue of 32, and past it are closed with 1013', async () => {
    const setup = guarded(undefined, { concurrency: 2 });
    const clients = Array.from({ length: 200 }, () => setup.connect());
    for (const client of clients) client.send('ada:right');
    await flushMicrotasks();
    expect(setup.verified).toHaveLength(2);
    expect(clients.filter((client) => client.received()[0] === 'close 1013')).toHaveLength(200 - 2 - 32);
    for (let ms = 0; ms < 60 * 17; ms += 60) {
      setup.clock.advance(60);
      await flushMicrotasks();
    }
    expect(clients.filter((client) => client.received()[0] === CONGRATULATION)).toHaveLength(34);
    expect(setup.verified).toHaveLength(34);
  });

  it('give up their place when the client leaves, and the next takes it', async () => {
    const setup = guarded(undefined, { concurrency: 1, queue: 1 });
    const [first, second] = [setup.connect(), setup.connect()];
    first.send('ada:right');
    await flushMicrotasks();
    second.send('ada:right');
    await flushMicrotasks();
    second.connection.closed();
    const third = setup.connect();
    third.send('ada:right');
    await flushMicrotasks();
    expect(third.received()).toEqual([]);
    for (let step = 0; step < 2; step += 1) {
      setup.clock.advance(60);
      await flushMicrotasks();
    }
    expect(first.received()).toEqual([CONGRATULATION]);
    expect(third.received()).toEqual([CONGRATULATION]);
    expect(setup.verified).toHaveLength(2);
  });
});
