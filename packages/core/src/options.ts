/**
 * The options of `createSessions`, and their checks at run time. Callers may use plain JavaScript or read options from a file,
 * and a wrong type could silently turn off a check such as that of origins.
 *
 * Limits are checked in `limits.ts`, trusted proxies in `admission/proxies.ts`, and host names in `admission/hosts.ts`.
 * Proven by: test/options.test.ts.
 */
import { checkKnownOptions, type Protocol, UsageError } from '@sallyport/protocol';
import type { Limits } from './limits.ts';
import type { Engine } from './machine/engine.ts';
import { type Application, isData } from './ports/application.ts';
import type { Authenticator } from './ports/authenticator.ts';
import type { ChannelService } from './ports/channels.ts';
import type { Clock } from './ports/clock.ts';
import { type Fault, handlerNames, type Observer, type SessionWatcher } from './ports/observer.ts';
import type { RequestHandler } from './ports/requests.ts';

/** The options of `createSessions`. Only `authenticate` and `clock` are required. */
export interface SessionsOptions<Context = unknown, Claims = unknown> {
  /** Decides on credentials. Called once for each attempt to sign in and each refresh. */
  readonly authenticate: Authenticator<Context, Claims>;
  /** The clock. Each adapter exports `systemClock`; tests use a `SimulatedClock`. */
  readonly clock: Clock;
  /** Answers messages of signed-in clients. Default: `echo`. */
  readonly application?: Application<Context, Claims>;
  /** Serves requests of signed-in clients (JSON protocol). Default: every request is answered `methodNotFound`. */
  readonly requests?: RequestHandler<Context, Claims>;
  /**
   * Serves operations on channels (JSON protocol), such as the service that `createChannels` of `@sallyport/channels` makes. Default:
   * every operation is answered `channelNotFound`.
   */
  readonly channels?: ChannelService;
  /**
   * The protocols that clients may speak, chosen by subprotocol. Default: text for clients that offer none, and JSON
   * (`sallyport.v1`).
   */
  readonly protocols?: readonly Protocol[];
  /**
   * Further origins whose web pages may connect, such as `https://example.org`, or `null` for pages opened from disk. Pages of
   * the server's own host always may. Compared by scheme, host and port. Default: none.
   */
  readonly origins?: readonly string[];
  /**
   * Host names that the server answers to, such as `app.example.org`, or `.example.org` for that name and its subdomains. A
   * request for another host is refused (421). IP addresses, `localhost` and names that end in `.localhost` always pass, even
   * if the list is empty. The list protects a server on loopback from DNS rebinding. Default: every name passes.
   */
  readonly allowedHosts?: readonly string[];
  /**
   * Addresses and networks (`192.0.2.1`, `10.0.0.0/8`) of proxies in front of the server, and `unix:` for a proxy that connects
   * over a Unix socket and so has no address. Their `X-Forwarded-For` gives the client's address. The header of any other peer is
   * ignored. Default: none.
   */
  readonly trustedProxies?: readonly string[];
  /**
   * Whether a sign-in ends the older session of the same user (close code 4409). Default: false, a user may have any number
   * of sessions.
   */
  readonly newestSignInWins?: boolean;
  /** Limits that differ from their defaults. */
  readonly limits?: Partial<Limits>;
  /** Handlers for logs, metrics and inspection. Default: none. */
  readonly observe?: Observer<Context, Claims>;
  /**
   * Called for every error of user code or an adapter that core caught. Default: `console.error` gets one line with the source,
   * the session's id and the error's stack. `() => {}` silences it.
   */
  readonly onFault?: (fault: Fault<Context, Claims>) => void;
  /**
   * Returns a number from 0 up to 1, like `Math.random`. Decides which upgrades are refused early (`earlyRefusalSessions`).
   * Default: an evenly spread sequence.
   */
  readonly chance?: () => number;
  /** Runs the session machine. Default: `compiledEngine`. */
  readonly engine?: Engine;
}

/** The names of all options. A missing one does not compile. */
const optionNames: Readonly<Record<keyof SessionsOptions, true>> = {
  authenticate: true,
  clock: true,
  application: true,
  requests: true,
  channels: true,
  protocols: true,
  origins: true,
  allowedHosts: true,
  trustedProxies: true,
  newestSignInWins: true,
  limits: true,
  observe: true,
  onFault: true,
  chance: true,
  engine: true,
};

const FUNCTION = 'must be a function';
const TEXTS = 'must be an array of strings';

