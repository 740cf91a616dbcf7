/**
 * The client's half of channels in the JSON protocol (PROTOCOL.md, section 8). `json-channel.ts` is the server's half.
 *
 * It is apart from `json-client.ts`, so that a program without channels does not load it. `decodeResponse` reads the error of an
 * operation. Proven by: test/json-channel.test.ts, packages/client/test/size.test.ts.
 */
import { unsubscribeReasons } from './channel-errors.ts';
import { channelIn, isCount, isTag, positionOf } from './channel-grammar.ts';
import type {
  ChannelEvent,
  ChannelOperation,
  ChannelResult,
  PresentUser,
  ReceivedPublication,
} from './channel-messages.ts';
import { type Fields, recordOf } from './fields.ts';
import { idIn } from './json-request.ts';
import { jsonText } from './json-value.ts';
import { type RequestFailure, requestFailure } from './request-errors.ts';

/** A message of the server about channels, as a client reads it: the result of an operation, or what the server sends unasked. */
export type ChannelMessage =
  | { readonly id: number; readonly result: ChannelResult<ReceivedPublication> }
  /** The result has not the form of one. It still ends its operation. */
  | { readonly id: number; readonly error: RequestFailure }
  | { readonly event: ChannelEvent<ReceivedPublication> };

/**
 * The message for an operation on a channel. `id` is a whole number from 1 on, unique among operations and requests. Throws a
 * `TypeError` for data that is not JSON.
 */
export function encodeOperation(id: number, operation: ChannelOperation): string {
  return operationEncoder(operation)(id);
}

/**
 * Encodes an operation now, and returns a function that gives its message for an id: for an operation that may be sent again. What
 * happens to `data` later changes nothing. Throws a `TypeError` for data that is not JSON.
 */
export function operationEncoder(operation: ChannelOperation): (id: number) => string {
  const { type, ...fields } = operation;
  if (!('data' in fields)) return (id) => JSON.stringify({ type, id, ...fields });
  const { channel, data, key } = fields;
  const json = jsonText(data, 'data');
  // JSON leaves out an undefined key.
  return (id) => `${JSON.stringify({ type, id, channel, key }).slice(0, -1)},"data":${json}}`;
}

/** Reads a message of the server. Undefined if it is not about channels, or cannot be read. */
export function decodeChannelMessage(fields: Fields): ChannelMessage | undefined {
  const channel = channelIn(fields);
  const type = fields['type'];
  if ('id' in fields) return isResult(type) ? answerIn(fields, type, channel) : undefined;
  const event = channel === undefined ? undefined : eventIn(fields, channel);
  return event && { event };
}

const isResult = (type: unknown): type is ChannelResult['type'] =>
  type === 'subscribed' || type === 'unsubscribed' || type === 'published' || type === 'presence';

/** A result without the form of one still ends its operation. */
function answerIn(
  fields: Fields,
  type: ChannelResult['type'],
  channel: string | undefined,
): ChannelMessage | undefined {
  const id = idIn(fields);
  if (id === undefined) return undefined;
  const result = channel === undefined ? undefined : resultIn(fields, type, channel);
  return result ? { id, result } : { id, error: requestFailure('internal') };
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
