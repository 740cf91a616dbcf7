/**
 * What is logged of sessions: one line per event, under names that do not change.
 *
 * `session.opened`, `session.verifying`, `session.refused`, `session.postponed`, `session.authenticated`, `session.refreshed`,
 * `session.closed` (at the level of its reason), `session.transition`; `upgrade.refused`, and `fault` for what others threw. Of credentials
 * only the username is taken, here and at once. Proven by: test/session-log.test.ts.
 */
import type { Clock, Fault, Observer, Session } from '@sallyport/core';
import { type Credentials, reasons } from '@sallyport/protocol';
import type { Logger } from 'pino';
import { describeError } from './describe-error.ts';
import { printable, printableName } from './printable.ts';

/** Handlers only for what the level lets through: one that is absent costs a session nothing. */
export function observeForLog(log: Logger): Observer {
  /** Who asks to be let in, until it is known whether. */
  const claimed = new WeakMap<Session, string>();

  const debug: Observer = {
    opened(session) {
      const { origin } = session.peer;
      const from = origin === undefined ? {} : { origin: printableName(origin) };
      log.debug(
        { event: 'session.opened', ...about(session), protocol: session.protocol, ...from },
        'session opened',
      );
    },
  };
  const info: Observer = {
    upgradeRefused({ origin, host }, status, { address }) {
      const asked = { origin: printableName(origin ?? ''), host: printableName(host ?? '') };
      log.info({ event: 'upgrade.refused', status, peer: printable(address), ...asked }, 'upgrade refused');
    },
    verifying(session, credentials) {
      const user = claim(credentials);
      claimed.set(session, user);
      log.debug({ event: 'session.verifying', ...about(session), user }, 'credentials received');
    },
    refused(session, attemptsLeft) {
      const user = claimed.get(session);
      claimed.delete(session);
      const who = user === undefined ? {} : { user };
      log.info({ event: 'session.refused', ...about(session), ...who, attemptsLeft }, 'credentials refused');
    },
    postponed(session, retryInMs) {
      const user = claimed.get(session);
      claimed.delete(session);
      const who = user === undefined ? {} : { user };
      const details = { event: 'session.postponed', ...about(session), ...who, retryInMs };
      log.info(details, 'credentials not looked at: too many wrong ones before');
    },
    authenticated(session) {
      claimed.delete(session);
      log.info({ event: 'session.authenticated', ...about(session) }, 'signed in');
    },
    refreshed(session) {
      claimed.delete(session);
      log.info({ event: 'session.refreshed', ...about(session) }, 'sign-in refreshed');
    },
  };
  const always: Observer = {
    closed(session, { reason, code, openMs }) {
      const { label, level } = reasons[reason];
      const details = { event: 'session.closed', ...about(session), reason: label, code, openMs };
      log[level](details, `session closed: ${reasons[reason].text}`);
    },
  };
  const trace: Observer = {
    transition(session, from, to) {
      log.trace({ event: 'session.transition', ...about(session), from, to }, `${from} → ${to}`);
    },
  };

  return {
    ...(log.isLevelEnabled('error') && always),
    ...(log.isLevelEnabled('info') && info),
    ...(log.isLevelEnabled('debug') && debug),
    ...(log.isLevelEnabled('trace') && trace),
  };
}

/** Milliseconds between two lines on the same thing that an operator can mend: every sign-in meets it. */
const TELL_MS = 60_000;

/** Logs what an application, an authenticator or another port threw. It stays on the server: no client sees any of it. */
export function logFaults(log: Logger, clock: Clock): (fault: Fault) => void {
  let toldAt = Number.NEGATIVE_INFINITY;
  return ({ source, error, session }) => {
    // Of @sallyport/auth, which may not be loaded.
    if (error instanceof Error && error.name === 'TokenKeysError') {
      if (clock.now() - toldAt < TELL_MS) return;
      toldAt = clock.now();
      const advice = 'nobody gets in by a token; see --token-jwks-url';
      log.error({ event: 'fault', source }, `${printable(error.message)}: ${advice}`);
      return;
    }
    log.error(
      { event: 'fault', source, ...(session && about(session)), err: describeError(error) },
      `the ${source} failed`,
    );
  };
}

function about({ id, peer, identity }: Session) {
  const who = identity === undefined ? {} : { user: printableName(identity.user) };
  return { session: id, peer: printable(peer.address), ...who };
}

function claim(credentials: Credentials): string {
  return credentials.type === 'password' ? printableName(credentials.username) : '(token)';
}
