/**
 * The client's half of the JSON protocol with channels (PROTOCOL.md, section 8). `json-channel.ts` is the server's half.
 *
 * It is an object of its own beside `jsonClient`, so that the bundle of a client without channels has nothing of it.
 * Proven by: test/json-channel.test.ts; packages/client/test/size.test.ts (the bundle).
 */
import { unsubscribeReasons } from './channel-errors.ts';
import { channelIn, isCount, isTag, positionOf } from './channel-grammar.ts';
import type { ChannelEvent, ChannelResult, PresentUser, ReceivedPublication } from './channel-messages.ts';
import type { ClientMessage, ClientProtocol, ServerMessage } from './client-protocol.ts';
import { type Fields, fieldsOf, recordOf } from './fields.ts';
import { jsonClient, serverMessageIn } from './json-client.ts';
import { idIn } from './json-request.ts';
import { jsonText } from './json-value.ts';
import type { Data, Phase } from './protocol.ts';
import { requestFailure } from './request-errors.ts';

/** The client's half of the JSON protocol, with channels. */
export const jsonChannelClient: ClientProtocol = {
  ...jsonClient,
  hasChannels: true,
  encode(sent: ClientMessage): Data | undefined {
    return sent.type === 'operation' ? operationText(sent) : jsonClient.encode(sent);
  },
  decode(data: Data, phase: Phase): ServerMessage | undefined {
    if (typeof data !== 'string') return jsonClient.decode(data, phase);
    const fields = fieldsOf(data);
    return channelMessageIn(fields) ?? serverMessageIn(fields);
  },
};

function operationText({ id, operation }: Extract<ClientMessage, { type: 'operation' }>): string {
  const { type, ...fields } = operation;
  if (!('data' in fields)) return JSON.stringify({ type, id, ...fields });
  const { channel, data, key } = fields;
  // JSON leaves out an undefined key.
  const head = JSON.stringify({ type, id, channel, key }).slice(0, -1);
  return `${head},"data":${jsonText(data, 'data')}}`;
}

function channelMessageIn(fields: Fields): ServerMessage | undefined {
  const channel = channelIn(fields);
  const type = fields['type'];
  if ('id' in fields) return isResult(type) ? answerIn(fields, type, channel) : undefined;
  const event = channel === undefined ? undefined : eventIn(fields, channel);
  return event && { type: 'channelEvent', event };
}

const isResult = (type: unknown): type is ChannelResult['type'] =>
  type === 'subscribed' || type === 'unsubscribed' || type === 'published' || type === 'presence';

/** A result without the form of one still ends its operation. */
function answerIn(
  fields: Fields,
  type: ChannelResult['type'],
  channel: string | undefined,
): ServerMessage | undefined {
  const id = idIn(fields);
  if (id === undefined) return undefined;
  const result = channel === undefined ? undefined : resultIn(fields, type, channel);
  return result
    ? { type: 'channelResult', id, result }
    : { type: 'requestFailed', id, error: requestFailure('internal') };
}

function resultIn(
  fields: Fields,
  type: ChannelResult['type'],
  channel: string,
): ChannelResult<ReceivedPublication> | undefined {
  const position = positionOf(fields['position']);
  switch (type) {
    case 'subscribed': {
      const publications = listIn(fields['publications'], publicationOf);
      return (
        position &&
        publications && { type, channel, position, recovered: fields['recovered'] === true, publications }
      );
    }
    case 'published':
      return position && { type, channel, position };
    case 'presence': {
      const { count } = fields;
      const users = listIn(fields['users'], presentUserOf);
      return isCount(count) ? { type, channel, count, ...(users && { users }) } : undefined;
    }
    case 'unsubscribed':
      return { type, channel };
  }
}

function eventIn(fields: Fields, channel: string): ChannelEvent<ReceivedPublication> | undefined {
  const { type, count, reason } = fields;
  switch (type) {
    case 'publication': {
      const publication = publicationOf(fields);
      return publication && { type, channel, publication };
    }
    case 'subscribed':
    case 'lost': {
      const position = positionOf(fields['position']);
      return position && { type, channel, position };
    }
    case 'unsubscribed':
      return { type, channel, reason: isReason(reason) ? reason : 'unsubscribedByServer' };
    case 'presenceChanged': {
      const joined = listIn(fields['joined'], presentUserOf);
      const left = listIn(fields['left'], (one) => (typeof one === 'string' ? one : undefined));
      return isCount(count) && joined && left ? { type, channel, count, joined, left } : undefined;
    }
    default:
      return undefined;
  }
}

/** A newer server may have further reasons. */
const isReason = (value: unknown): value is keyof typeof unsubscribeReasons =>
  typeof value === 'string' && Object.hasOwn(unsubscribeReasons, value);

function publicationOf(value: unknown): ReceivedPublication | undefined {
  const { offset, tag, user, data } = recordOf(value);
  if (!isCount(offset, 1) || !isTag(tag)) return undefined;
  return { offset, tag, ...(typeof user === 'string' && { user }), data };
}

function presentUserOf(value: unknown): PresentUser | undefined {
  const { user, connections } = recordOf(value);
  return typeof user === 'string' && isCount(connections, 1) ? { user, connections } : undefined;
}

/** Reads a list. Undefined if it is none, or if one of its entries cannot be read. */
function listIn<One>(value: unknown, read: (one: unknown) => One | undefined): readonly One[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const list: One[] = [];
  for (const one of value) {
    const entry = read(one);
    if (entry === undefined) return undefined;
    list.push(entry);
  }
  return list;
}