/** Throws a `UsageError` that names the first wrong option. */
export function checkOptions(options: SessionsOptions): void {
  check(isObject(options), 'options', 'must be an object', options);
  checkKnownOptions('createSessions', options, Object.keys(optionNames));
  const { authenticate, channels, clock, engine, observe, protocols, newestSignInWins, limits } = options;
  check(typeof authenticate === 'function', 'authenticate', FUNCTION, authenticate);
  for (const name of ['application', 'requests', 'onFault', 'chance'] as const)
    check(isFunctionIfAny(options[name]), name, FUNCTION, options[name]);
  const isClock = hasMethods(clock, ['now', 'setTimeout', 'clearTimeout']) && isFunctionIfAny(clock.wallNow);
  check(isClock, 'clock', "must be a clock, such as an adapter's `systemClock`", clock);
  const isService = channels === undefined || hasMethods(channels, ['serve', 'ended', 'refreshed']);
  check(isService, 'channels', 'must be a service of channels, such as `createChannels(…)` makes', channels);
  const control = channels?.control;
  const isControl = control === undefined || hasMethods(control, ['start', 'signedIn', 'revoke']);
  check(isControl, 'channels.control', 'must be a control of sessions', control);
  check(
    isFunctionIfAny(authenticate.stillValid),
    'authenticate.stillValid',
    FUNCTION,
    authenticate.stillValid,
  );
  const isEngine = engine === undefined || hasMethods(engine, ['start', 'step']);
  check(isEngine, 'engine', 'must be an engine, such as `compiledEngine`', engine);
  check(observe === undefined || isObject(observe), 'observe', 'must be an object of handlers', observe);
  if (observe !== undefined) checkHandlers(observe);
  for (const name of handlerNames)
    check(isFunctionIfAny(observe?.[name]), `observe.${name}`, FUNCTION, observe?.[name]);
  if (protocols !== undefined) checkProtocols(protocols);
  for (const name of ['origins', 'allowedHosts', 'trustedProxies'] as const)
    check(isTextsIfAny(options[name]), name, TEXTS, options[name]);
  const isSwitch = newestSignInWins === undefined || typeof newestSignInWins === 'boolean';
  check(isSwitch, 'newestSignInWins', 'must be true or false', newestSignInWins);
  check(limits === undefined || isObject(limits), 'limits', 'must be an object of limits', limits);
}

/**
 * An unknown function is a misspelt handler, but only in an object literal: an instance of a class may have functions and data
 * of its own.
 */
function checkHandlers(observe: Observer): void {
  if (Object.getPrototypeOf(observe) !== Object.prototype) return;
  const functions = Object.entries(observe).filter(([, value]) => typeof value === 'function');
  checkKnownOptions('createSessions', Object.fromEntries(functions), handlerNames, 'observe.');
}

/** Throws a `UsageError` that names the first wrong handler. */
export function checkWatcher(watcher: SessionWatcher): void {
  check(isObject(watcher), 'watcher', 'must be an object of handlers', watcher);
  for (const name of ['fact', 'transition', 'command'] as const)
    check(isFunctionIfAny(watcher[name]), `watcher.${name}`, FUNCTION, watcher[name]);
}

/** Throws a `UsageError` if these are not texts. */
export function checkOrigins(origins: readonly string[]): void {
  check(isTextsIfAny(origins) && origins !== undefined, 'origins', TEXTS, origins);
}

function checkProtocols(protocols: readonly Protocol[]): void {
  check(Array.isArray(protocols), 'protocols', 'must be an array of protocols', protocols);
  check(protocols.length > 0, 'protocols', 'must name at least one');
  protocols.forEach((one, index) => {
    const rule = 'must be a protocol, such as `jsonProtocol`';
    check(isProtocol(one), `protocols[${index}]`, rule, one);
  });
}

function isProtocol(value: Protocol): boolean {
  if (!hasMethods(value, ['decode', 'encode'])) return false;
  const { name, subprotocol, defaultLimits, heartbeat } = value;
  if (typeof name !== 'string' || (subprotocol !== undefined && typeof subprotocol !== 'string'))
    return false;
  if (heartbeat !== undefined && !isData(heartbeat)) return false;
  return isObject(defaultLimits) && defaultLimits.authenticationMs > 0 && defaultLimits.silenceMs > 0;
}

function check(isRight: boolean, option: string, rule: string, ...given: readonly unknown[]): void {
  if (!isRight) throw new UsageError(option, rule, ...given);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasMethods(value: unknown, names: readonly string[]): boolean {
  const given = Object(value) as Readonly<Record<string, unknown>>;
  return names.every((name) => typeof given[name] === 'function');
}

function isFunctionIfAny(value: unknown): boolean {
  return value === undefined || typeof value === 'function';
}

function isTextsIfAny(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.every((one) => typeof one === 'string'));
}
