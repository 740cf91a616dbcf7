/** Stories of postponed attempts and of device tokens (PROTOCOL.md, 3.1 and 6). */
import { inspect } from 'node:util';
import { accept, postpone, refuse, type Verdict } from '@sallyport/core';
import { passwordCredentials } from '@sallyport/protocol';
import { describe, expect, it } from 'vitest';
import { harness, SORRY } from '../harness.ts';

/**
 * A session with an authenticator that gives these verdicts one after the other, and everything that observers and faults
 * showed of it.
 */
function judged(verdicts: readonly unknown[]) {
  const told: unknown[] = [];
  const waits: number[] = [];
  let next = 0;
  const all = harness({
    authenticate: () => verdicts[next++] as Verdict,
    observe: {
      fact: (session, fact) => void told.push(session, fact),
      command: (session, command) => void told.push(session, command),
      authenticated: (session) => void told.push(session.identity),
      postponed: (_, retryInMs) => void waits.push(retryInMs),
    },
  });
  return { ...all, client: all.connect(), told, waits };
}

describe('a postponed attempt', () => {
  it('a postponed attempt is not used up, is answered like a refusal, and may be repeated', () => {
    const verdicts = [...Array.from({ length: 9 }, () => postpone(1_500)), refuse(), accept('admin')];
    const { client, sessions, waits } = judged(verdicts);
    for (let attempt = 0; attempt < 11; attempt += 1) client.send('admin:123456');
    expect(client.received().slice(0, 10)).toEqual(Array.from({ length: 10 }, () => SORRY));
    expect(client.session.identity?.user).toBe('admin');
    expect(sessions.counters).toMatchObject({ postponed: 9, refused: 1, authenticated: 1 });
    expect(waits).toEqual(Array.from({ length: 9 }, () => 1_500));
  });

  it('a postponed attempt does not extend the deadline of the sign-in', () => {
    const { client, clock } = judged([postpone(1), postpone(1)]);
    clock.advance(59_999);
    client.send('admin:123456');
    clock.advance(1);
    expect(client.received().at(-1)).toBe('close 4408');
  });

  it.each([undefined, '5', Number.NaN, -1, Number.POSITIVE_INFINITY])(
    'a wait of %s is not a verdict',
    (retryInMs) => {
      const { client, faults } = judged([{ verdict: 'postponed', retryInMs }]);
      client.send('admin:123456');
      expect(client.received()).toEqual(['close 1011']);
      expect(faults[0]?.error).toEqual(
        new TypeError(
          'the authenticator returned no valid verdict: retryInMs must be a finite number of at least 0',
        ),
      );
      expect(() => postpone(retryInMs as never)).toThrow('retryInMs must be a finite number of at least 0');
    },
  );
});

it('an unknown option of accept is an error that names the nearest known one', () => {
  expect(() => accept('admin', { expiresIn: 5 } as never)).toThrow(
    'expiresIn is not an option of accept; did you mean expiresInMs?',
  );
});

describe('a device token', () => {
  it('E23: the device token is sent to the client, and no observer or fault sees it', () => {
    const given = accept('admin', { deviceToken: 's3cret' });
    const { client, told, faults } = judged([given]);
    client.send('admin:123456');
    expect(told.length).toBeGreaterThan(0);
    expect(inspect([told, given], { depth: 20, showHidden: true })).not.toContain('s3cret');
    expect(JSON.stringify([told.filter((one) => one !== client.session), given])).not.toContain('s3cret');
    expect(faults).toEqual([]);
  });

  it.each(['', 'a b', 'a'.repeat(513), 5 as never])(
    'accept() refuses a device token that the client cannot send again: %j',
    (text) => {
      expect(() => accept('admin', { deviceToken: text })).toThrow(
        'deviceToken must be a token68 of at most 512 characters',
      );
    },
  );

  it('a device token that does not come from accept() is not a verdict, and is not sent', () => {
    const { client, faults } = judged([{ ...accept('admin'), deviceToken: 's3cret' }]);
    client.send('admin:123456');
    expect(client.received()).toEqual(['close 1011']);
    expect(faults[0]?.error).toEqual(
      new TypeError('the authenticator returned no valid verdict: deviceToken must come from accept(…)'),
    );
  });

  it('the device token of credentials does not show in an inspector', () => {
    expect(inspect(passwordCredentials('admin', 'p', 's3cret'), { showHidden: true })).not.toContain(
      's3cret',
    );
  });
});
