/** A42: in a flood of attempts, users from known addresses have places in the queue. */
import { anyOf, passwordFile, throttled } from '@sallyport/auth';
import { SimulatedClock } from '@sallyport/core/testing';
import { expect, it } from 'vitest';
import { flushMicrotasks, startAttempt } from './auth-harness.ts';
import { fileOf } from './folder.ts';
import { strong } from './known-hashes.ts';

it('Attempts from known addresses are verified during a flood, before the waiting ones from unknown addresses', async () => {
  const clock = new SimulatedClock();
  const hashing: ((isRight: boolean) => void)[] = [];
  const names = Array.from({ length: 7 }, (_, n) => `user${n}`);
  let isFlood = false;
  const verified: string[] = [];
  const file = passwordFile(fileOf(...names.map((name) => `${name}:${strong}`)), {
    clock,
    concurrency: 2,
    queue: 14,
    upgrade: false,
    verify: (_, password) => {
      verified.push(password);
      if (!isFlood) return Promise.resolve(password === 'right');
      return new Promise((resolve) => void hashing.push(() => resolve(password === 'right')));
    },
  });
  const authenticate = throttled(anyOf(file), { clock });
  const home = (n: number) => ({ address: `198.51.100.${n}` });
  for (const [n, name] of names.entries()) await startAttempt(authenticate, `${name}:right`, home(n)).done;
  isFlood = true;
  const strangers = Array.from({ length: 60 }, (_, n) =>
    startAttempt(authenticate, `stranger${n}:x`, { address: `10.0.0.${n}` }),
  );
  await flushMicrotasks();
  expect(strangers.filter(({ verdict }) => verdict?.verdict === 'overloaded')).toHaveLength(60 - 2 - 14);
  const back = names.map((name, n) => startAttempt(authenticate, `${name}:right`, home(n)));
  await flushMicrotasks();
  verified.length = 0;
  for (let turn = 0; turn < 5; turn += 1) {
    for (const finish of hashing.splice(0)) finish(true);
    await flushMicrotasks();
  }
  file.close();
  expect(back.map(({ verdict }) => verdict?.verdict)).toEqual(names.map(() => 'accepted'));
  expect(verified.slice(0, 7)).toEqual(names.map(() => 'right'));
});
