/**
 * Logs the events of sessions, one line each, under stable event names.
 *
 * `session.opened`, `session.verifying`, `session.refused`, `session.postponed`, `session.authenticated`, `session.refreshed`,
 * `session.refreshFailed`, `session.closed` (a signed-in session at info or above, another at the level of its reason), `session.transition`, `upgrade.refused`,
 * and `fault` for errors of an application or authenticator. Events that clients can cause at will are summed:
 * `upgrade.refused.summary`, `session.refused.summary`, `session.postponed.summary`, `session.refreshFailed.summary`, `session.closed.summary` and `fault.summary`
 * report how many lines were left out. `log-events.ts` has all events with their fields.
 * Of credentials only the username is logged. Proven by: test/session-log.test.ts.
 */
import type { Clock, Fault, Observer, Session } from '@sallyport/core';
import { type Credentials, reasons } from '@sallyport/protocol';
import type { Level, Logger } from 'pino';
import { describeError } from './describe-error.ts';
import { escapeAndShorten, escapeUnprintable } from './escape-unprintable.ts';
import type { RepeatLimiter } from './repeat-limiter.ts';

/** Lines a second about refused credentials. Each has an address, which an operator may want to block. */
const REFUSALS = 20;
/** Lines a second about faults of one source. Each has a stack. */
const FAULTS = 10;

/** The errors of a refresh, for people. */
const refreshErrors: Readonly<Record<Parameters<Required<Observer>['refreshFailed']>[1], string>> = {
  refreshRefused: 'credentials refused',
  refreshFailed: 'the authenticator failed',
  refreshTimedOut: 'the authenticator took too long',
};

/**
 * Creates only the handlers that the log level needs: an absent handler costs a session nothing. Where the level may change later, `least`
 * names the least severe level that gets its handlers in any case.
 */
export function observeForLog(log: Logger, repeats: RepeatLimiter, least?: Level): Observer {
  /** The username of each session whose credentials are being verified. */
  const claimedUsers = new WeakMap<Session, string>();

  const debug: Observer = {
    opened(session) {
      const { origin } = session.peer;
      const originField = origin === undefined ? {} : { origin: escapeAndShorten(origin) };
      log.debug(
        { event: 'session.opened', ...sessionFields(session), protocol: session.protocol, ...originField },
        'session opened',
      );
    },
  };
  const info: Observer = {
    upgradeRefused({ origin, host }, status, { address }) {
      const fields = { origin: escapeAndShorten(origin ?? ''), host: escapeAndShorten(host ?? '') };
      repeats.log(
        'upgrade.refused',
        () =>
          log.info(
            { event: 'upgrade.refused', status, peer: escapeUnprintable(address), ...fields },
            'upgrade refused',
          ),
        (count) => log.info({ event: 'upgrade.refused.summary', count }, `${count} more upgrades refused`),
      );
    },
    verifying(session, credentials) {
      const user = usernameOf(credentials);
      claimedUsers.set(session, user);
      log.debug({ event: 'session.verifying', ...sessionFields(session), user }, 'credentials received');
    },
    refused(session, attemptsLeft) {
      const user = claimedUsers.get(session);
      claimedUsers.delete(session);
      const userField = user === undefined ? {} : { user };
      const details = { event: 'session.refused', ...sessionFields(session), ...userField, attemptsLeft };
      repeats.log(
        'session.refused',
        () => log.info(details, 'credentials refused'),
        (count) => log.info({ event: 'session.refused.summary', count }, `${count} more credentials refused`),
        REFUSALS,
      );
    },
    postponed(session, retryInMs) {
      const user = claimedUsers.get(session);
      claimedUsers.delete(session);
      const userField = user === undefined ? {} : { user };
      const details = { event: 'session.postponed', ...sessionFields(session), ...userField, retryInMs };
      repeats.log(
        'session.postponed',
        () => log.info(details, 'credentials not verified: too many failed sign-ins before'),
        (count) =>
          log.info({ event: 'session.postponed.summary', count }, `${count} more sign-ins postponed`),
      );
    },
    authenticated(session) {
      claimedUsers.delete(session);
      log.info({ event: 'session.authenticated', ...sessionFields(session) }, 'signed in');
    },
    refreshed(session) {
      claimedUsers.delete(session);
      log.info({ event: 'session.refreshed', ...sessionFields(session) }, 'sign-in refreshed');
    },
    refreshFailed(session, error) {
      claimedUsers.delete(session);
      const details = { event: 'session.refreshFailed', ...sessionFields(session), error };
      repeats.log(
        'session.refreshFailed',
        () => log.info(details, `sign-in not refreshed: ${refreshErrors[error]}`),
        (count) =>
          log.info({ event: 'session.refreshFailed.summary', count }, `${count} more sign-ins not refreshed`),
      );
    },
  };
  const always: Observer = {
    closed(session, { reason, code, openMs }) {
      const { label, level, text } = reasons[reason];
      const details = { event: 'session.closed', ...sessionFields(session), reason: label, code, openMs };
      if (session.identity !== undefined) {
        log[level === 'debug' ? 'info' : level](details, `signed-in session ended: ${text}`);
      } else if (log.isLevelEnabled(level)) {
        repeats.log(
          `session.closed ${reason}`,
          () => log[level](details, `session closed: ${text}`),
          (count) =>
            log[level](
              { event: 'session.closed.summary', reason: label, count },
              `${count} more unauthenticated sessions closed: ${text}`,
            ),
        );
      }
    },
  };
  const trace: Observer = {
    transition(session, from, to) {
      log.trace({ event: 'session.transition', ...sessionFields(session), from, to }, `${from} → ${to}`);
    },
  };

  const { values } = log.levels;
  const isNeeded = (level: Level) =>
    log.isLevelEnabled(level) || (least !== undefined && Number(values[level]) >= Number(values[least]));
  return {
    ...(isNeeded('error') && always),
    ...(isNeeded('info') && info),
    ...(isNeeded('debug') && debug),
    ...(isNeeded('trace') && trace),
  };
}

