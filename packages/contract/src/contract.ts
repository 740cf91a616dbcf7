/**
 * The contract: which requests, messages and publications server and client exchange, each with a schema. Both ends import one object.
 *
 * Every schema follows Standard Schema v1 (https://standardschema.dev), as those of zod, valibot and arktype do. This package calls
 * no library itself. Proven by: test/contract.test.ts and test/types.test.ts.
 */
import { CHANNEL_PATTERNS, canBeChannelPattern, checkKnownOptions, UsageError } from '@sallyport/protocol';
import type { StandardSchemaV1 } from '@standard-schema/spec';

/** A request that a client may send, and its result. */
export interface RequestDefinition {
  /** The schema of the parameters. Default: the request takes none. */
  readonly params?: StandardSchemaV1;
  /** The schema of the result. Default: the request has none, and the client gets `undefined`. */
  readonly result?: StandardSchemaV1;
  /**
   * Whether the request does no harm if the server serves it twice. The client then sends it again after a connection loss.
   * Default: false.
   */
  readonly idempotent?: boolean;
  /** What the request does, in a sentence. For documents that are made from the contract. Default: none. */
  readonly summary?: string;
}

/** The messages with `data`, by direction. Text and bytes are outside the contract. */
export interface MessagesDefinition {
  /** The schema of the data that a client sends. Default: clients send none. */
  readonly client?: StandardSchemaV1;
  /** The schema of the data that the server sends. Default: the server sends none. */
  readonly server?: StandardSchemaV1;
}

/** The channels that match one pattern. */
export interface ChannelDefinition {
  /** The schema of the data of a publication, by a client or by the server. It must be synchronous. */
  readonly publication: StandardSchemaV1;
  /** What the channels are for, in a sentence. For documents that are made from the contract. Default: none. */
  readonly summary?: string;
}

/** A contract, as `defineContract` takes it and returns it. */
export interface ContractDefinition {
  /** The requests by their names. Default: none. */
  readonly requests?: Readonly<Record<string, RequestDefinition>>;
  /** The messages with `data`. Default: none. */
  readonly messages?: MessagesDefinition;
  /**
   * The channels by their patterns: the name of a channel, or a beginning and `*`, as in `{ 'room:*': { publication: … } }`. A name counts
   * before a beginning, and a longer beginning before a shorter one. Clients may publish in no other channel. Default: none, and channels
   * are outside the contract.
   */
  readonly channels?: Readonly<Record<string, ChannelDefinition>>;
}

/** The form of a request's name: a letter, then letters, digits, `.`, `_` and `-`; at most 128 characters. */
const NAME = /^[A-Za-z][A-Za-z0-9._-]{0,127}$/;

const FIELDS = ['requests', 'messages', 'channels'];
const REQUEST_FIELDS = ['params', 'result', 'idempotent', 'summary'];
const CHANNEL_FIELDS = ['publication', 'summary'];
const DIRECTIONS = ['client', 'server'];

/**
 * Checks a contract, and returns a frozen copy of it. The schemas stay the same objects.
 *
 * A name of a request begins with a letter and has letters, digits, `.`, `_` and `-`, at most 128 characters. A name of a property
 * that every object has, such as `constructor`, is a name like any other. Throws a `UsageError` that names the wrong field.
 */
export function defineContract<const Definition extends ContractDefinition>(
  definition: Definition,
): Definition {
  checkRecord('contract', definition);
  checkKnownOptions('defineContract', definition, FIELDS);
  const { requests, messages, channels } = definition;
  const copy: ContractDefinition = {
    ...(requests === undefined ? {} : { requests: requestsFrom(requests) }),
    ...(messages === undefined ? {} : { messages: messagesFrom(messages) }),
    ...(channels === undefined ? {} : { channels: channelsFrom(channels) }),
  };
  // The copy has the fields of the definition and no others: the checks have refused all else.
  return Object.freeze(copy) as Definition;
}

function requestsFrom(requests: object): Readonly<Record<string, RequestDefinition>> {
  checkRecord('requests', requests);
  // Without a prototype, so that a look-up by any name finds requests only.
  const copy: Record<string, RequestDefinition> = Object.create(null);
  for (const [name, request] of Object.entries(requests)) {
    if (!NAME.test(name))
      throw new UsageError(
        'requests',
        'must have names of a letter, then letters, digits, ".", "_" or "-", at most 128 characters',
        name,
      );
    copy[name] = requestFrom(`requests.${name}`, request);
  }
  return Object.freeze(copy);
}

function requestFrom(field: string, request: RequestDefinition): RequestDefinition {
  checkRecord(field, request);
  checkKnownOptions('defineContract', request, REQUEST_FIELDS, `${field}.`);
  for (const name of ['params', 'result'] as const)
    if (name in request) checkSchema(`${field}.${name}`, request[name]);
  const { idempotent, summary } = request;
  if (idempotent !== undefined && typeof idempotent !== 'boolean')
    throw new UsageError(`${field}.idempotent`, 'must be true or false', idempotent);
  checkSummary(field, summary);
  return Object.freeze({ ...request });
}

function channelsFrom(channels: object): Readonly<Record<string, ChannelDefinition>> {
  checkRecord('channels', channels);
  const copy: Record<string, ChannelDefinition> = Object.create(null);
  for (const [pattern, channel] of Object.entries(channels)) {
    if (!canBeChannelPattern(pattern)) throw new UsageError('channels', CHANNEL_PATTERNS, pattern);
    const field = `channels['${pattern}']`;
    checkRecord(field, channel);
    checkKnownOptions('defineContract', channel, CHANNEL_FIELDS, `${field}.`);
    checkSchema(`${field}.publication`, channel.publication);
    checkSummary(field, channel.summary);
    copy[pattern] = Object.freeze({ ...channel });
  }
  return Object.freeze(copy);
}

function checkSummary(field: string, summary: unknown): void {
  if (summary !== undefined && typeof summary !== 'string')
    throw new UsageError(`${field}.summary`, 'must be a string', summary);
}

function messagesFrom(messages: MessagesDefinition): MessagesDefinition {
  checkRecord('messages', messages);
  checkKnownOptions('defineContract', messages, DIRECTIONS, 'messages.');
  for (const direction of ['client', 'server'] as const)
    if (direction in messages) checkSchema(`messages.${direction}`, messages[direction]);
  return Object.freeze({ ...messages });
}

/** Refuses all but plain objects. `{ __proto__: … }` sets the prototype and adds no field, so it would have no effect. */
function checkRecord(field: string, value: unknown): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UsageError(field, 'must be an object', value);
  const prototype: object | null = Object.getPrototypeOf(value);
  // An object of another realm has that realm's Object.prototype.
  const isPlain =
    prototype === null ||
    (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'hasOwnProperty'));
  if (!isPlain)
    throw new UsageError(field, 'must be a plain object: not one of a class, and without a field __proto__');
}

function checkSchema(field: string, schema: unknown): void {
  if (isSchema(schema)) return;
  const rule = 'must be a schema of Standard Schema v1, as those of zod, valibot and arktype are';
  throw new UsageError(
    field,
    schema === undefined ? `${rule}; an import cycle can leave one undefined` : rule,
    schema,
  );
}

/** Whether a value is a schema. The schemas of some libraries are functions. */
function isSchema(value: unknown): boolean {
  const standard = fieldOf(value, '~standard');
  return fieldOf(standard, 'version') === 1 && typeof fieldOf(standard, 'validate') === 'function';
}

function fieldOf(value: unknown, name: string): unknown {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return isObject ? Reflect.get(value, name) : undefined;
}
