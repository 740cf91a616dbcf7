/**
 * The options of `createChannels`, and their checks at run time. Callers may use plain JavaScript.
 *
 * Limits are checked in `limits.ts`, namespaces in `namespaces.ts`. Proven by: test/options.test.ts.
 */
import { type Clock, checkKnownOptions, type Session, UsageError } from '@sallyport/core';
import type { Broker } from './broker/broker.ts';
import type { ChannelLimits } from './limits.ts';
import type { NamespaceOptions } from './namespaces.ts';
import type { Authorizer } from './ports/authorizer.ts';
import type { ChannelFault, ChannelObserver } from './ports/observer.ts';

/**
 * Checks the data of a client's publication, and returns what is published: the data itself, or another JSON value. It is asked for clients
 * only, and not for `publish` of the server. A `RequestError` that it throws is the answer to the client. Another error, or a promise, is a
 * fault; the client is answered `internal`. Nothing is published then.
 */
export type PublicationValidator<Context = unknown> = (
  channel: string,
  data: unknown,
  session: Session<Context>,
) => unknown;

/** Options of `createChannels`. */
export interface ChannelsOptions<Context = unknown> {
  /** Decides what users may do in channels. */
  readonly authorize: Authorizer<Context>;
  /** The clock, such as an adapter's `systemClock`. */
  readonly clock: Clock;
  /** Returns a random number from 0 (included) to 1 (excluded), as `Math.random` does. */
  readonly random: () => number;
  /** Keeps the logs and orders publications. Default: the broker in memory, for one node. */
  readonly broker?: Broker;
  /**
   * What holds for channels by name, such as `{ 'room:*': { historySize: 50 } }`, or a function of the channel. Default: every channel exists,
   * with the defaults. With namespaces only those channels exist that one of the patterns matches; others are answered `channelNotFound`.
   */
  readonly namespaces?: NamespaceOptions;
  /**
   * Checks what clients publish, before the authorizer is asked and the broker gets it: see `PublicationValidator`. `implement` of
   * `@sallyport/contract` makes one. Default: clients publish any JSON value.
   */
  readonly validatePublication?: PublicationValidator<Context>;
  /** Limits that differ from the defaults. */
  readonly limits?: Partial<ChannelLimits>;
  /** Functions that observe the channels. */
  readonly observe?: ChannelObserver;
  /** Gets the errors of the authorizer, the broker and the observer. Default: prints them to the standard error. */
  readonly onFault?: (fault: ChannelFault) => void;
}

/** The options. A missing one does not compile. */
const optionNames: Readonly<Record<keyof ChannelsOptions, true>> = {
  authorize: true,
  clock: true,
  random: true,
  broker: true,
  namespaces: true,
  validatePublication: true,
  limits: true,
  observe: true,
  onFault: true,
};

/** The handlers of an observer. A missing one does not compile. */
const handlerNames: Readonly<Record<keyof ChannelObserver, true>> = {
  subscribed: true,
  unsubscribed: true,
  published: true,
  lost: true,
  revoked: true,
  revocationGivenUp: true,
  controlLost: true,
  transition: true,
};

const BROKER_METHODS: readonly (keyof Broker)[] = [
  'start',
  'append',
  'read',
  'follow',
  'unfollow',
  'tops',
  'snapshot',
  'lease',
  'close',
];

const FUNCTION = 'must be a function';

/** Throws a `UsageError` that names the first wrong option. */
export function checkChannelsOptions(options: ChannelsOptions): void {
  check(isObject(options), 'options', 'must be an object', options);
  checkKnownOptions('createChannels', options, Object.keys(optionNames));
  const { authorize, clock, random, broker, validatePublication, limits, observe, onFault } = options;
  check(typeof authorize === 'function', 'authorize', FUNCTION, authorize);
  const isClock = hasMethods(clock, ['now', 'setTimeout', 'clearTimeout']) && isFunctionIfAny(clock.wallNow);
  check(isClock, 'clock', "must be a clock, such as an adapter's `systemClock`", clock);
  check(typeof random === 'function', 'random', 'must be a function, such as `Math.random`', random);
  check(
    broker === undefined || hasMethods(broker, BROKER_METHODS),
    'broker',
    'must be a broker, such as `createMemoryBroker(…)` makes',
    broker,
  );
  check(isFunctionIfAny(validatePublication), 'validatePublication', FUNCTION, validatePublication);
  check(limits === undefined || isObject(limits), 'limits', 'must be an object of limits', limits);
  check(observe === undefined || isObject(observe), 'observe', 'must be an object of handlers', observe);
  for (const name of Object.keys(handlerNames) as (keyof ChannelObserver)[])
    check(isFunctionIfAny(observe?.[name]), `observe.${name}`, FUNCTION, observe?.[name]);
  if (observe !== undefined && Object.getPrototypeOf(observe) === Object.prototype)
    checkKnownOptions('createChannels', observe, Object.keys(handlerNames), 'observe.');
  check(isFunctionIfAny(onFault), 'onFault', FUNCTION, onFault);
}

function check(isRight: boolean, option: string, rule: string, given: unknown): void {
  if (!isRight) throw new UsageError(option, rule, given);
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
