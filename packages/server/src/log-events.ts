/**
 * The events of the log, each with its levels, its fields and its meaning. docs/operations/logs.md is written from here.
 *
 * Every line has `level`, `time`, `event` and `msg` besides these fields, and `worker` if a worker wrote it. Proven by: test/log-events.test.ts; every test of a binary checks
 * each line against this table (`binary.ts` in the tests).
 */

/** What stands beside `level`, `time`, `event` and `msg`. */
export const logFields = {
  attemptsLeft: 'refusals that the session may still have',
  broker: 'the kind of the broker: `redis`',
  channel: 'the name of the channel',
  code: 'the code of the close frame (1006: there was none); of `recording.failed`, the error code of the system; of `worker.ended`, the exit code',
  count: 'events of this kind that have no line of their own; of `worker.crashLoop`, workers that ended',
  ended: 'subscriptions that the new rules ended',
  err: 'the error: `type`, `message`, `stack`, and `cause` if there is one',
  error: '`refreshRefused`, `refreshFailed` or `refreshTimedOut`',
  file: 'the path of the file',
  from: 'the state before',
  host: 'the `Host` of the request; of `listening`, the address or socket',
  key: 'the key of the configuration',
  keys: 'the keys of the configuration',
  line: 'the number of the line in the file',
  lines: 'lines of the log or of the recording',
  log: '`revocations`, `signIns` or `messages`',
  lost: 'lines of the recording that were lost',
  ms: 'milliseconds that the drain or the replacement took',
  namespaces: 'namespaces in the file of channel rules',
  openMs: 'milliseconds from the opening to the end',
  origin: 'the `Origin` of the request; of `uncaught`, `uncaughtException` or `unhandledRejection`',
  outcome: '`everywhere` or `hereOnly`',
  peer: 'the address of the client',
  pid: 'the number of the process',
  port: 'the TCP port',
  protocol: '`text` or `json`',
  reason:
    'why the session ended, by its label in PROTOCOL.md, section 4; of `token.refused`, why the token was not accepted; of `broker.interrupted`, what failed',
  retryInMs:
    'milliseconds until the client may try again; of `worker.crashLoop`, until the next worker starts',
  session: 'the number of the session in this process',
  sessions: 'sessions that are open; of `recording.ended`, sessions that were recorded',
  signal: 'the signal',
  source: 'the part that failed; of `tokenKeys.changed`, where the keys come from',
  status: 'the HTTP status',
  to: 'the state after',
  token: 'whether the listener requires a token',
  until: 'when the certificate expires',
  url: 'where clients connect; of `admin.listening`, where the operator does',
  user: 'the user; before the acceptance, the username that the client gave',
  users: 'the number of users',
  value: 'the value in service; of `variable.ignored`, the value that was ignored',
  worker: 'the number of the worker: counts the processes that the parent has started',
  workers: 'the number of workers',
  variable: 'the name of the environment variable',
} as const;

type Field = keyof typeof logFields;

/** One kind of line. */
export interface LogEvent {
  /** The levels that it can have. */
  readonly levels: readonly string[];
  /** All fields that it can have. */
  readonly fields: readonly Field[];
  readonly meaning: string;
}

const session = ['session', 'peer', 'user'] as const;

function event(levels: string, fields: readonly Field[], meaning: string): LogEvent {
  return { levels: levels.split(' '), fields, meaning };
}

