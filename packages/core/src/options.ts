/**
 * The options of `createSessions`: what they are, and that each is as it must be. Types hold nobody who writes
 * JavaScript or reads a file, and an origin check that a slip turns off is noticed by nobody.
 *
 * Limits are checked in `limits.ts`, the addresses of proxies in `proxies.ts`, and names of hosts in `hosts.ts`. Proven by: test/options.test.ts.
 */
import type { Protocol } from '@sallyport/protocol';
import type { Limits } from './limits.ts';
import type { Engine } from './machine/engine.ts';
import type { Application } from './ports/application.ts';
import type { Authenticator } from './ports/authenticator.ts';
import type { Clock } from './ports/clock.ts';
import { type Fault, handlerNames, type Observer } from './ports/observer.ts';
import { UsageError } from './usage-error.ts';

export interface SessionsOptions {
  readonly authenticate: Authenticator;
  /** Each adapter brings the system's; tests bring a simulated one. */
  readonly clock: Clock;
  /** Default: `echo`. */
  readonly application?: Application;
  /** What is spoken here, each by its subprotocol. Default: text for whoever offers none, and JSON (`sallyport.v1`). */
  readonly protocols?: readonly Protocol[];
  /**
   * Origins of web pages that are let in besides those of the server's own host: as browsers send them, such as
   * `https://example.org`, or `null` for pages opened from disk. Compared by scheme, host and port. Default: none.
   */
  readonly origins?: readonly string[];
  /**
   * Names of hosts, such as `app.example.org`, or `.example.org` for that name and all below it, that the server answers to; a
   * request for another is refused with 421. Addresses, `localhost` and names that end in `.localhost` are always answered to.
   * An empty list is a list. It guards a server that only this machine reaches against DNS rebinding. Default: every name.
   */
  readonly allowedHosts?: readonly string[];
  /**
   * Addresses and networks (`192.0.2.1`, `10.0.0.0/8`) of proxies in front, whose `X-Forwarded-For` says where a peer comes
   * from. Whoever comes from elsewhere is not believed. Default: none.
   */
  readonly trustedProxies?: readonly string[];
  /** Whether a user's sign-in ends the session that the same user had (close code 4409). Default: false, any number goes. */
  readonly newestSignInWins?: boolean;
  readonly limits?: Partial<Limits>;
  readonly observe?: Observer;
  /** Told of everything that others threw and that was caught here. Default: nobody, it is only counted. */
  readonly onFault?: (fault: Fault) => void;
  /** From 0 up to 1, as `Math.random`: who is refused early when many have not signed in. Default: evenly spread. */
  readonly chance?: () => number;
  /** What runs the machine. Default: `compiledEngine`. */
  readonly engine?: Engine;
}

const FUNCTION = 'must be a function';

/** Throws a `UsageError` that names the option if one is not as it must be. */
export function checkOptions(options: SessionsOptions): void {
  check(isObject(options), 'options', 'must be an object', options);
  const { authenticate, clock, engine, observe, protocols, newestSignInWins, limits } = options;
  check(typeof authenticate === 'function', 'authenticate', FUNCTION, authenticate);
  for (const name of ['application', 'onFault', 'chance'] as const)
    check(isFunctionIfAny(options[name]), name, FUNCTION, options[name]);
  const isClock = hasMethods(clock, ['now', 'setTimeout', 'clearTimeout']);
  check(isClock, 'clock', "must be a clock, such as an adapter's `systemClock`", clock);
  const isEngine = engine === undefined || hasMethods(engine, ['start', 'step']);
  check(isEngine, 'engine', 'must be an engine, such as `compiledEngine`', engine);
  check(observe === undefined || isObject(observe), 'observe', 'must be an object of handlers', observe);
  for (const name of handlerNames)
    check(isFunctionIfAny(observe?.[name]), `observe.${name}`, FUNCTION, observe?.[name]);
  if (protocols !== undefined) checkProtocols(protocols);
  for (const name of ['origins', 'allowedHosts', 'trustedProxies'] as const)
    check(isTextsIfAny(options[name]), name, 'must be an array of strings', options[name]);
  const isSwitch = newestSignInWins === undefined || typeof newestSignInWins === 'boolean';
  check(isSwitch, 'newestSignInWins', 'must be true or false', newestSignInWins);
  check(limits === undefined || isObject(limits), 'limits', 'must be an object of limits', limits);
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
  const { name, subprotocol, defaultLimits } = value;
  if (typeof name !== 'string' || (subprotocol !== undefined && typeof subprotocol !== 'string'))
    return false;
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
