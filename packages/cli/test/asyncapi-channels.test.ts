/** Channels of a contract in its AsyncAPI document, checked by the parser of AsyncAPI's own project and against the wire. */
import { Parser } from '@asyncapi/parser';
import { defineContract } from '@sallyport/contract';
import { type ChannelEvent, type ChannelResult, jsonProtocol } from '@sallyport/protocol';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { asyncApi } from '../src/contract/asyncapi.ts';
import { channelKeys } from '../src/contract/channel-keys.ts';
import { jsonSchemas } from '../src/contract/json-schemas.ts';

type Contract = Parameters<typeof asyncApi>[0];

const contract = defineContract({
  channels: {
    'room:*': {
      summary: 'What is said in a room.',
      publication: z.object({ text: z.string(), at: z.number().default(0) }),
    },
    news: { publication: z.string() },
  },
});

const parser = new Parser();

/** The parsed document, the errors of the parser, and the document as an object. */
async function documentOf(given: Contract) {
  const { schemas, problems } = await jsonSchemas(given, new URL(import.meta.url).pathname);
  const written = JSON.stringify(asyncApi(given, schemas, { title: 'Rooms', version: '1.2.3' }));
  const { document, diagnostics } = await parser.parse(written);
  const errors = diagnostics.filter(({ severity }) => severity === 0);
  return { document, errors, problems, written: JSON.parse(written) };
}

it('a document has the operations of each pattern, with its publications, and presence', async () => {
  const { document, errors, problems } = await documentOf(contract);
  expect([errors, problems]).toEqual([[], []]);
  const operations = document?.operations().all() ?? [];
  const rows = operations.map((operation) => [
    operation.id(),
    operation.action(),
    ...operation
      .messages()
      .all()
      .map((message) => message.id()),
    ...(operation
      .reply()
      ?.messages()
      .all()
      .map((message) => `→ ${message.id()}`) ?? []),
  ]);
  expect(rows.slice(2).map((row) => row.join(' '))).toEqual([
    'cancel receive cancel',
    'channel.room.any.subscribe receive channel.room.any.subscribe → channel.room.any.subscribed → operationFailed',
    'channel.room.any.publish receive channel.room.any.publish → published → operationFailed',
    'channel.room.any.publication send channel.room.any.publication',
    'channel.news.subscribe receive channel.news.subscribe → channel.news.subscribed → operationFailed',
    'channel.news.publish receive channel.news.publish → published → operationFailed',
    'channel.news.publication send channel.news.publication',
    'unsubscribe receive unsubscribe → unsubscribed → operationFailed',
    'presence receive presence → present → operationFailed',
    'presenceChanged send presenceChanged',
    'lost send lost',
    'subscribedByServer send subscribedByServer',
    'unsubscribedByServer send unsubscribedByServer',
  ]);
  const room = document?.operations().get('channel.room.any.publish');
  expect(
    room
      ?.tags()
      .all()
      .map((tag) => tag.name()),
  ).toEqual(['room:*']);
  expect(room?.description()).toBe('What is said in a room.');
});

it('a publication has the input of its schema when a client sends it, and the output when a client gets it', async () => {
  const { written } = await documentOf(contract);
  const { schemas, messages } = written.components;
  expect(schemas['channel.room.any.publish'].required).toEqual(['text']);
  expect(schemas['channel.room.any.publication'].required).toEqual(['text', 'at']);
  expect(messages['channel.room.any.publish'].payload.properties).toMatchObject({
    channel: { type: 'string', pattern: '^room:[!-)+-~]*$' },
    data: { $ref: '#/components/schemas/channel.room.any.publish' },
  });
  expect(messages['channel.news.publication'].payload.properties).toMatchObject({
    channel: { const: 'news' },
    data: { $ref: '#/components/schemas/channel.news.publication' },
  });
});

it('each message of channels has the fields that the server writes, and requires no other', async () => {
  const { messages } = (await documentOf(contract)).written.components;
  const channel = 'news';
  const position = { epoch: 'e', offset: 1, tag: '0123abcd' };
  const publication = { offset: 1, tag: '0123abcd', user: 'ada', json: '"hi"' };
  const users = [{ user: 'ada', connections: 1 }];
  const results: Readonly<Record<string, ChannelResult>> = {
    'channel.news.subscribed': {
      type: 'subscribed',
      channel,
      position,
      recovered: true,
      publications: [publication],
    },
    published: { type: 'published', channel, position },
    present: { type: 'presence', channel, count: 1, users },
    unsubscribed: { type: 'unsubscribed', channel },
  };
  const events: Readonly<Record<string, ChannelEvent>> = {
    'channel.news.publication': { type: 'publication', channel, publication },
    subscribedByServer: { type: 'subscribed', channel, position },
    unsubscribedByServer: { type: 'unsubscribed', channel, reason: 'permissionEnded' },
    presenceChanged: { type: 'presenceChanged', channel, count: 1, joined: users, left: ['bob'] },
    lost: { type: 'lost', channel, position },
  };
  const written = [
    ...Object.entries(results).map(
      ([name, result]) => [name, jsonProtocol.encode({ type: 'channelResult', id: 1, result })] as const,
    ),
    ...Object.entries(events).map(
      ([name, event]) => [name, jsonProtocol.encode({ type: 'channelEvent', event })] as const,
    ),
  ];
  for (const [name, text] of written) {
    const fields = JSON.parse(String(text));
    const { properties, required } = messages[name].payload;
    expect(Object.keys(properties), name).toEqual(expect.arrayContaining(Object.keys(fields)));
    expect(Object.keys(fields), name).toEqual(expect.arrayContaining(required));
    expect(properties.type.const, name).toBe(fields.type);
  }
  const { items } = messages['channel.news.subscribed'].payload.properties.publications;
  expect(Object.keys(items.properties).toSorted()).toEqual(['data', 'offset', 'tag', 'user']);
});

it('patterns of any characters have keys of their own', async () => {
  const patterns = ['*', 'any', 'a:b', 'a.b', 'a/b', 'a~b', 'a"b', 'x{y}:*', '__proto__', 'constructor'];
  const channels = Object.fromEntries(patterns.map((pattern) => [pattern, { publication: z.string() }]));
  const given = defineContract({ channels, requests: { 'channel.any': {} } });
  const { errors, written } = await documentOf(given);
  expect(errors).toEqual([]);
  expect(new Set(channelKeys(given).values()).size).toBe(Object.keys(channels).length);
  for (const key of channelKeys(given).values())
    expect(written.operations).toHaveProperty([`${key}.publish`]);
});

it('a contract without channels has none of their messages', async () => {
  const { written } = await documentOf(defineContract({ requests: { ping: {} } }));
  expect(Object.keys(written.components.messages)).not.toContain('lost');
  expect(Object.keys(written.operations)).not.toContain('presence');
});

it('a publication without a JSON Schema is reported once', async () => {
  const { problems } = await documentOf(defineContract({ channels: { news: { publication: z.date() } } }));
  expect(problems).toEqual([
    "channels['news'].publication has no JSON Schema: Date cannot be represented in JSON Schema",
  ]);
});
