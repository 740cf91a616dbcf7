/** A34 to A38: the rate of guesses at passwords, and the users that it does not delay, on simulated time. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { failuresInMemory, type ThrottleOptions, throttled } from '@sallyport/auth';
import { type Authenticator, accept, overload, refuse, UsageError, type Verdict } from '@sallyport/core';
import { SimulatedClock } from '@sallyport/core/testing';
import { tokenCredentials } from '@sallyport/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CONGRATULATION, flushMicrotasks, harness, startAttempt } from './auth-harness.ts';

// The counts in memory use the system's clocks.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const MINUTE = 60_000;

/** The password of every user is `right`. `verified` counts the attempts that were verified. */
function throttleSetup(options: ThrottleOptions = {}, authenticate?: Authenticator) {
  const clock = new SimulatedClock();
  const seen = { verified: 0 };
  const throttle = throttled(
    authenticate ??
      ((credentials) => {
        seen.verified += 1;
        const isRight = credentials.type === 'password' && credentials.password === 'right';
        return isRight ? accept(credentials.username) : refuse();
      }),
    { clock, ...options },
  );
  const pass = (ms: number) => {
    clock.advance(ms);
    vi.advanceTimersByTime(ms);
  };
  /** The verdict if the attempt was verified, or else why it was not. */
  const attempt = async (text: string, address = '192.0.2.1'): Promise<string> => {
    const before = seen.verified;
    const started = startAttempt(throttle, text, { address });
    await flushMicrotasks();
    const isTooSoon = () => started.verdict?.verdict === 'postponed';
    if (isTooSoon()) return 'postponed too soon';
    // The last of these steps is the longest time that an attempt is held for a draw.
    for (const ms of [299, 1, 700]) {
      if (started.verdict) break;
      pass(ms);
      await flushMicrotasks();
      if (ms === 299 && isTooSoon()) return 'postponed too soon';
    }
    return seen.verified > before
      ? (started.verdict?.verdict ?? 'no verdict')
      : `not verified at: ${started.verdict?.verdict}`;
  };
  return { attempt, pass, seen, clock, throttle };
}

/** Bytes in use after a garbage collection. */
function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}

const POSTPONED = 'not verified at: postponed';
const address = (index: number) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;

