/** Channels in the JSON protocol (PROTOCOL.md, section 8), both halves. */
import {
  type Answer,
  type ChannelEvent,
  type ChannelOperation,
  type ChannelResult,
  canBeChannel,
  decodeChannelMessage,
  decodeResponse,
  encodeOperation,
  jsonClient,
  jsonProtocol,
  RequestError,
  textClient,
  textProtocol,
} from '@sallyport/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyCharacter } from './any-character.ts';

const MALFORMED = { type: 'message.malformed' };
const REFUSED = { type: 'request.malformed', id: 1 };
const since = { epoch: 'e1', offset: 17, tag: '0123abcd' };
const beginning = { epoch: 'e1', offset: 0, tag: '' };
const channel = 'room:42';
const subscribe = { type: 'subscribe', id: 1, channel };
const publish = { type: 'publish', id: 1, channel, data: { text: 'hi' } };

const decode = (message: unknown) => jsonProtocol.decode(JSON.stringify(message), 'established');
/** Reads a message as a client with channels does. */
const readText = (text: string) => {
  const message = jsonClient.decode(text, 'established');
  return message?.type === 'other' ? decodeChannelMessage(message.fields) : undefined;
};
const read = (answer: Answer) => readText(String(jsonProtocol.encode(answer)));
const sent = (operation: ChannelOperation) => encodeOperation(1, operation);

