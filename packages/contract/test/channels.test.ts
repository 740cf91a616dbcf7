/** The channels of a contract: both ends joined, and what the server validates. */
import { contractChannels, contractClient, defineContract, implement } from '@sallyport/contract';
import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { JoinedSession } from './ends.ts';

const line = z.object({ text: z.string().min(1) });
const contract = defineContract({
  channels: {
    'room:*': { publication: line, summary: 'The lines of a room.' },
    'room:vip:*': { publication: z.number() },
    news: { publication: z.string().transform((text) => text.length) },
  },
});

function join(options?: Parameters<typeof contractClient>[2]) {
  const session = new JoinedSession(implement(contract, {}));
  return { session, api: contractClient(contract, session, options) };
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const read: Item[] = [];
  for await (const item of items) read.push(item);
  return read;
}

describe('the client', () => {
  it('publishes and reads in a channel, with the members of the channel of the session', async () => {
    const { api } = join();
    const room = api.channel('room:42');
    expect(await room.publish({ text: 'hi' })).toMatchObject({ offset: 1 });
    expect(room).toMatchObject({ name: 'room:42', state: 'live' });
    expect(await all(room)).toEqual([
      expect.objectContaining({ type: 'publication', user: 'ada', data: { text: 'hi' } }),
    ]);
  });

  it('a publication that does not fit is answered `invalidParams` with the issues', async () => {
    const { api } = join();
    await expect(api.channel('room:42').publish({ text: '' })).rejects.toMatchObject({
      code: 'invalidParams',
      message: expect.stringMatching(/^the publication does not fit the channel: text: /),
      data: { issues: [{ path: ['text'] }] },
    });
  });

  it('a name that no pattern matches, and a session without channels, are errors of the caller', () => {
    const { api, session } = join();
    expect(() => api.channel('hall:1' as 'room:1')).toThrow('name must match a pattern of the contract');
    Object.assign(session, { channel: undefined });
    expect(() => contractClient(contract, session)).toThrow('extensions: [channels()]');
  });

  it('with `validate`, a publication that does not fit goes to `onInvalidMessage`, and the others and `lost` are read', async () => {
    const errors: string[] = [];
    const { api, session } = join({
      validate: true,
      onInvalidMessage: ({ message }) => errors.push(message),
    });
    const room = api.channel('room:42');
    await room.publish({ text: 'one' });
    const position = { epoch: 'e', offset: 9, tag: '00000009' };
    session.items
      .get('room:42')
      ?.push(
        { type: 'publication', position, user: undefined, data: { text: 1 } },
        { type: 'lost', position },
        { type: 'publication', position, user: undefined, data: { text: 'two' } },
      );
    expect(room).toMatchObject({ name: 'room:42', state: 'live' });
    const items = await all(room);
    expect(items.map((item) => (item.type === 'lost' ? 'lost' : item.data.text))).toEqual([
      'one',
      'lost',
      'two',
    ]);
    expect(errors).toEqual(['the publication in room:42 does not fit the contract at text']);
  });

  it('with `validate` alone, a publication that does not fit ends the loop with a ContractError', async () => {
    const { api, session } = join({ validate: true });
    const room = api.channel('room:42');
    const position = { epoch: 'e', offset: 9, tag: '00000009' };
    session.items
      .get('room:42')
      ?.push({ type: 'publication', position, user: undefined, data: 7 }, { type: 'lost', position });
    await expect(all(room)).rejects.toMatchObject({ name: 'ContractError' });
  });
});

describe('the server', () => {
  it.each([
    ['zod', line],
    ['valibot', v.object({ text: v.pipe(v.string(), v.minLength(1)) })],
    ['arktype', type({ text: 'string > 0', '+': 'delete' })],
  ])('validates what clients publish, with a schema of %s', (_, publication) => {
    const { validatePublication } = implement(defineContract({ channels: { a: { publication } } }), {});
    expect(validatePublication('a', { text: 'hi', more: 1 })).toEqual({ text: 'hi' });
    expect(() => validatePublication('a', { text: 1 })).toThrow(
      expect.objectContaining({ name: 'RequestError', code: 'invalidParams' }),
    );
  });

  it('the name of a channel counts before the longest beginning, and other channels are not found', () => {
    const { validatePublication } = implement(contract, {});
    expect(validatePublication('room:vip:1', 7)).toBe(7);
    expect(validatePublication('news', 'hello')).toBe(5);
    for (const channel of ['hall', 'constructor', '__proto__', 'room'])
      expect(() => validatePublication(channel, 7)).toThrow(
        expect.objectContaining({ code: 'channelNotFound' }),
      );
  });

  it('a schema that returns a promise is a fault of the server, since publications keep their order', () => {
    const asynchronous = defineContract({
      channels: { a: { publication: z.string().refine(async () => true) } },
    });
    expect(() => implement(asynchronous, {}).validatePublication('a', 'x')).toThrow(
      expect.objectContaining({
        name: 'ContractError',
        message: expect.stringMatching('must be synchronous'),
      }),
    );
  });

  const published: unknown[] = [];
  const service = {
    async publish(...args: unknown[]) {
      published.push(args);
      return 'outcome' as const;
    },
  };

  it('publishes validated data, and resolves as the channels do', async () => {
    const channels = contractChannels(contract, service);
    const outcome: 'outcome' = await channels.publish('room:1', { text: 'hi', more: 1 } as { text: string }, {
      key: 'k',
    });
    expect(outcome).toBe('outcome');
    await contractChannels(contract, service, { validateOutput: false }).publish('news', 'as it is');
    expect(published).toEqual([
      ['room:1', { text: 'hi' }, { key: 'k' }],
      ['news', 'as it is', undefined],
    ]);
  });

  it('data that does not fit, and a channel that the contract does not have, reject', async () => {
    const channels = contractChannels(contract, service);
    await expect(channels.publish('room:1', { text: '' })).rejects.toMatchObject({ name: 'ContractError' });
    await expect(channels.publish('hall' as 'news', 'x')).rejects.toMatchObject({ name: 'UsageError' });
  });

  it.each([
    [undefined, {}, 'channels must be what `createChannels` returns'],
    [service, { validate: true }, 'validate is not an option of contractChannels'],
    [service, { validateOutput: 1 }, 'validateOutput must be true or false'],
    [service, null, 'options must be an object'],
  ])('wrong arguments are refused by name (%#)', (given, options, text) => {
    expect(() => contractChannels(contract, given as never, options as object)).toThrow(text);
  });
});