describe('An attempt that fails', () => {
  it.each<[string, number, (n: number) => [string, string]]>([
    ['A34: at one account, from anywhere', 10, (n: number) => ['ada:x', address(n)]],
    ['A36: from one source, at any account', 60, (n: number) => [`user${n}:x`, '192.0.2.1']],
    [
      'A37: from one /64, at any account',
      60,
      (n: number) => [`user${n}:x`, `2001:db8::${n.toString(16)}:1`] as const,
    ],
  ])('%s, makes the next wait 1 s, then twice as long each time, %i s at most', async (_, most, next) => {
    const { attempt, pass } = throttleSetup();
    let number = 0;
    const try_ = () => {
      number += 1;
      return attempt(...next(number));
    };
    expect(await try_()).toBe('refused');
    for (const longest of [1, 2, 4, 8, 16, 32, 64, 64, 64]) {
      const seconds = Math.min(longest, most);
      // In the last second before, it would be held.
      if (seconds > 1) {
        expect(await try_()).toBe(POSTPONED);
        pass(seconds * 1_000 - 1_301);
        expect(await try_()).toBe(POSTPONED);
      }
      pass(seconds > 1 ? 701 : 1_000);
      expect(await try_()).toBe('refused');
    }
  });

  it('postpones the next, even with the right password, and postponed attempts do not lengthen the wait', async () => {
    const { attempt, pass } = throttleSetup();
    for (const seconds of [1, 2, 4, 8, 10]) {
      expect(await attempt('ada:x', address(seconds))).toBe('refused');
      pass(seconds * 1_000);
    }
    expect(await attempt('ada:x', address(9))).toBe('refused');
    for (let number = 100; number < 130; number += 1)
      expect(await attempt('ada:right', address(number))).toBe(POSTPONED);
    pass(1_000);
    expect(await attempt('ada:right', address(99))).toBe('accepted');
  });

  it('is forgotten after 15 minutes', async () => {
    const { attempt, pass } = throttleSetup();
    for (const seconds of [1, 2, 4, 8]) {
      expect(await attempt('ada:x')).toBe('refused');
      pass(seconds * 1_000);
    }
    pass(15 * MINUTE);
    expect(await attempt('ada:x')).toBe('refused');
    pass(1_000);
    expect(await attempt('ada:right')).toBe('accepted');
  });

  it('counts the same at an account that does not exist', async () => {
    const { attempt, pass } = throttleSetup();
    await attempt('unknown:x', address(1));
    pass(1_000);
    await attempt('unknown:x', address(2));
    expect(await attempt('unknown:x', address(3))).toBe(POSTPONED);
  });

  it('still counts after the attacker signs in to another account', async () => {
    const { attempt, pass } = throttleSetup();
    await attempt('mallory:right');
    await attempt('ada:x');
    pass(1_000);
    for (const seconds of [2, 4, 8]) {
      expect(await attempt('ada:x')).toBe('refused');
      expect(await attempt('mallory:right')).toBe('accepted');
      expect(await attempt('ada:x')).toBe(POSTPONED);
      pass(seconds * 1_000);
    }
  });

  it('A34: is one of at most four at a time on one account', async () => {
    const verdicts: (() => void)[] = [];
    const { throttle } = throttleSetup(
      {},
      () => new Promise((resolve) => void verdicts.push(() => resolve(refuse()))),
    );
    const volley = Array.from({ length: 150 }, (_, n) =>
      startAttempt(throttle, 'ada:x', { address: address(n % 75) }),
    );
    await flushMicrotasks();
    expect(verdicts).toHaveLength(4);
    expect(volley.filter(({ verdict }) => verdict?.verdict === 'overloaded')).toHaveLength(46);
    for (const refuseIt of verdicts.splice(0)) refuseIt();
    await flushMicrotasks();
    expect(verdicts).toHaveLength(0);
  });

  it('counts each time in a burst, and then attempts are verified one by one', async () => {
    const verdicts: (() => void)[] = [];
    const { throttle, pass } = throttleSetup(
      {},
      () => new Promise((resolve) => void verdicts.push(() => resolve(refuse()))),
    );
    const volley = Array.from({ length: 150 }, (_, n) => startAttempt(throttle, `user${n}:x`));
    await flushMicrotasks();
    expect(verdicts).toHaveLength(100);
    expect(volley.filter(({ verdict }) => verdict?.verdict === 'overloaded')).toHaveLength(50);
    for (const refuseIt of verdicts.splice(0)) refuseIt();
    await flushMicrotasks();
    pass(MINUTE - 1_001);
    startAttempt(throttle, 'other:x');
    await flushMicrotasks();
    pass(1);
    await flushMicrotasks();
    expect(verdicts).toHaveLength(0);
    pass(1_000);
    for (let n = 0; n < 10; n += 1) startAttempt(throttle, `another${n}:x`);
    await flushMicrotasks();
    expect(verdicts).toHaveLength(1);
  });
});

