/**
 * Channels (PROTOCOL.md, section 8) in an AsyncAPI document: their messages and their operations. Publications have the schema of
 * the pattern; the rest is the same for all channels. Pure. Proven by: test/asyncapi-channels.test.ts.
 */
import type { ContractDefinition } from '@sallyport/contract';
import { channelErrors, requestErrors, unsubscribeReasons } from '@sallyport/protocol';
import { channelKeys } from './channel-keys.ts';
import { operation, reply } from './operation.ts';
import { CORRELATION, failure, ID, payload, TEXT } from './wire-messages.ts';

type Named = Readonly<Record<string, object>>;

const COUNT = { type: 'integer', minimum: 0 };
const OFFSET = { ...COUNT, maximum: Number.MAX_SAFE_INTEGER };
const TAG = { type: 'string', pattern: '^([0-9a-f]{8})?$' };
const KEY = { type: 'string', pattern: '^[!-~]{1,64}$' };
const CHANNEL = { type: 'string', pattern: '^[!-)+-~]{1,255}$' };
const POSITION = objectOf({ epoch: KEY, offset: OFFSET, tag: TAG });
const USERS = { type: 'array', items: objectOf({ user: TEXT, connections: COUNT }) };

/** The messages that have no data of the contract. */
const MESSAGES: Named = {
  unsubscribe: { ...CORRELATION, payload: payload('unsubscribe', { id: ID, channel: CHANNEL }) },
  unsubscribed: { ...CORRELATION, payload: payload('unsubscribed', { id: ID, channel: CHANNEL }) },
  published: {
    summary: 'The publication was made, at this position.',
    ...CORRELATION,
    payload: payload('published', { id: ID, channel: CHANNEL, position: POSITION }),
  },
  presence: { ...CORRELATION, payload: payload('presence', { id: ID, channel: CHANNEL }) },
  present: {
    summary: 'The number of users who are present, and the users unless there are too many to list.',
    ...CORRELATION,
    payload: payload('presence', { id: ID, channel: CHANNEL, count: COUNT }, { users: USERS }),
  },
  presenceChanged: {
    summary: 'Users came and left. Both lists are empty if there are too many to list.',
    payload: payload('presenceChanged', {
      channel: CHANNEL,
      count: COUNT,
      joined: USERS,
      left: { type: 'array', items: TEXT },
    }),
  },
  lost: {
    summary: 'Publications before the next one are lost. The next one follows this position.',
    payload: payload('lost', { channel: CHANNEL, position: POSITION }),
  },
  subscribedByServer: {
    summary: 'The server has subscribed the client by itself.',
    payload: payload('subscribed', { channel: CHANNEL, position: POSITION }),
  },
  unsubscribedByServer: {
    summary: 'The server has ended the subscription.',
    payload: payload('unsubscribed', { channel: CHANNEL, reason: { enum: Object.keys(unsubscribeReasons) } }),
  },
  operationFailed: failure('The error of an operation on a channel.', [
    ...Object.keys(requestErrors),
    ...Object.keys(channelErrors),
  ]),
};

/** The operations that have no data of the contract. */
const OPERATIONS: Named = {
  unsubscribe: {
    ...operation('receive', ['unsubscribe'], 'Ends the subscription to a channel.'),
    reply: reply(['unsubscribed', 'operationFailed']),
  },
  presence: {
    ...operation('receive', ['presence'], 'Asks which users have subscribed to a channel.'),
    description: 'A client that has subscribed gets the changes from then on (presenceChanged).',
    reply: reply(['present', 'operationFailed']),
  },
  presenceChanged: operation('send', ['presenceChanged'], 'Users came to a channel, or left it.'),
  lost: operation('send', ['lost'], 'Publications are lost for the subscriber.'),
  subscribedByServer: operation('send', ['subscribedByServer'], 'The server subscribes the client.'),
  unsubscribedByServer: operation('send', ['unsubscribedByServer'], 'The server ends a subscription.'),
};

/** The messages of the contract's channels. `schemaOf` refers to the schema with a key. Empty if there are no channels. */
export function channelMessages(contract: ContractDefinition, schemaOf: (key: string) => object): Named {
  const keys = channelKeys(contract);
  if (keys.size === 0) return {};
  return {
    ...MESSAGES,
    ...Object.fromEntries(
      [...keys].flatMap(([pattern, key]) => {
        const channel = nameOf(pattern);
        const position = { offset: OFFSET, tag: TAG };
        const data = schemaOf(`${key}.publication`);
        const subscribe = payload(
          'subscribe',
          { id: ID, channel },
          {
            since: POSITION,
            history: { ...COUNT, description: 'How many of the last publications to get.' },
          },
        );
        const subscribed = payload('subscribed', {
          id: ID,
          channel,
          position: POSITION,
          recovered: {
            type: 'boolean',
            description: 'Whether publications are all that were published after since.',
          },
          publications: { type: 'array', items: objectOf({ ...position, data }, { user: TEXT }) },
        });
        const published = schemaOf(`${key}.publish`);
        return [
          [`${key}.subscribe`, { ...CORRELATION, payload: subscribe }],
          [`${key}.subscribed`, { ...CORRELATION, payload: subscribed }],
          [
            `${key}.publish`,
            {
              ...CORRELATION,
              payload: payload('publish', { id: ID, channel, data: published }, { key: KEY }),
            },
          ],
          [
            `${key}.publication`,
            {
              summary: 'The user is absent where the server published.',
              payload: payload('publication', { channel, ...position, data }, { user: TEXT }),
            },
          ],
        ];
      }),
    ),
  };
}

/** The operations of the contract's channels. Empty if there are none. */
export function channelOperations(contract: ContractDefinition): Named {
  const { channels = {} } = contract;
  const keys = channelKeys(contract);
  if (keys.size === 0) return {};
  return {
    ...Object.fromEntries(
      [...keys].flatMap(([pattern, key]) => {
        const about = {
          tags: [{ name: pattern }],
          ...(channels[pattern]?.summary !== undefined && { description: channels[pattern].summary }),
        };
        return [
          [
            `${key}.subscribe`,
            {
              ...operation('receive', [`${key}.subscribe`], `Subscribes to ${pattern}.`),
              ...about,
              reply: reply([`${key}.subscribed`, 'operationFailed']),
            },
          ],
          [
            `${key}.publish`,
            {
              ...operation('receive', [`${key}.publish`], `Publishes to ${pattern}.`),
              ...about,
              reply: reply(['published', 'operationFailed']),
            },
          ],
          [
            `${key}.publication`,
            { ...operation('send', [`${key}.publication`], `A publication in ${pattern}.`), ...about },
          ],
        ];
      }),
    ),
    ...OPERATIONS,
  };
}

/** The names that a pattern matches, as a schema. */
function nameOf(pattern: string): object {
  if (!pattern.endsWith('*')) return { const: pattern };
  const beginning = pattern.slice(0, -1).replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  return { type: 'string', pattern: `^${beginning}[!-)+-~]*$`, maxLength: 255 };
}

function objectOf(required: object, optional: object = {}): object {
  return {
    type: 'object',
    properties: { ...required, ...optional },
    required: Object.keys(required),
  };
}
