/**
 * The limits of a session and their defaults (PROTOCOL.md, section 5, lists what each is based on).
 *
 * The core enforces them before the transport library reaches its own limits, because past those the libraries differ.
 */
import { checkKnownOptions, type Protocol, UsageError } from '@sallyport/protocol';

/**
 * The limits of every session. Each is a whole number of at least 1, or `Infinity` for no limit. Names that end in `Ms` are
 * milliseconds. Names that end in `Bytes` are bytes; a text counts in UTF-8. The others are numbers of things.
 */
export interface Limits {
  /**
   * Milliseconds from the opening to the acceptance; past it the session ends (4408). Default: the protocol's (text 60 000,
   * JSON 10 000).
   */
  readonly authenticationMs: number | undefined;
  /** Milliseconds that the authenticator has for one verdict; past it the sign-in ends the session (1013). Default 5000. */
  readonly verificationMs: number;
  /** Refused credentials in one session, refreshes included; the last refusal ends it (4401). Not `Infinity`. Default 5. */
  readonly attempts: number;
  /** Bytes of one message before the acceptance; a larger one ends the session (1009). Default 4096. */
  readonly credentialBytes: number;
  /** Bytes of one message after the acceptance; a larger one ends the session (1009). Default 65 536. */
  readonly messageBytes: number;
  /** Messages that may wait while credentials are verified; more end the session (1008). Default 16. */
  readonly inboxMessages: number;
  /** Bytes that may wait while credentials are verified; more end the session (1008). Default 65 536. */
  readonly inboxBytes: number;
  /** Messages that the application works on at once, for one session; further ones wait. Default 16. */
  readonly concurrentMessages: number;
  /** Messages that may wait for the application; more end the session (1008). Default 1000. */
  readonly waitingMessages: number;
  /** Bytes that may wait for the application; more end the session (1008). Default 1 048 576 (1 MiB). */
  readonly waitingBytes: number;
  /** Milliseconds that the application has for one reply; past it the session ends (1011). Default 30 000. */
  readonly replyMs: number;
  /**
   * Requests of one session that the server works on at once; a further one is answered `tooManyRequests`. A request that was
   * cancelled or timed out counts until its handler has settled. Default 16.
   */
  readonly requests: number;
  /** Milliseconds that the handler has for one request; past it the answer is `timedOut`. Default 30 000. */
  readonly requestMs: number;
  /** Bytes of one answer to a request; a larger one is replaced by `resultTooBig`. Default 262 144 (256 KiB). */
  readonly resultBytes: number;
  /** Bytes that may wait to be sent to the client; more cut the connection (`stalled`). Default 1 048 576 (1 MiB). */
  readonly unsentBytes: number;
  /** Milliseconds in which no waiting byte leaves; past it the connection is cut (`stalled`). Default 10 000. */
  readonly stallMs: number;
  /**
   * Milliseconds between pings. Must be less than `silenceMs`. `Infinity` sends none. In the JSON protocol, a heartbeat goes with
   * each ping if this is at most 50 000. Default 25 000.
   */
  readonly pingMs: number;
  /**
   * Milliseconds without a message or a pong; past it the connection is cut (`silent`). Default: the protocol's (text 300
   * 000, JSON 35 000).
   */
  readonly silenceMs: number | undefined;
  /**
   * Milliseconds that a signed-in client may send no message; past it the session ends (4410). Default: `Infinity`, no limit.
   */
  readonly idleMs: number;
  /** Milliseconds that the client has to answer a close frame; past it the connection is cut. Default 3000. */
  readonly closeMs: number;
  /** Messages a second, on average; more end the session (4429). Default: `Infinity`, no limit. */
  readonly messagesPerSecond: number;
  /** Messages that may come at once, where `messagesPerSecond` is limited. Default 100. */
  readonly burst: number;
  /**
   * Sessions, signed in or not; past it upgrades are refused (503). Default: `Infinity`. Keep it below the process's limit of
   * open files.
   */
  readonly connections: number;
  /** Unauthenticated sessions; past it upgrades are refused (503). Default 1000. */
  readonly unauthenticatedSessions: number;
  /**
   * Unauthenticated sessions above which upgrades are refused at random (503), more often near `unauthenticatedSessions`.
   * Default 500.
   */
  readonly earlyRefusalSessions: number;
  /**
   * Unauthenticated sessions of one source (an IPv4 address or an IPv6 /64); past it upgrades are refused (429). Loopback is
   * exempt. Default 100.
   */
  readonly unauthenticatedPerSource: number;
  /**
   * Milliseconds from the start of a drain until every session closes, even if replies are pending. Each session has at least
   * half. Default 5000.
   */
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
  requests: 16,
  requestMs: 30_000,
  resultBytes: 262_144,
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

/**
 * Changes of the limits that can change while a server runs (`Sessions.changeLimits`). An absent one stays as it is; `undefined` means its
 * default. The other limits hold from the start: adapters and recordings rely on them.
 */
export type LimitChanges = { readonly [Name in (typeof changeable)[number]]?: Limits[Name] | undefined };

const changeable = [
  'authenticationMs',
  'idleMs',
  'messagesPerSecond',
  'burst',
  'unauthenticatedSessions',
  'earlyRefusalSessions',
  'unauthenticatedPerSource',
] as const satisfies readonly (keyof Limits)[];

const FINITE = 'must be a whole number of at least 1';
const WHOLE = `${FINITE}, or Infinity`;

/**
 * Fills in the defaults. Throws a `UsageError` that names a limit if it is unknown, out of range, or contradicts another: a
 * client that is pinged after `silenceMs` would be cut before its first ping.
 */
export function resolveLimits(given: Partial<Limits>, protocols: readonly Protocol[]): Limits {
  checkKnownOptions('createSessions', given, Object.keys(defaults), 'limits.');
  checkValues(given);
  const named = Object.entries(given).filter(([, value]) => value !== undefined);
  const limits: Limits = { ...defaults, ...Object.fromEntries(named) };
  for (const { name, defaultLimits } of protocols)
    checkPings(limits, name, limits.silenceMs ?? defaultLimits.silenceMs);
  return limits;
}

/**
 * Changes limits in place, because the parts of a server hold this object. Throws a `UsageError` that names the first wrong limit, and then
 * changes nothing.
 */
export function changeLimits(limits: Limits, given: LimitChanges): void {
  const fixed = Object.keys(given).find((name) => name in defaults && !isChangeable(name));
  if (fixed !== undefined) throw new UsageError(`limits.${fixed}`, 'cannot change while the server runs');
  checkKnownOptions('changeLimits', given, changeable, 'limits.');
  checkValues(given);
  const names = changeable.filter((name) => name in given);
  Object.assign(limits, Object.fromEntries(names.map((name) => [name, given[name] ?? defaults[name]])));
}

function isChangeable(name: string): boolean {
  return (changeable as readonly string[]).includes(name);
}

function checkValues(given: object): void {
  for (const [name, value] of Object.entries(given) as [string, unknown][]) {
    // The server tells the client how many attempts are left, and JSON cannot write Infinity.
    const isAlwaysFinite = name === 'attempts';
    const isRight =
      value === undefined || isWhole(value) || (value === Number.POSITIVE_INFINITY && !isAlwaysFinite);
    if (!isRight) throw new UsageError(`limits.${name}`, isAlwaysFinite ? FINITE : WHOLE, value);
  }
}

/** `Infinity` is allowed: an operator may want to cut quiet clients without pinging them. */
function checkPings({ pingMs }: Limits, protocol: string, silenceMs: number): void {
  if (pingMs < silenceMs || pingMs === Number.POSITIVE_INFINITY) return;
  const rule = `must be less than silenceMs (${silenceMs} in the protocol ${protocol}), or Infinity`;
  throw new UsageError('limits.pingMs', rule, pingMs);
}

function isWhole(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}