/** Every event by its name, in the order of the documents. */
export const logEvents: Readonly<Record<string, LogEvent>> = {
  'session.opened': event('debug', [...session, 'protocol', 'origin'], 'a client connected'),
  'session.verifying': event('debug', session, 'the server checks credentials'),
  'session.authenticated': event('info', session, 'a user signed in'),
  'session.refused': event('info', [...session, 'attemptsLeft'], 'credentials were refused'),
  'session.refused.summary': event('info', ['count'], 'more credentials were refused in the last second'),
  'session.postponed': event(
    'info',
    [...session, 'retryInMs'],
    'credentials were not checked: too many failed before',
  ),
  'session.postponed.summary': event('info', ['count'], 'more sign-ins were postponed in the last second'),
  'session.refreshed': event('info', session, 'a user renewed the sign-in'),
  'session.refreshFailed': event('info', [...session, 'error'], 'a renewal failed; the session goes on'),
  'session.refreshFailed.summary': event('info', ['count'], 'more renewals failed in the last second'),
  'session.closed': event(
    'debug info warn error',
    [...session, 'reason', 'code', 'openMs'],
    'a session ended. The level is that of the reason; of a signed-in session, `info` at least',
  ),
  'session.closed.summary': event(
    'debug info warn error',
    ['reason', 'count'],
    'more unauthenticated sessions ended for this reason in the last second',
  ),
  'session.transition': event('trace', [...session, 'from', 'to'], 'the session went to another state'),
  'upgrade.refused': event('info', ['status', 'peer', 'origin', 'host'], 'an upgrade request was refused'),
  'upgrade.refused.summary': event(
    'info',
    ['count'],
    'more upgrade requests were refused in the last second',
  ),
  fault: event(
    'error',
    ['source', ...session, 'channel', 'err'],
    'an app, an authenticator or another part threw',
  ),
  'fault.summary': event('error', ['source', 'count'], 'the same part failed more often in the last second'),
  'token.refused': event('debug', ['reason', 'peer'], 'a token was not accepted'),
  'throttle.fault': event('warn', ['err'], 'the store of failed sign-ins is full or fails'),
  'users.read': event('info warn', ['file', 'users'], 'the user file was read; `warn` if it has no users'),
  'users.problem': event(
    'warn error',
    ['file', 'line'],
    'the user file (`error`) or a line of it (`warn`) cannot be used',
  ),
  'users.upgraded': event('info', ['user'], 'a weak password hash was replaced'),
  'devices.changed': event(
    'info',
    ['file'],
    'the secret of device tokens is new: known devices are forgotten',
  ),
  'devices.problem': event('warn', ['file'], 'the secret of device tokens cannot be used'),
  'tokenKeys.changed': event('info', ['source'], 'new keys for tokens are in use'),
  'tokenKeys.problem': event(
    'warn error',
    [],
    'keys for tokens cannot be fetched (`warn`), or their file cannot be used',
  ),
  anyAudience: event('warn', [], 'tokens for any audience are accepted'),
  demoUser: event('warn', [], 'everyone on this machine can sign in as the demo user'),
  clearText: event('warn', [], 'passwords and tokens travel unencrypted'),
  listening: event('info', ['host', 'port', 'url', 'workers'], 'the server takes clients'),
  'admin.listening': event('info', ['url', 'token'], 'the admin listener is open'),
  'admin.clearText': event('warn', [], 'the token of the admin listener travels unencrypted'),
  'admin.payloads': event('warn', [], 'the live view shows the payloads of messages'),
  'configuration.read': event('info', ['file'], 'the configuration file was read'),
  'configuration.changed': event(
    'info',
    ['key', 'value'],
    'a key has a new value after SIGHUP; without `value` it has its default',
  ),
  'configuration.needsRestart': event('warn', ['keys'], 'keys have changed that need a restart'),
  'configuration.problem': event('error', [], 'the configuration is wrong; the one in service stays'),
  'variable.ignored': event(
    'warn',
    ['variable', 'value'],
    'a variable of Kubernetes or Docker links was ignored',
  ),
  'reload.began': event('info', [], 'SIGHUP: the server reads its files again'),
  'reload.ended': event('info', [], 'the files are read again'),
  'tls.changed': event('info', ['file', 'until'], 'the certificate was renewed'),
  'tls.expiring': event(
    'warn error',
    ['file', 'until'],
    'the certificate expires within 14 days, or has expired (`error`)',
  ),
  'tls.problem': event('error', ['file'], 'the new certificate cannot be used; the one in service stays'),
  'channels.read': event(
    'info',
    ['file', 'namespaces', 'ended'],
    'the channel rules were read, at the start or after SIGHUP',
  ),
  'channels.problem': event('error', [], 'the channel rules are wrong; those in service stay'),
  'broker.connected': event('info', ['broker'], 'channels are connected to Redis'),
  'broker.interrupted': event(
    'warn',
    ['broker', 'reason'],
    'the connection to Redis is lost: channels wait, sessions go on',
  ),
  'revocation.everywhere': event(
    'info',
    ['user', 'outcome'],
    'the sessions of a user end on all servers; also after `revocation.hereOnly`',
  ),
  'revocation.hereOnly': event(
    'warn',
    ['user', 'outcome'],
    'the sessions of a user have ended on this server only: the broker is unavailable. The server tries again',
  ),
  'revocation.givenUp': event(
    'error',
    ['user'],
    'a revocation that was `hereOnly` never reaches the other servers: this server ends, or more than 10 000 wait. Revoke the user again',
  ),
  'control.lost': event(
    'warn',
    ['log'],
    'this server may have missed entries of the log of `revocations`, `signIns` or `messages`',
  ),
  'broker.warning': event('warn', ['broker'], 'Redis has a setting that can lose publications'),
  'worker.listening': event('info', ['worker', 'pid'], 'a worker takes clients'),
  'worker.ended': event(
    'error',
    ['worker', 'code', 'signal'],
    'a worker ended and was not told to: another one takes its place',
  ),
  'worker.crashLoop': event(
    'error',
    ['count', 'retryInMs'],
    'several workers in a row ended soon after their start: the next one starts after a pause',
  ),
  'rolling.began': event('info', ['workers'], 'SIGUSR2: the workers are replaced one after the other'),
  'rolling.ended': event('info', ['ms'], 'all workers are new'),
  'rolling.failed': event('error', ['worker'], 'a new worker could not start: the others stay'),
  'rolling.ignored': event('warn', [], 'SIGUSR2 came while the workers were being replaced, or drained'),
  'recording.began': event('info', ['file', 'user'], 'the server records sessions'),
  'recording.failed': event(
    'warn',
    ['file', 'code'],
    'the recording cannot be written: its lines are lost and counted',
  ),
  'recording.recovered': event('warn', ['file', 'lost'], 'the recording is written again'),
  'recording.ended': event('info', ['file', 'sessions', 'lines', 'lost'], 'the recording has ended'),
  'log.dropped': event('warn', ['lines'], 'the reader of the log, or the disk, did not take some lines'),
  'drain.began': event('info', ['signal', 'sessions'], 'a signal came: the server ends its sessions'),
  'drain.ended': event('info', ['ms'], 'all sessions have ended, and so does the process'),
  'drain.timedOut': event('warn', ['sessions'], 'the drain took too long: connections were cut'),
  'drain.failed': event('fatal', ['err'], 'the drain failed'),
  'stopped.atOnce': event('warn', ['signal', 'sessions'], 'a second signal came: the process ends at once'),
  uncaught: event('fatal', ['origin', 'err'], 'a bug: an exception that no code caught. The server drains'),
};