describe('A25: an authenticator that hangs', () => {
  /** An authenticator that hangs until `mend`. */
  function hanging() {
    let isHanging = true;
    const verified: string[] = [];
    const all = throttleSetup({}, (credentials) => {
      if (credentials.type !== 'password') return refuse();
      verified.push(credentials.username);
      if (isHanging) return new Promise(() => {});
      return credentials.password === 'right' ? accept(credentials.username) : refuse();
    });
    /** Attempts that the core abandons, as after 5 s. */
    const abandoned = async (...texts: string[]) => {
      const leaving = new AbortController();
      for (const text of texts) startAttempt(all.throttle, text, { signal: leaving.signal });
      await flushMicrotasks();
      leaving.abort();
      await flushMicrotasks();
    };
    const mend = () => {
      isHanging = false;
    };
    return { ...all, verified, abandoned, mend };
  }

  it('blocks no attempt after it has recovered', async () => {
    const { throttle, abandoned, mend } = hanging();
    await abandoned(...Array.from({ length: 100 }, (_, n) => `user${n}:right`));
    await abandoned('ada:right', 'ada:right', 'ada:right', 'ada:right', 'ada:right');
    mend();
    const started = startAttempt(throttle, 'ada:right');
    await flushMicrotasks();
    expect(started.verdict?.verdict).toBe('accepted');
  });

  it('does not lengthen the wait after a mistyped password', async () => {
    const { throttle, abandoned, mend, pass } = hanging();
    await abandoned('ada:right');
    mend();
    startAttempt(throttle, 'ada:wrong');
    await flushMicrotasks();
    pass(1_000);
    const started = startAttempt(throttle, 'ada:right');
    await flushMicrotasks();
    expect(started.verdict?.verdict).toBe('accepted');
  });

  it('gets no attempt whose client has left the queue', async () => {
    const { verified, abandoned } = hanging();
    await abandoned('ada:1', 'ada:2', 'ada:3', 'ada:4', 'ada:5', 'ada:6');
    expect(verified).toHaveLength(4);
  });

  it('may answer late: a failure counts, and a slot is given back once', async () => {
    const pending: ((answer: Verdict | Promise<never>) => void)[] = [];
    const { throttle } = throttleSetup({}, () => new Promise((resolve) => void pending.push(resolve)));
    const leaving = new AbortController();
    for (let n = 0; n < 2; n += 1) startAttempt(throttle, 'ada:x', { signal: leaving.signal });
    await flushMicrotasks();
    leaving.abort();
    const volley = Array.from({ length: 5 }, () => startAttempt(throttle, 'ada:y'));
    await flushMicrotasks();
    expect(pending).toHaveLength(2 + 4);
    pending[0]?.(Promise.reject(new Error('broken')));
    await flushMicrotasks();
    expect(pending).toHaveLength(2 + 4);
    pending[1]?.(refuse());
    await flushMicrotasks();
    pending[2]?.(accept('ada'));
    await flushMicrotasks();
    expect(volley[0]?.verdict?.verdict).toBe('accepted');
    expect(pending).toHaveLength(2 + 4);
  });
});

describe('A35: the user of an account under attack', () => {
  it('signs in at once from a known address, whatever fails elsewhere', async () => {
    const { attempt, pass } = throttleSetup();
    expect(await attempt('ada:right', '198.51.100.1')).toBe('accepted');
    for (let number = 0; number < 10_000; number += 1) {
      if (number % 100 === 0) pass(MINUTE);
      await attempt('ada:x', address(number));
      if (number % 500 === 0) expect(await attempt('ada:right', '198.51.100.1')).toBe('accepted');
    }
    expect(await attempt('ada:x', address(1))).toBe(POSTPONED);
    expect(await attempt('ada:right', '198.51.100.1')).toBe('accepted');
  });

  it('signs in from an address where others fail', async () => {
    const { attempt, pass } = throttleSetup();
    await attempt('ada:right');
    await attempt('bob:x');
    pass(1_000);
    await attempt('bob:x');
    expect(await attempt('eve:x')).toBe(POSTPONED);
    expect(await attempt('ada:right')).toBe('accepted');
  });

  it('waits for own failures at a known address, which a success resets', async () => {
    const { attempt, pass } = throttleSetup();
    await attempt('ada:right');
    for (const seconds of [1, 2]) {
      expect(await attempt('ada:x')).toBe('refused');
      expect(await attempt('ada:right')).toBe(POSTPONED);
      pass(seconds * 1_000);
    }
    expect(await attempt('ada:right')).toBe('accepted');
    expect(await attempt('ada:x')).toBe('refused');
    pass(1_000);
    expect(await attempt('ada:right')).toBe('accepted');
  });

  it('signs in 10 s after the last failure of strangers, if no other attempt comes', async () => {
    const { attempt, pass } = throttleSetup();
    for (let number = 0; number < 30; number += 1) {
      await attempt('ada:x', address(number));
      pass(MINUTE);
    }
    await attempt('ada:x', address(99));
    pass(10_000);
    expect(await attempt('ada:right', '198.51.100.1')).toBe('accepted');
  });

  it('is known at the last four addresses of the user', async () => {
    const { attempt, pass } = throttleSetup();
    for (let place = 1; place <= 5; place += 1) await attempt('ada:right', address(place));
    await attempt('ada:x', address(8));
    pass(1_000);
    await attempt('ada:x', address(9));
    expect(await attempt('ada:right', address(1))).toBe(POSTPONED);
    for (let place = 2; place <= 5; place += 1)
      expect(await attempt('ada:right', address(place))).toBe('accepted');
  });
});

