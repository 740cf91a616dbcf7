/**
 * A35: an attack on an account from ever new addresses, and the user of the account, on simulated time.
 *
 * The attack has eight connections. Each sends the next guess as soon as the last is answered (about 27 a second), from a new
 * address each time.
 */
import { deviceTokens, passwordFile, type ThrottleOptions, throttled } from '@sallyport/auth';
import { type Authenticator, accept, refuse, type Verdict } from '@sallyport/core';
import { SimulatedClock } from '@sallyport/core/testing';
import { passwordCredentials } from '@sallyport/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ask, flushMicrotasks } from './auth-harness.ts';
import { fileOf } from './folder.ts';
import { strong } from './known-hashes.ts';
import { seeded } from './seeded.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** A divisor of the 300 ms that each answer takes, so that the steps do not slow the attack. */
const STEP_MS = 150;
/** Ends a test that hangs. */
const PATIENCE_MS = 180_000;
const address = (n: number) => `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;

/** Refuses after 300 ms, as a password file does; accepts at once. */
function slowly(clock: SimulatedClock): Authenticator {
  return (credentials) =>
    credentials.type === 'password' && credentials.password === 'right'
      ? accept(credentials.username)
      : new Promise((resolve) => void clock.setTimeout(() => resolve(refuse()), 300));
}

/** An account under attack until the end of the test. */
function siege(seed: number, options: ThrottleOptions = {}) {
  const clock = new SimulatedClock();
  let looked = 0;
  let guesses = 0;
  const inner = slowly(clock);
  const authenticate = throttled(
    (credentials, context) => {
      looked += 1;
      return inner(credentials, context);
    },
    { clock, chance: seeded(seed), ...options },
  );
  const attackers: ReturnType<typeof ask>[] = [];
  const pass = async () => {
    for (let n = 0; n < 8; n += 1) {
      if (attackers[n] && !attackers[n]?.verdict) continue;
      guesses += 1;
      attackers[n] = ask(authenticate, 'ada:wrong', { address: address(guesses) });
    }
    await flushMicrotasks();
    clock.advance(STEP_MS);
    vi.advanceTimersByTime(STEP_MS);
    await flushMicrotasks();
  };
  return {
    authenticate,
    clock,
    pass,
    counts: () => ({ looked, guesses }),
    async passFor(ms: number) {
      for (let passed = 0; passed < ms; passed += STEP_MS) await pass();
    },
  };
}

/** The owner tries the right password, each time as soon as the answer allows; gives the milliseconds until it is in. */
async function ownerGetsIn({ authenticate, clock, pass }: ReturnType<typeof siege>, mostMs: number) {
  const began = clock.now();
  let next = began;
  let asked: ReturnType<typeof ask> | undefined;
  while (clock.now() - began < mostMs) {
    if (!asked && clock.now() >= next) asked = ask(authenticate, 'ada:right', { address: '203.0.113.9' });
    await pass();
    if (asked?.verdict?.verdict === 'accepted') return clock.now() - began;
    if (asked?.verdict?.verdict === 'postponed') {
      next = clock.now() + asked.verdict.retryInMs;
      asked = undefined;
    }
  }
  return Number.POSITIVE_INFINITY;
}

describe('The user of an account under attack', () => {
  it(
    'gets in from an address never used before, in the time that the README states',
    async () => {
      const waits: number[] = [];
      for (let seed = 1; seed <= 12; seed += 1) {
        const attack = siege(seed);
        // Until the waits of the account are as long as they get.
        await attack.passFor(30_000);
        waits.push(await ownerGetsIn(attack, 30 * 60_000));
      }
      const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
      // 10 s × (27 + 1) / 1 at worst: the owner makes at least one attempt while a draw is open.
      expect(mean).toBeLessThan(280_000);
      // Four times the mean: missed once in fifty.
      expect(Math.max(...waits)).toBeLessThan(4 * 280_000);
    },
    PATIENCE_MS,
  );

  it(
    'has its account looked at for strangers once in 10 s at most: 8640 guesses a day',
    async () => {
      const attack = siege(7);
      await attack.passFor(60_000);
      const before = attack.counts();
      await attack.passFor(300_000);
      const after = attack.counts();
      expect(after.guesses - before.guesses).toBeGreaterThan(3_000);
      expect(after.looked - before.looked).toBeLessThanOrEqual(30);
      expect(after.looked - before.looked).toBeGreaterThan(20);
    },
    PATIENCE_MS,
  );
});

describe('A device that has signed in before', () => {
  const secret = 'k'.repeat(32);
  const tags = new Map<string, string>();
  beforeEach(() => void tags.set('ada', 'hash of right'));
  const devices = () => deviceTokens({ secret, hashTag: (user) => tags.get(user) });
  const text = (verdict: Verdict | undefined) =>
    verdict?.verdict === 'accepted' ? verdict.deviceToken?.text : undefined;
  /** At once, or not: from an address never used before. */
  const tryAt = async (
    authenticate: Authenticator,
    password: string,
    deviceToken?: string,
    where = '203.0.113.9',
  ) => {
    const asked = ask(authenticate, passwordCredentials('ada', password, deviceToken), { address: where });
    await flushMicrotasks();
    return asked;
  };

  it('signs in at once during an attack on the account, also after a restart, and keeps its token', async () => {
    const { authenticate } = siege(1, { devices: devices() });
    const token = text((await tryAt(authenticate, 'right')).verdict);
    expect(token).toBeDefined();
    const restarted = siege(2, { devices: devices() });
    await restarted.passFor(20_000);
    expect((await tryAt(restarted.authenticate, 'right')).verdict).toBeUndefined();
    const { verdict } = await tryAt(restarted.authenticate, 'right', token, '203.0.113.10');
    expect([verdict?.verdict, text(verdict)]).toEqual(['accepted', token]);
  });

  it.each<[string, (token: string) => string]>([
    [
      'of an old password',
      (token) => {
        tags.set('ada', 'hash of another');
        return token;
      },
    ],
    ['that is forged', (token) => `${token.slice(0, -1)}${token.endsWith('A') ? 'Q' : 'A'}`],
    ['that is too long', (token) => token.padEnd(600, 'A')],
    [
      'of another user',
      () => {
        tags.set('bob', 'hash of right');
        return devices().give('bob') ?? '';
      },
    ],
    [
      'of another server',
      () => deviceTokens({ secret: 'x'.repeat(32), hashTag: () => 'hash of right' }).give('ada') ?? '',
    ],
  ])('counts as a stranger with a token %s', async (_, changed) => {
    const attack = siege(3, { devices: devices() });
    const token = text((await tryAt(attack.authenticate, 'right', undefined, '203.0.113.1')).verdict) ?? '';
    await attack.passFor(20_000);
    const other = changed(token);
    expect((await tryAt(attack.authenticate, 'right', other)).verdict).toBeUndefined();
  });

  it('waits for its own failures, which do not delay other devices', async () => {
    const { authenticate, clock } = siege(4, { devices: devices() });
    const [one, two] = [devices().give('ada'), devices().give('ada')];
    const wrong = tryAt(authenticate, 'wrong', one);
    await wrong;
    clock.advance(300);
    await flushMicrotasks();
    const again = await tryAt(authenticate, 'right', one);
    clock.advance(300);
    await flushMicrotasks();
    expect(again.verdict).toMatchObject({ verdict: 'postponed' });
    expect((await tryAt(authenticate, 'right', two, '203.0.113.77')).verdict).toMatchObject({
      verdict: 'accepted',
    });
  });

  it('E23: has a token that no printed verdict shows', async () => {
    const { authenticate } = siege(5, { devices: devices() });
    const { verdict } = await tryAt(authenticate, 'right');
    expect(JSON.stringify(verdict)).not.toContain(text(verdict));
  });

  it('is a stranger after the password has changed in the file', async () => {
    const file = passwordFile(fileOf(`ada:${strong}`));
    const tag = file.hashTag('ada');
    file.close();
    expect(tag).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(tag).not.toContain(strong);
    expect(file.hashTag('nobody')).toBeUndefined();
  });
});

it('A31: an unknown name is postponed as a known one, with a device token or without', async () => {
  const answersFor = async (name: string) => {
    const clock = new SimulatedClock();
    const hashTag = (user: string) => (user === 'ada' ? 'h' : undefined);
    const devices = deviceTokens({ secret: 'k'.repeat(32), hashTag });
    const authenticate = throttled(() => refuse(), { clock, devices, chance: () => 0.999 });
    const answers: unknown[] = [];
    const forged = `1.${'A'.repeat(22)}.${'A'.repeat(43)}`;
    for (let n = 0; n < 40; n += 1) {
      const credentials = passwordCredentials(name, 'x', n % 2 ? forged : undefined);
      const asked = ask(authenticate, credentials, { address: address(n) });
      for (const ms of [0, 299, 1, 200]) {
        clock.advance(ms);
        vi.advanceTimersByTime(ms);
        await flushMicrotasks();
        answers.push(asked.verdict ?? 'no answer yet');
      }
    }
    return answers;
  };
  const answers = await answersFor('ada');
  expect(answers).toContainEqual({ verdict: 'refused' });
  expect(answers).toContainEqual(expect.objectContaining({ verdict: 'postponed' }));
  expect(await answersFor('nobody')).toEqual(answers);
});