describe('an operation on a channel', () => {
  it.each<ChannelOperation>([
    { type: 'subscribe', channel },
    { type: 'subscribe', channel, since },
    { type: 'subscribe', channel, since: beginning },
    { type: 'subscribe', channel, history: 0 },
    { type: 'subscribe', channel, since, history: 20 },
    { type: 'unsubscribe', channel },
    { type: 'publish', channel, data: null },
    { type: 'publish', channel, data: { a: [1, '😀'] }, key: '7f' },
    { type: 'presence', channel },
  ])('%j is read as the client wrote it', (operation) => {
    expect(jsonProtocol.decode(sent(operation), 'established')).toEqual({
      type: 'request.received',
      id: 1,
      operation,
    });
  });

  it('has one spelling', () => {
    expect(sent({ type: 'subscribe', channel, since, history: 20 })).toBe(
      '{"type":"subscribe","id":1,"channel":"room:42","since":{"epoch":"e1","offset":17,"tag":"0123abcd"},"history":20}',
    );
    expect(sent({ type: 'publish', channel, data: { text: 'hi' }, key: '7f' })).toBe(
      '{"type":"publish","id":1,"channel":"room:42","key":"7f","data":{"text":"hi"}}',
    );
  });

  it.each(['subscribe', 'unsubscribe', 'publish', 'presence'])(
    '%s without an id that an answer could name is malformed',
    (type) => {
      for (const id of [0, -1, 1.5, 2 ** 53, '1', null, undefined])
        expect(decode({ type, channel, data: 1, id })).toEqual(MALFORMED);
    },
  );

  it.each(['a', '~!', 'room:42', '__proto__', 'constructor', '"\\', '$a', '.', 'x'.repeat(255)])(
    'E37: an operation may name the channel %j',
    (name) => {
      expect(canBeChannel(name)).toBe(true);
      expect(decode({ ...subscribe, channel: name })).toEqual({
        type: 'request.received',
        id: 1,
        operation: { type: 'subscribe', channel: name },
      });
    },
  );

  it.each(['', ' ', 'a b', ' a', 'a\n', 'a\0', 'ä', 'а', 'room:*', '*', '\u202e', '😀', 'x'.repeat(256)])(
    'E37: an operation that names the channel %j can be answered, so only the operation is malformed',
    (name) => {
      expect(canBeChannel(name)).toBe(false);
      for (const type of ['subscribe', 'unsubscribe', 'publish', 'presence'])
        expect(decode({ type, id: 1, channel: name, data: 1 })).toEqual(REFUSED);
    },
  );

  it.each<unknown>([1, null, undefined, ['a'], { toString: 'a' }, true])(
    'whose channel is %j, which is not a text, is malformed',
    (name) => {
      expect(decode({ ...subscribe, channel: name })).toEqual(REFUSED);
    },
  );

  it.each<unknown>([
    null,
    1,
    'e1',
    [],
    {},
    { ...since, epoch: '' },
    { ...since, epoch: 'x'.repeat(65) },
    { ...since, epoch: 'a b' },
    { ...since, epoch: 1 },
    { ...since, offset: -1 },
    { ...since, offset: 1.5 },
    { ...since, offset: 2 ** 53 },
    { ...since, offset: '17' },
    { ...since, tag: '' },
    { ...since, tag: '0123ABCD' },
    { ...since, tag: '0123abc' },
    { ...since, tag: '0123abcd0' },
    { ...since, tag: 0x0123abcd },
    { ...since, offset: 0 },
    { epoch: 'e1', offset: 17 },
  ])('that subscribes since %j, which is not a position, is malformed', (wrong) => {
    expect(decode({ ...subscribe, since: wrong })).toEqual(REFUSED);
  });

  it.each<unknown>([null, -1, 1.5, '20', [], 2 ** 53])(
    'that wants %j publications of the history is malformed',
    (history) => {
      expect(decode({ ...subscribe, history })).toEqual(REFUSED);
    },
  );

  it.each<unknown>([null, '', 'a b', 'ä', 'x'.repeat(65), 1, {}])(
    'that publishes with the key %j is malformed',
    (key) => {
      expect(decode({ ...publish, key })).toEqual(REFUSED);
    },
  );

  it('that publishes no data, or data that an application must not get, is malformed', () => {
    expect(decode({ ...publish, data: undefined })).toEqual(REFUSED);
    for (const data of ['{"__proto__":1}', '1e999', '"\\ud800"', `${'['.repeat(101)}${']'.repeat(101)}`]) {
      const text = `{"type":"publish","id":1,"channel":"a","data":${data}}`;
      expect(jsonProtocol.decode(text, 'established')).toEqual(REFUSED);
    }
  });

  it('may have further fields, which are ignored, whatever their names', () => {
    const text =
      '{"type":"subscribe","id":1,"channel":"a","__proto__":{"history":5,"since":1},"user":"eve","x":1}';
    expect(jsonProtocol.decode(text, 'established')).toEqual({
      type: 'request.received',
      id: 1,
      operation: { type: 'subscribe', channel: 'a' },
    });
    expect(decode({ ...subscribe, since: { ...since, more: 1 } })).toMatchObject({ operation: { since } });
  });

  it('before the acceptance is malformed', () => {
    for (const one of [subscribe, publish])
      expect(jsonProtocol.decode(JSON.stringify(one), 'authenticating')).toEqual(MALFORMED);
  });

  it('of any kind gives a fact and never throws', () => {
    const field = fc.oneof(
      fc.constantFrom<unknown>(channel, 1, 'e1', since, null, 0),
      fc.string({ unit: anyCharacter }),
      fc.jsonValue(),
    );
    const message = fc.record(
      {
        type: fc.constantFrom('subscribe', 'unsubscribe', 'publish', 'presence'),
        id: fc.oneof(fc.constant(1), field),
        channel: fc.oneof(fc.constant(channel), field),
        since: fc.oneof(fc.constant(since), field),
        history: field,
        data: field,
        key: field,
      },
      { requiredKeys: ['type'] },
    );
    fc.assert(
      fc.property(message, (fields) => {
        const fact = decode(fields);
        expect(['request.received', 'request.malformed', 'message.malformed']).toContain(fact.type);
        if (fact.type !== 'request.received' || !('operation' in fact)) return;
        // What the server read, the client can write, and the server reads the same.
        expect(jsonProtocol.decode(sent(fact.operation), 'established')).toEqual({ ...fact, id: 1 });
      }),
    );
  });

  it('has no words in the text protocol but in the JSON protocol', () => {
    expect([textProtocol, jsonProtocol].map(({ hasChannels = false }) => hasChannels)).toEqual([false, true]);
    expect([textClient, jsonClient].map(({ isExtensible }) => isExtensible)).toEqual([false, true]);
    const event: ChannelEvent = { type: 'lost', channel, position: since };
    expect(textProtocol.encode({ type: 'channelEvent', event })).toBeUndefined();
    expect(
      textProtocol.encode({ type: 'channelResult', id: 1, result: { type: 'unsubscribed', channel } }),
    ).toBeUndefined();
  });

  it('that publishes a value that is not JSON throws a TypeError', () => {
    expect(() => sent({ type: 'publish', channel, data: 1n })).toThrow('data cannot be written as JSON');
  });
});