describe('No failure is counted for', () => {
  it('an office whose users all sign in again at once', async () => {
    const { throttle } = throttleSetup();
    const all = Array.from({ length: 100 }, (_, n) => startAttempt(throttle, `user${n}:right`));
    await flushMicrotasks();
    expect(all.every(({ verdict }) => verdict?.verdict === 'accepted')).toBe(true);
  });

  it('many users of one account, whose attempts are verified in turn', async () => {
    let most = 0;
    let now = 0;
    const { throttle } = throttleSetup({}, async () => {
      now += 1;
      most = Math.max(most, now);
      await flushMicrotasks();
      now -= 1;
      return accept('kiosk');
    });
    for (const place of ['elsewhere', 'where it has signed in before']) {
      const all = Array.from({ length: 100 }, () => startAttempt(throttle, 'kiosk:right'));
      await Promise.all(all.map(({ done }) => done));
      expect(all.filter(({ verdict }) => verdict?.verdict === 'accepted')).toHaveLength(100);
      expect([place, most, now]).toEqual([place, 4, 0]);
    }
  });

  it('a token', async () => {
    const { throttle, seen } = throttleSetup();
    for (let number = 1; number <= 20; number += 1) {
      const started = startAttempt(throttle, tokenCredentials('x'));
      await started.done;
      expect([started.verdict, seen.verified]).toEqual([refuse(), number]);
    }
  });

  it('an attempt without a verdict: the authenticator was overloaded, failed, or was abandoned', async () => {
    let answer: () => ReturnType<Authenticator> = () => overload();
    const { throttle } = throttleSetup({}, () => answer());
    const outcome = async () => {
      const started = startAttempt(throttle, 'ada:x');
      await flushMicrotasks();
      return started.verdict?.verdict ?? (started.error as Error | undefined)?.message;
    };
    expect([await outcome(), await outcome()]).toEqual(['overloaded', 'overloaded']);
    answer = () => Promise.reject(new Error('down'));
    expect([await outcome(), await outcome()]).toEqual(['down', 'down']);
    answer = () => refuse();
    expect(await outcome()).toBe('refused');
  });

  it('an empty address of a transport, but for its accounts', async () => {
    const { attempt, pass } = throttleSetup();
    expect(await attempt('ada:x', '')).toBe('refused');
    expect(await attempt('bob:x', '')).toBe('refused');
    pass(1_000);
    expect(await attempt('ada:x', '')).toBe('refused');
    expect(await attempt('ada:x', '')).toBe(POSTPONED);
    expect(await attempt('bob:x', '')).toBe('refused');
  });
});

