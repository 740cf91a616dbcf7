/** The log lines about revocations on several servers. */
import pino from 'pino';
import { expect, it } from 'vitest';
import { observeControl } from '../../src/channels/control-log.ts';

function lines() {
  const written: string[] = [];
  const log = pino(
    { level: 'info', base: null, timestamp: false },
    { write: (line: string) => written.push(line) },
  );
  return { observer: observeControl(log), read: () => written.map((line) => JSON.parse(line)) };
}

it('a revocation is a warning while only this server has it, and information once all have it', () => {
  const { observer, read } = lines();
  observer.revoked('a\u001bda', 'hereOnly');
  observer.revoked('ada', 'everywhere');
  expect(read()).toMatchObject([
    { level: 40, event: 'revocation.hereOnly', user: expect.not.stringContaining('\u001b') },
    { level: 30, event: 'revocation.everywhere', user: 'ada', outcome: 'everywhere' },
  ]);
});

it('a revocation that is given up is an error, because sessions of the user go on elsewhere', () => {
  const { observer, read } = lines();
  observer.revocationGivenUp('a\u001bda');
  expect(read()).toMatchObject([
    { level: 50, event: 'revocation.givenUp', user: expect.not.stringContaining('\u001b') },
  ]);
});

it.each(['revocations', 'signIns', 'messages'] as const)(
  'lost entries of the log of %s are a warning',
  (log) => {
    const { observer, read } = lines();
    observer.controlLost(log);
    expect(read()).toMatchObject([{ level: 40, event: 'control.lost', log }]);
  },
);