describe('the answer to an operation', () => {
  const one = { offset: 18, tag: '89abcdef', user: 'ada' };
  const other = { offset: 19, tag: '00000000' };

  it.each<[ChannelResult, string]>([
    [
      {
        type: 'subscribed',
        channel,
        position: { ...since, offset: 19 },
        recovered: true,
        publications: [
          { ...one, json: '{"text":"hi"}' },
          { ...other, json: 'null' },
        ],
      },
      '{"type":"subscribed","id":1,"channel":"room:42","position":{"epoch":"e1","offset":19,"tag":"0123abcd"},"recovered":true,"publications":[{"offset":18,"tag":"89abcdef","user":"ada","data":{"text":"hi"}},{"offset":19,"tag":"00000000","data":null}]}',
    ],
    [
      { type: 'subscribed', channel, position: beginning, recovered: false, publications: [] },
      '{"type":"subscribed","id":1,"channel":"room:42","position":{"epoch":"e1","offset":0,"tag":""},"recovered":false,"publications":[]}',
    ],
    [{ type: 'unsubscribed', channel }, '{"type":"unsubscribed","id":1,"channel":"room:42"}'],
    [
      { type: 'published', channel, position: since },
      '{"type":"published","id":1,"channel":"room:42","position":{"epoch":"e1","offset":17,"tag":"0123abcd"}}',
    ],
    [
      { type: 'presence', channel, count: 9_000 },
      '{"type":"presence","id":1,"channel":"room:42","count":9000}',
    ],
    [
      { type: 'presence', channel, count: 1, users: [{ user: 'ada', connections: 2 }] },
      '{"type":"presence","id":1,"channel":"room:42","count":1,"users":[{"user":"ada","connections":2}]}',
    ],
  ])('%j has one spelling, and the client reads it', (result, text) => {
    expect(jsonProtocol.encode({ type: 'channelResult', id: 1, result })).toBe(text);
    expect(read({ type: 'channelResult', id: 1, result })).toEqual({
      id: 1,
      result: received(result),
    });
  });

  it('that the client cannot read still ends the operation, as an internal error', () => {
    for (const wrong of [
      { type: 'subscribed', channel, position: since },
      { type: 'subscribed', channel, position: 1, publications: [] },
      { type: 'subscribed', channel, position: since, publications: [{ offset: 0, tag: '00000000' }] },
      { type: 'subscribed', channel: 'a b', position: since, publications: [] },
      { type: 'published', channel },
      { type: 'presence', channel, count: -1 },
      { type: 'unsubscribed' },
    ])
      expect(readText(JSON.stringify({ id: 3, ...wrong }))).toMatchObject({
        id: 3,
        error: { code: 'internal' },
      });
    expect(readText('{"type":"published","channel":"a"}')).toBeUndefined();
  });
});

