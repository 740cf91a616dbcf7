/**
 * Logs what the control of several servers does: revocations that the other servers do not have yet, and entries of its logs that are lost.
 *
 * Proven by: test/channels/control-log.test.ts, tests/redis/test/cluster.test.ts.
 */
import type { ChannelObserver } from '@sallyport/channels';
import type { Logger } from 'pino';
import { escapeAndShorten } from '../escape-unprintable.ts';

const LOST = {
  revocations: 'revocations may have been missed: sessions are checked, or end with 4419, over some minutes',
  signIns: 'sign-ins on other servers may have been missed: all sessions are told again',
  messages: 'messages to users are lost on this server',
} as const;

/** The handlers for the log. */
export function observeControl(
  log: Logger,
): Pick<Required<ChannelObserver>, 'revoked' | 'revocationGivenUp' | 'controlLost'> {
  return {
    revoked(user, outcome) {
      const details = { user: escapeAndShorten(user), outcome };
      if (outcome === 'everywhere')
        log.info({ event: 'revocation.everywhere', ...details }, 'all servers end the sessions of the user');
      else
        log.warn(
          { event: 'revocation.hereOnly', ...details },
          'only this server has ended the sessions of the user: the broker is unavailable; trying again',
        );
    },
    revocationGivenUp: (user) =>
      log.error(
        { event: 'revocation.givenUp', user: escapeAndShorten(user) },
        'the other servers never learn of this revocation: revoke the user again, on one of them',
      ),
    controlLost: (lost) => log.warn({ event: 'control.lost', log: lost }, LOST[lost]),
  };
}
