/**
 * The limits of a session, with the defaults that hold where nothing is said (precedents: PROTOCOL.md, section 5).
 *
 * The core enforces them below the transport library's own, because past those the libraries behave differently.
 */
import type { Protocol } from '@sallyport/protocol';
import { UsageError } from './usage-error.ts';

/**
 * Each is a whole number of at least 1, or `Infinity` for no limit. Names in `…Ms` are milliseconds, in `…Bytes` bytes: of a
 * text those of its UTF-8. The others count.
 */
export interface Limits {
  /** From the opening to the acceptance. Default: the protocol's (text 60 000, JSON 10 000). */
  readonly authenticationMs: number | undefined;
  /** One question to the authenticator. Default 5000. */
  readonly verificationMs: number;
  /** Refused credentials in one session, refreshes included. Not `Infinity`. Default 5. */
  readonly attempts: number;
  /** One message before the acceptance. Default 4096. */
  readonly credentialBytes: number;
  /** One message after it. Default 65 536. */
  readonly messageBytes: number;
  /** What waits while credentials are verified. Default 16 messages and 65 536 bytes. */
  readonly inboxMessages: number;
  readonly inboxBytes: number;
  /** Messages with the application whose replies have not gone. Default 16. */
  readonly concurrentMessages: number;
  /** Messages that wait for it. Default 1000 messages and 1 MiB. */
  readonly waitingMessages: number;
  readonly waitingBytes: number;
  /** The application's answer. Default 30 000. */
  readonly replyMs: number;
  /** Bytes sent that the peer has not taken. Default 1 MiB. */
  readonly unsentBytes: number;
  /** Without any of them leaving. Default 10 000. */
  readonly stallMs: number;
  /** Between pings. Less than the silence that is allowed, or `Infinity` for none. Default 25 000. */
  readonly pingMs: number;
  /** Without a sign of life. Default: the protocol's (text 300 000, JSON 35 000). */
  readonly silenceMs: number | undefined;
  /** Signed in, without a message. Default: `Infinity`, no limit; 0 is none. */
  readonly idleMs: number;
  /** The client's half of the close handshake. Default 3000. */
  readonly closeMs: number;
  /** Messages a second in the long run, at least 1. Default: no limit. */
  readonly messagesPerSecond: number;
  /** Messages at once, where there is such a limit. Default 100. */
  readonly burst: number;
  /** Sessions, of whomever. Default: no limit; keep it below the number of files that the process may open. */
  readonly connections: number;
  /** Sessions of whoever has not signed in yet. Default 1000. */
  readonly unauthenticatedSessions: number;
  /** So many of them, and some newcomers are refused by chance: the more, the nearer the limit is. Default 500. */
  readonly earlyRefusalSessions: number;
  /** Those of one source: an IPv4 address, or an IPv6 /64. Loopback has no such limit. Default 100. */
  readonly unauthenticatedPerSource: number;
  /** Draining: until all sessions are told to close, owed replies or not; each has half of it at least. Default 5000. */
  readonly drainMs: number;
}

const defaults: Limits = {
  authenticationMs: undefined,
  verificationMs: 5_000,
  attempts: 5,
  credentialBytes: 4_096,
  messageBytes: 65_536,
  inboxMessages: 16,
  inboxBytes: 65_536,
  concurrentMessages: 16,
  waitingMessages: 1_000,
  waitingBytes: 1_048_576,
  replyMs: 30_000,
  unsentBytes: 1_048_576,
  stallMs: 10_000,
  pingMs: 25_000,
  silenceMs: undefined,
  idleMs: Number.POSITIVE_INFINITY,
  closeMs: 3_000,
  messagesPerSecond: Number.POSITIVE_INFINITY,
  burst: 100,
  connections: Number.POSITIVE_INFINITY,
  unauthenticatedSessions: 1_000,
  earlyRefusalSessions: 500,
  unauthenticatedPerSource: 100,
  drainMs: 5_000,
};

const NO_LIMIT = 'is no limit; see the type Limits for those there are';
const FINITE = 'must be a whole number of at least 1';
const WHOLE = `${FINITE}, or Infinity`;

/**
 * Fills in the defaults. Throws a `UsageError` that names a limit which is unknown, or no number of its range, or which
 * contradicts another: whoever is pinged too late is taken for silent before.
 */
export function resolveLimits(given: Partial<Limits>, protocols: readonly Protocol[]): Limits {
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(defaults, name)) throw new UsageError(`limits.${name}`, NO_LIMIT);
    // Clients are told how many are left, and JSON has no word for infinitely many.
    const isAlwaysFinite = name === 'attempts';
    const isRight =
      value === undefined || isWhole(value) || (value === Number.POSITIVE_INFINITY && !isAlwaysFinite);
    if (!isRight) throw new UsageError(`limits.${name}`, isAlwaysFinite ? FINITE : WHOLE, value);
  }
  const named = Object.entries(given).filter(([, value]) => value !== undefined);
  const limits: Limits = { ...defaults, ...Object.fromEntries(named) };
  for (const { name, defaultLimits } of protocols)
    checkPings(limits, name, limits.silenceMs ?? defaultLimits.silenceMs);
  return limits;
}

/** Without pings, who is silent for too long is cut all the same: that can be meant. */
function checkPings({ pingMs }: Limits, protocol: string, silenceMs: number): void {
  if (pingMs < silenceMs || pingMs === Number.POSITIVE_INFINITY) return;
  const rule = `must be less than silenceMs (${silenceMs} in the protocol ${protocol}), or Infinity`;
  throw new UsageError('limits.pingMs', rule, pingMs);
}

function isWhole(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}