/** The least time between two lines about unavailable token keys, in milliseconds. Every sign-in with a token meets the fault. */
const REPEAT_MS = 60_000;

/** Logs what an application, an authenticator or another port threw. Clients never see it. */
export function logFaults(log: Logger, clock: Clock, repeats: RepeatLimiter): (fault: Fault) => void {
  let loggedAt = Number.NEGATIVE_INFINITY;
  return ({ source, error, session }) => {
    // The class is in @sallyport/auth, which may not be loaded.
    if (error instanceof Error && error.name === 'TokenKeysError') {
      if (clock.now() - loggedAt < REPEAT_MS) return;
      loggedAt = clock.now();
      const advice = 'tokens cannot be verified; check --token-jwks-url';
      log.error({ event: 'fault', source }, `${escapeUnprintable(error.message)}: ${advice}`);
      return;
    }
    logFault(log, repeats, source, `the ${source} failed`, () => ({
      ...(session && sessionFields(session)),
      err: describeError(error),
    }));
  };
}

/** Logs one fault, or counts it if this source had too many in the last second. `fields` are only made for a line. */
export function logFault(
  log: Logger,
  repeats: RepeatLimiter,
  source: string,
  message: string,
  fields: () => object,
): void {
  repeats.log(
    `fault ${source}`,
    () => log.error({ event: 'fault', source, ...fields() }, message),
    (count) => log.error({ event: 'fault.summary', source, count }, `${count} more faults of the ${source}`),
    FAULTS,
  );
}

function sessionFields({ id, peer, identity }: Session) {
  const userField = identity === undefined ? {} : { user: escapeAndShorten(identity.user) };
  return { session: id, peer: escapeUnprintable(peer.address), ...userField };
}

function usernameOf(credentials: Credentials): string {
  return credentials.type === 'password' ? escapeAndShorten(credentials.username) : `(${credentials.type})`;
}