describe('what comes about a channel unasked', () => {
  it.each<[ChannelEvent, string]>([
    [
      {
        type: 'publication',
        channel,
        publication: { offset: 18, tag: '89abcdef', user: 'ada', json: '{"text":"hi"}' },
      },
      '{"type":"publication","channel":"room:42","offset":18,"tag":"89abcdef","user":"ada","data":{"text":"hi"}}',
    ],
    [
      { type: 'publication', channel, publication: { offset: 1, tag: '89abcdef', json: '[1]' } },
      '{"type":"publication","channel":"room:42","offset":1,"tag":"89abcdef","data":[1]}',
    ],
    [
      { type: 'lost', channel, position: since },
      '{"type":"lost","channel":"room:42","position":{"epoch":"e1","offset":17,"tag":"0123abcd"}}',
    ],
    [
      { type: 'subscribed', channel, position: beginning },
      '{"type":"subscribed","channel":"room:42","position":{"epoch":"e1","offset":0,"tag":""}}',
    ],
    [
      { type: 'unsubscribed', channel, reason: 'permissionEnded' },
      '{"type":"unsubscribed","channel":"room:42","reason":"permissionEnded"}',
    ],
    [
      {
        type: 'presenceChanged',
        channel,
        count: 2,
        joined: [{ user: 'ada', connections: 1 }],
        left: ['bob'],
      },
      '{"type":"presenceChanged","channel":"room:42","count":2,"joined":[{"user":"ada","connections":1}],"left":["bob"]}',
    ],
  ])('%j has one spelling, and the client reads it', (event, text) => {
    expect(jsonProtocol.encode({ type: 'channelEvent', event })).toBe(text);
    expect(read({ type: 'channelEvent', event })).toEqual({
      event: event.type === 'publication' ? { ...event, publication: withData(event.publication) } : event,
    });
  });

  it('carries any data, any user and any channel to the client unchanged', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.string({ unit: anyCharacter, minLength: 1 }),
        fc.string({ unit: fc.constantFrom(...'a:"\\/\'`~!'), minLength: 1 }),
        (data, user, name) => {
          const json = JSON.stringify(data);
          const event: ChannelEvent = {
            type: 'publication',
            channel: name,
            publication: { offset: 1, tag: '89abcdef', user, json },
          };
          expect(read({ type: 'channelEvent', event })).toEqual({
            event: { ...event, publication: withData(event.publication) },
          });
        },
      ),
    );
  });

  it('is ignored by the client where it has not the form of an event', () => {
    for (const wrong of [
      { type: 'publication', channel, offset: 0, tag: '89abcdef', data: 1 },
      { type: 'publication', channel, offset: 1, tag: 'x', data: 1 },
      { type: 'publication', offset: 1, tag: '89abcdef', data: 1 },
      { type: 'lost', channel, position: null },
      { type: 'presenceChanged', channel, count: 1, joined: [null], left: [] },
      { type: 'presenceChanged', channel, count: 1, joined: [], left: [1] },
      { type: 'newer', channel },
    ])
      expect(readText(JSON.stringify(wrong))).toBeUndefined();
  });

  it('ends a subscription also with a reason that the client does not know', () => {
    for (const reason of ['constructor', 'newer', 1])
      expect(readText(JSON.stringify({ type: 'unsubscribed', channel, reason }))).toMatchObject({
        event: { type: 'unsubscribed', reason: 'unsubscribedByServer' },
      });
  });

  it('is neither a response nor any other message', () => {
    const others: Answer[] = [
      { type: 'message', message: 'hello' },
      { type: 'response', id: 1, result: 1 },
      { type: 'requestFailed', id: 1, error: new RequestError('forbidden') },
      { type: 'refused', attemptsLeft: 2 },
    ];
    for (const answer of others) expect(read(answer)).toBeUndefined();
    expect(readText('nonsense')).toBeUndefined();
    for (const type of ['subscribed', 'unsubscribed', 'published', 'presence'])
      expect(decodeResponse({ type, id: 1, channel })).toBeUndefined();
  });
});

const withData = ({ json, ...publication }: { readonly json: string }) => ({
  ...publication,
  data: JSON.parse(json),
});

/** The result as the client reads it. */
const received = (result: ChannelResult) =>
  result.type === 'subscribed' ? { ...result, publications: result.publications.map(withData) } : result;
