/**
 * A35: an attack on an account from new addresses all the time, and the user of the account, on simulated time.
 *
 * The attack has eight connections. Each sends the next guess as soon as the last is answered (about 27 a second), from a new
 * address each time.
 */
import { deviceTokens, passwordFile, type ThrottleOptions, throttled } from '@sallyport/auth';
import { type Authenticator, accept, refuse, type Verdict } from '@sallyport/core';
import { SimulatedClock } from '@sallyport/core/testing';
import { passwordCredentials } from '@sallyport/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { flushMicrotasks, startAttempt } from './auth-harness.ts';
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
function startAttack(seed: number, options: ThrottleOptions = {}) {
  const clock = new SimulatedClock();
  let verified = 0;
  let guesses = 0;
  const inner = slowly(clock);
  const authenticate = throttled(
    (credentials, context) => {
      verified += 1;
      return inner(credentials, context);
    },
    { clock, chance: seeded(seed), ...options },
  );
  const attackers: ReturnType<typeof startAttempt>[] = [];
  const pass = async () => {
    for (let n = 0; n < 8; n += 1) {
      if (attackers[n] && !attackers[n]?.verdict) continue;
      guesses += 1;
      attackers[n] = startAttempt(authenticate, 'ada:wrong', { address: address(guesses) });
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
    counts: () => ({ verified, guesses }),
    async passFor(ms: number) {
      for (let passed = 0; passed < ms; passed += STEP_MS) await pass();
    },
  };
}

/** The user sends the right password, each time as soon as the server allows it. Returns the milliseconds until the sign-in. */
async function timeToSignIn({ authenticate, clock, pass }: ReturnType<typeof startAttack>, mostMs: number) {
  const began = clock.now();
  let next = began;
  let started: ReturnType<typeof startAttempt> | undefined;
  while (clock.now() - began < mostMs) {
    if (!started && clock.now() >= next)
      started = startAttempt(authenticate, 'ada:right', { address: '203.0.113.9' });
    await pass();
    if (started?.verdict?.verdict === 'accepted') return clock.now() - began;
    if (started?.verdict?.verdict === 'postponed') {
      next = clock.now() + started.verdict.retryInMs;
      started = undefined;
    }
  }
  return Number.POSITIVE_INFINITY;
}

describe('The user of an account under attack', () => {
  it(
    'signs in from a new address in the time that the README states',
    async () => {
      const waits: number[] = [];
      for (let seed = 1; seed <= 12; seed += 1) {
        const attack = startAttack(seed);
        // Until the account has its longest wait.
        await attack.passFor(30_000);
        waits.push(await timeToSignIn(attack, 30 * 60_000));
      }
      const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
      // 10 s × (27 + 1) / 1 at worst: the user makes at least one attempt in each draw.
      expect(mean).toBeLessThan(280_000);
      // Four times the mean: one run in fifty exceeds it.
      expect(Math.max(...waits)).toBeLessThan(4 * 280_000);
    },
    PATIENCE_MS,
  );

  it(
    'sees at most one verified guess in 10 s: 8640 a day',
    async () => {
      const attack = startAttack(7);
      await attack.passFor(60_000);
      const before = attack.counts();
      await attack.passFor(300_000);
      const after = attack.counts();
      expect(after.guesses - before.guesses).toBeGreaterThan(3_000);
      expect(after.verified - before.verified).toBeLessThanOrEqual(30);
      expect(after.verified - before.verified).toBeGreaterThan(20);
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
  /** Attempts a sign-in from a new address. Has a verdict if that came at once. */
  const tryAt = async (
    authenticate: Authenticator,
    password: string,
    deviceToken?: string,
    where = '203.0.113.9',
  ) => {
    const started = startAttempt(authenticate, passwordCredentials('ada', password, deviceToken), {
      address: where,
    });
    await flushMicrotasks();
    return started;
  };

  it('signs in at once during an attack on the account, also after a restart, and keeps its token', async () => {
    const { authenticate } = startAttack(1, { devices: devices() });
    const token = text((await tryAt(authenticate, 'right')).verdict);
    expect(token).toBeDefined();
    const restarted = startAttack(2, { devices: devices() });
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
  ])('is unknown with a token %s', async (_, changed) => {
    const attack = startAttack(3, { devices: devices() });
    const token = text((await tryAt(attack.authenticate, 'right', undefined, '203.0.113.1')).verdict) ?? '';
    await attack.passFor(20_000);
    const other = changed(token);
    expect((await tryAt(attack.authenticate, 'right', other)).verdict).toBeUndefined();
  });

  it('waits for its own failures, which do not delay other devices', async () => {
    const { authenticate, clock } = startAttack(4, { devices: devices() });
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
    const { authenticate } = startAttack(5, { devices: devices() });
    const { verdict } = await tryAt(authenticate, 'right');
    expect(JSON.stringify(verdict)).not.toContain(text(verdict));
  });

  it('is unknown after the password has changed in the file', async () => {
    const file = passwordFile(fileOf(`ada:${strong}`));
    const tag = file.hashTag('ada');
    file.close();
    expect(tag).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(tag).not.toContain(strong);
    expect(file.hashTag('unknown')).toBeUndefined();
  });
});

it('A31: an unknown name is postponed like a known one, with or without a device token', async () => {
  const answersFor = async (name: string) => {
    const clock = new SimulatedClock();
    const hashTag = (user: string) => (user === 'ada' ? 'h' : undefined);
    const devices = deviceTokens({ secret: 'k'.repeat(32), hashTag });
    const authenticate = throttled(() => refuse(), { clock, devices, chance: () => 0.999 });
    const answers: unknown[] = [];
    const forged = `1.${'A'.repeat(22)}.${'A'.repeat(43)}`;
    for (let n = 0; n < 40; n += 1) {
      const credentials = passwordCredentials(name, 'x', n % 2 ? forged : undefined);
      const started = startAttempt(authenticate, credentials, { address: address(n) });
      for (const ms of [0, 299, 1, 200]) {
        clock.advance(ms);
        vi.advanceTimersByTime(ms);
        await flushMicrotasks();
        answers.push(started.verdict ?? 'no answer yet');
      }
    }
    return answers;
  };
  const answers = await answersFor('ada');
  expect(answers).toContainEqual({ verdict: 'refused' });
  expect(answers).toContainEqual(expect.objectContaining({ verdict: 'postponed' }));
  // As text: so a failure shows the answer that differs.
  expect((await answersFor('unknown')).map(asText)).toEqual(answers.map(asText));
});

const asText = (answer: unknown, index: number) => `${index}: ${JSON.stringify(answer)}`;
