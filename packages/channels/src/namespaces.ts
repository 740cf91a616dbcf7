/**
 * Namespaces: what holds for channels by their names. A pattern is the name of a channel, or a beginning and `*`.
 *
 * Proven by: test/namespaces.test.ts.
 */
import {
  CHANNEL_PATTERNS,
  ChannelPatterns,
  canBeChannelPattern,
  checkKnownOptions,
  UsageError,
} from '@sallyport/protocol';

/** What holds for the channels of a namespace. */
export interface Namespace {
  /** Publications that the log of a channel keeps. 0 keeps none, so nothing is recovered. Default 100. */
  readonly historySize: number;
  /** How long the log keeps a publication, in milliseconds. 0 keeps none. Default 300 000 (5 minutes). */
  readonly historyMs: number;
  /** Whether clients may ask which users are there, where the authorizer allows it. Default true. */
  readonly presence: boolean;
  /** Whether clients may publish, where the authorizer allows it. The server may always publish. Default true. */
  readonly publish: boolean;
}

/**
 * The namespaces by their patterns, such as `{ 'room:*': { historySize: 50 } }`. Or a function that returns the namespace of a channel, and
 * undefined for a channel that does not exist. It is called at every operation, so return the same object for the same namespace.
 */
export type NamespaceOptions =
  | Readonly<Record<string, Partial<Namespace>>>
  | ((channel: string) => Partial<Namespace> | undefined);

const defaults: Namespace = { historySize: 100, historyMs: 300_000, presence: true, publish: true };

/** The namespaces of a node. */
export class Namespaces {
  readonly #find: (channel: string) => Namespace | undefined;

  /**
   * Without options every channel exists, with the defaults. With options only those that a pattern matches exist. Throws a `UsageError`
   * that names a wrong pattern or option.
   */
  constructor(given: NamespaceOptions | undefined) {
    if (given === undefined) this.#find = () => defaults;
    else if (typeof given === 'function') this.#find = resolvedBy(given);
    else if (typeof given !== 'object' || given === null || Array.isArray(given))
      throw new UsageError('namespaces', 'must be an object of namespaces by pattern, or a function', given);
    else {
      const patterns = new ChannelPatterns(
        Object.entries(given).map(([pattern, options]) => [pattern, ofPattern(pattern, options)] as const),
      );
      this.#find = (channel) => patterns.of(channel);
    }
  }

  /**
   * The namespace of a channel: that of its name, else of the longest beginning. Undefined if the channel does not exist. Throws what the
   * function of the caller throws, and a `UsageError` if it returns no namespace.
   */
  of(channel: string): Namespace | undefined {
    return this.#find(channel);
  }
}

/** Each object that the function returns is checked once. */
function resolvedBy(find: (channel: string) => Partial<Namespace> | undefined) {
  const resolved = new WeakMap<Partial<Namespace>, Namespace>();
  return (channel: string): Namespace | undefined => {
    const options = find(channel);
    if (options === undefined) return undefined;
    const known = resolved.get(options);
    if (known) return known;
    const namespace = resolve(`namespaces('${channel}')`, options);
    resolved.set(options, namespace);
    return namespace;
  };
}

function ofPattern(pattern: string, options: Partial<Namespace>): Namespace {
  if (!canBeChannelPattern(pattern)) throw new UsageError('namespaces', CHANNEL_PATTERNS, pattern);
  return resolve(`namespaces['${pattern}']`, options);
}

/** Fills in the defaults. `option` names the namespace, for errors. */
function resolve(option: string, options: Partial<Namespace>): Namespace {
  if (typeof options !== 'object' || options === null)
    throw new UsageError(option, 'must be an object', options);
  checkKnownOptions('createChannels', options, Object.keys(defaults), `${option}.`);
  const named = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const namespace = { ...defaults, ...named };
  for (const name of ['historySize', 'historyMs'] as const)
    if (!Number.isSafeInteger(namespace[name]) || namespace[name] < 0)
      throw new UsageError(`${option}.${name}`, 'must be a whole number of at least 0', namespace[name]);
  for (const name of ['presence', 'publish'] as const)
    if (typeof namespace[name] !== 'boolean')
      throw new UsageError(`${option}.${name}`, 'must be true or false', namespace[name]);
  return namespace;
}