describe('A38: the store of failures', () => {
  it('is bounded: the oldest keys are forgotten, and that is reported', async () => {
    let forgotten = 0;
    const store = failuresInMemory({
      mostKeys: 3,
      onFull: () => {
        forgotten += 1;
      },
    });
    for (const key of ['a', 'b', 'c', 'a', 'd', 'e']) await store.set(key, 1, 900);
    expect(await Promise.all(['a', 'b', 'c', 'd', 'e'].map((key) => store.get(key)))).toMatchObject([
      { consumedPoints: 1 },
      null,
      null,
      { consumedPoints: 1 },
      { consumedPoints: 1 },
    ]);
    expect(forgotten).toBe(2);
    await store.delete('a');
    await store.set('f', 1, 900);
    expect(forgotten).toBe(2);
  });

  it('has at most 65 536 keys, however many addresses fail', async () => {
    vi.useRealTimers();
    let forgotten = 0;
    const store = failuresInMemory({
      onFull: () => {
        forgotten += 1;
      },
    });
    const before = heapInUse();
    for (let number = 0; number < 250_000; number += 1) void store.set(`source:${address(number)}`, 1, 900);
    await flushMicrotasks();
    expect(forgotten).toBe(250_000 - 65_536);
    expect(await store.get(`source:${address(0)}`)).toBeNull();
    expect(await store.get(`source:${address(249_999)}`)).toMatchObject({ consumedPoints: 1 });
    expect(heapInUse() - before).toBeLessThan(64 * 2 ** 20);
  });

  it.each<[string, () => Promise<never>]>([
    ['rejects', () => Promise.reject(new Error('store down'))],
    [
      'throws',
      () => {
        throw new Error('store down');
      },
    ],
  ])('that %s delays no attempt, and that is reported once a minute', async (_, down) => {
    const reported: string[] = [];
    const { attempt, pass } = throttleSetup({
      store: { get: down, set: down, delete: down },
      onFault: (error) => {
        reported.push(error.message);
        throw new Error('mine');
      },
    });
    for (let number = 0; number < 5; number += 1) expect(await attempt('ada:x')).toBe('refused');
    expect(await attempt('ada:right')).toBe('accepted');
    expect(reported).toEqual(['store down']);
    pass(MINUTE);
    await attempt('ada:x');
    expect(reported).toHaveLength(2);
  });

  it('may have an onFault callback whose promise rejects', async () => {
    const down = () => Promise.reject(new Error('store down'));
    let reported = 0;
    // Not a spy of vitest's, which would handle the rejection.
    const onFault = async () => {
      reported += 1;
      throw new Error('mine');
    };
    const { attempt } = throttleSetup({ store: { get: down, set: down, delete: down }, onFault });
    // An unhandled rejection fails the run.
    expect(await attempt('ada:x')).toBe('refused');
    expect(reported).toBe(1);
  });

  it('that does not answer delays an attempt by at most a second for each key', async () => {
    const reported: string[] = [];
    const never = () => new Promise<never>(() => {});
    const { throttle, clock } = throttleSetup({
      store: { get: never, set: never, delete: never },
      onFault: (error) => reported.push(error.message),
    });
    const started = startAttempt(throttle, 'ada:right');
    await flushMicrotasks();
    clock.advance(999);
    await flushMicrotasks();
    expect(started.verdict).toBeUndefined();
    clock.advance(1);
    await flushMicrotasks();
    clock.advance(999);
    await flushMicrotasks();
    expect(started.verdict).toBeUndefined();
    clock.advance(1);
    await flushMicrotasks();
    expect(started.verdict?.verdict).toBe('accepted');
    expect(reported).toEqual(['the store of failures did not answer within 1000 ms']);
    expect(clock.pending).toBe(0);
  });
});

it('A34: over sessions, an attacker ends at one guess in 10 s, and the user signs in', async () => {
  const clock = new SimulatedClock();
  let verified = 0;
  const authenticate = throttled(
    (credentials) => {
      verified += 1;
      return credentials.type === 'password' && credentials.password === 'right' ? accept('ada') : refuse();
    },
    { clock },
  );
  const { connect } = harness(authenticate, clock);
  const pass = async (ms: number) => {
    clock.advance(ms);
    vi.advanceTimersByTime(ms);
    await flushMicrotasks();
  };
  const victim = connect('198.51.100.1');
  victim.send('ada:right');
  await flushMicrotasks();
  victim.connection.closed(1000);
  verified = 0;
  for (let second = 0; second < 600; second += 1) {
    const attacker = connect(address(second));
    attacker.send('ada:x');
    await flushMicrotasks();
    await pass(1_000);
    attacker.connection.closed(1000);
  }
  expect(verified).toBeGreaterThan(5);
  expect(verified).toBeLessThan(66);
  const again = connect('198.51.100.1');
  again.send('ada:right');
  await flushMicrotasks();
  expect(again.received()).toEqual([CONGRATULATION]);
});

it.each<[string, Authenticator, ThrottleOptions]>([
  ['no authenticator', undefined as never, {}],
  ['a minimum delay that is NaN', () => accept('ada'), { minimumDelayMs: Number.NaN }],
  ['a negative minimum delay', () => accept('ada'), { minimumDelayMs: -1 }],
])('throttled() throws a UsageError for %s', (_, authenticate, options) => {
  expect(() => throttled(authenticate, options)).toThrow(UsageError);
});
