/**
 * What an answer tells of who exists: nothing. Over the session, on simulated time, with a spy in the place of the
 * libraries: that each attempt costs one hash of the same cost is what makes the times equal, not a stopwatch.
 */

import { type PasswordFileOptions, passwordFile, type StoredHash } from '@sallyport/auth';
import { SimulatedClock } from '@sallyport/core/testing';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CONGRATULATION, flushMicrotasks, harness, SORRY } from './auth-harness.ts';
import { fileOf } from './folder.ts';
import { apacheLine, strong } from './known-hashes.ts';

/** A hash costs so many milliseconds of the clock; the right password is `right`, if nothing else is said. */
function guarded(
  lines: readonly string[] = [`ada:${strong}`],
  options: PasswordFileOptions = {},
  hashMs = 60,
  isRight = (password: string): boolean => password === 'right',
) {
  const clock = new SimulatedClock();
  const asked: { hash: StoredHash; password: string }[] = [];
  const authenticate = passwordFile(fileOf(...lines), {
    clock,
    upgrade: false,
    verify: (hash, password) => {
      asked.push({ hash, password });
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
  return { ...harness(authenticate, clock), asked };
}

/** What is heard, and after how many milliseconds. */
async function answerTo(text: string, { connect, clock, asked }: ReturnType<typeof guarded>) {
  const client = connect();
  const began = clock.now();
  const before = asked.length;
  client.say(text);
  // It may look at the file first, which takes time of this world only.
  while (asked.length === before && client.heard().length === 0) await flushMicrotasks();
  await flushMicrotasks();
  while (client.heard().length === 0 && clock.now() - began < 5_000) {
    clock.advance(20);
    await flushMicrotasks();
  }
  return { heard: client.heard(), ms: clock.now() - began };
}

const cases: readonly [string, string][] = [
  ['a wrong password', 'ada:wrong'],
  ['A31, A32: an unknown user', 'bob:wrong'],
  ['an unknown user with a password that is somebody else’s', 'bob:right'],
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

describe('The answer is the same, takes as long, and costs one hash of the same cost for', () => {
  it.each(cases)('%s', async (_, text) => {
    const house = guarded();
    expect(await answerTo(text, house)).toEqual({ heard: [SORRY], ms: 300 });
    expect(house.asked.map(({ hash }) => hash.cost)).toEqual(['$argon2id$v=19$m=19456,t=2,p=1']);
    expect(house.faults).toEqual([]);
  });

  it('A31: any wrong credentials', async () => {
    const house = guarded();
    const text = fc.string({ unit: 'grapheme', maxLength: 30 }).map((name) => `${name}:wrong`);
    await fc.assert(
      fc.asyncProperty(text, async (text) => {
        house.asked.length = 0;
        const { heard, ms } = await answerTo(text, house);
        expect(heard).toEqual([SORRY]);
        // What can be no name at all is turned down by the protocol, which asks nobody: that tells of no user.
        expect([house.asked.length, ms]).toEqual(house.asked.length === 1 ? [1, 300] : [0, 0]);
      }),
      { numRuns: 30 },
    );
  });
});

it('A user with the right password does not wait for the minimum delay', async () => {
  const house = guarded();
  expect(await answerTo('ada:right', house)).toEqual({ heard: [CONGRATULATION], ms: 60 });
});

it('A32: unknown names cost what the names of the file cost, and each of them always the same', async () => {
  const house = guarded([apacheLine, apacheLine.replace('myName', 'other'), `ada:${strong}`]);
  const costs = async () => {
    house.asked.length = 0;
    for (let name = 0; name < 60; name += 1) await answerTo(`nobody${name}:x`, house);
    return house.asked.map(({ hash }) => hash.cost);
  };
  const first = await costs();
  expect(new Set(first)).toEqual(new Set(['$2y$05', '$argon2id$v=19$m=19456,t=2,p=1']));
  expect(await costs()).toEqual(first);
});

it('A32: a refusal that took longer than the minimum delay is held until its next doubling', async () => {
  const house = guarded(undefined, {}, 340);
  expect(await answerTo('ada:wrong', house)).toEqual({ heard: [SORRY], ms: 600 });
});

it('A decoy that matches by chance signs no user in', async () => {
  const house = guarded(undefined, {}, 60, () => true);
  for (const text of ['bob:x', ':x', 'ada:', `ada:${'x'.repeat(1_025)}`])
    expect((await answerTo(text, house)).heard).toEqual([SORRY]);
});

it('A17: a password over 1024 bytes is not hashed, and credentials over the limit reach no authenticator', async () => {
  const house = guarded();
  await answerTo(`ada:${'x'.repeat(1_025)}`, house);
  expect(house.asked).toMatchObject([{ password: 'no password' }]);
  await answerTo(`ada:${'é'.repeat(512)}`, house);
  expect(house.asked[1]?.password).toHaveLength(512);
  expect(await answerTo(`ada:${'x'.repeat(5_000)}`, house)).toMatchObject({ heard: ['close 1009'] });
  expect(house.asked).toHaveLength(2);
});

it('A hash that the library cannot verify is refused as late as any, and reported', async () => {
  const problems: unknown[] = [];
  const house = guarded(undefined, { onProblem: (problem) => problems.push(problem) }, 60, () => {
    throw new Error('Decoding failed');
  });
  expect(await answerTo('ada:right', house)).toEqual({ heard: [SORRY], ms: 300 });
  expect(problems).toMatchObject([{ line: 1, problem: 'the hash of ada cannot be verified' }]);
});

it('A10: a message that has no credentials in it gets the same answer', async () => {
  const house = guarded();
  for (const text of ['', ' ', 'ada', 'Bearer', 'Bearer a b'])
    expect((await answerTo(text, house)).heard).toEqual([SORRY]);
  // A token is none of its business, and is no name that could be told to exist.
  expect(await answerTo('Bearer abc', house)).toEqual({ heard: [SORRY], ms: 0 });
  expect(house.asked).toEqual([]);
});

describe('A42: attempts past the concurrency', () => {
  it('wait in a queue of 32, and past it are closed with 1013', async () => {
    const house = guarded(undefined, { concurrency: 2 });
    const clients = Array.from({ length: 200 }, () => house.connect());
    for (const client of clients) client.say('ada:right');
    await flushMicrotasks();
    expect(house.asked).toHaveLength(2);
    expect(clients.filter((client) => client.heard()[0] === 'close 1013')).toHaveLength(200 - 2 - 32);
    for (let ms = 0; ms < 60 * 17; ms += 60) {
      house.clock.advance(60);
      await flushMicrotasks();
    }
    expect(clients.filter((client) => client.heard()[0] === CONGRATULATION)).toHaveLength(34);
    expect(house.asked).toHaveLength(34);
  });

  it('give up their place when the client leaves, and the next takes it', async () => {
    const house = guarded(undefined, { concurrency: 1, queue: 1 });
    const [first, second] = [house.connect(), house.connect()];
    first.say('ada:right');
    await flushMicrotasks();
    second.say('ada:right');
    await flushMicrotasks();
    second.connection.closed();
    const third = house.connect();
    third.say('ada:right');
    await flushMicrotasks();
    expect(third.heard()).toEqual([]);
    for (let step = 0; step < 2; step += 1) {
      house.clock.advance(60);
      await flushMicrotasks();
    }
    expect(first.heard()).toEqual([CONGRATULATION]);
    expect(third.heard()).toEqual([CONGRATULATION]);
    expect(house.asked).toHaveLength(2);
  });
});
