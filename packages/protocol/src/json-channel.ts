/**
 * Channels in the JSON protocol (PROTOCOL.md, section 8): the server's half reads operations, and writes results and events.
 *
 * An operation is answered like a request: one whose id can be answered never closes the session. A publication is built around its
 * JSON text, which was encoded once. Proven by: test/json-channel.test.ts.
 */
import { canBeKey, channelIn, isCount, positionOf } from './channel-grammar.ts';
import type { ChannelEvent, ChannelOperation, ChannelResult, Publication } from './channel-messages.ts';
import type { Fields } from './fields.ts';
import { MALFORMED } from './json-message.ts';
import { idIn } from './json-request.ts';
import { isSafe, jsonText } from './json-value.ts';
import type { Decoded } from './protocol.ts';

/** Reads an operation. `text` is the message as it came. */
export function decodeOperation(fields: Fields, text: string): Decoded {
  const id = idIn(fields);
  if (id === undefined) return MALFORMED;
  const operation = operationIn(fields, text);
  return operation ? { type: 'request.received', id, operation } : { type: 'request.malformed', id };
}

function operationIn(fields: Fields, text: string): ChannelOperation | undefined {
  const channel = channelIn(fields);
  if (channel === undefined) return undefined;
  switch (fields['type']) {
    case 'subscribe':
      return subscribeIn(fields, channel);
    case 'publish':
      return publishIn(fields, channel, text);
    case 'presence':
      return { type: 'presence', channel };
    default:
      return { type: 'unsubscribe', channel };
  }
}

function subscribeIn(fields: Fields, channel: string): ChannelOperation | undefined {
  const { history } = fields;
  const since = 'since' in fields ? positionOf(fields['since']) : undefined;
  if ('since' in fields && !since) return undefined;
  if ('history' in fields && !isCount(history)) return undefined;
  return {
    type: 'subscribe',
    channel,
    ...(since && { since }),
    ...(isCount(history) && { history }),
  };
}

function publishIn(fields: Fields, channel: string, text: string): ChannelOperation | undefined {
  const { data, key } = fields;
  if (!('data' in fields) || !isSafe(data, text)) return undefined;
  if (!('key' in fields)) return { type: 'publish', channel, data };
  return typeof key === 'string' && canBeKey(key) ? { type: 'publish', channel, data, key } : undefined;
}

/** The answer to an operation. */
export function channelResultText(id: number, result: ChannelResult): string {
  const head = `{"type":"${result.type}","id":${id},"channel":${JSON.stringify(result.channel)}`;
  switch (result.type) {
    case 'subscribed':
      return `${head},"position":${JSON.stringify(result.position)},"recovered":${result.recovered},"publications":[${result.publications.map((one) => `{${publicationFields(one)}}`).join(',')}]}`;
    case 'unsubscribed':
      return `${head}}`;
    case 'published':
      return `${head},"position":${JSON.stringify(result.position)}}`;
    case 'presence':
      return `${head},"count":${result.count}${result.users ? `,"users":${jsonText(result.users, 'users')}` : ''}}`;
  }
}

/** What the server sends about a channel unasked. */
export function channelEventText(event: ChannelEvent): string {
  const head = `{"type":"${event.type}","channel":${JSON.stringify(event.channel)}`;
  switch (event.type) {
    case 'publication':
      return `${head},${publicationFields(event.publication)}}`;
    case 'subscribed':
    case 'lost':
      return `${head},"position":${JSON.stringify(event.position)}}`;
    case 'unsubscribed':
      return `${head},"reason":"${event.reason}"}`;
    case 'presenceChanged':
      return `${head},"count":${event.count},"joined":${jsonText(event.joined, 'joined')},"left":${jsonText(event.left, 'left')}}`;
  }
}

function publicationFields({ offset, tag, user, json }: Publication): string {
  const author = user === undefined ? '' : `,"user":${jsonText(user, 'the user')}`;
  return `"offset":${offset},"tag":${JSON.stringify(tag)}${author},"data":${json}`;
}
