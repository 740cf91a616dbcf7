/** The client's end, joined to an implementation. */
import { contractClient, defineContract, implement } from '@sallyport/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { JoinedSession } from './ends.ts';
import { contracts } from './libraries.ts';

const history = [{ from: 'ada', text: 'hi' }];

function join(contract: typeof contracts.zod, options?: Parameters<typeof contractClient>[2]) {
  const server = implement(contract, {
    requests: { 'room.history': () => history, 'room.leave': () => {}, time: () => 42 },
    message: ({ text }) => ({ from: 'server', text }),
    text: () => undefined,
  });
  const session = new JoinedSession(server);
  return { session, api: contractClient(contract, session, options) };
}

describe.each(Object.entries(contracts))('with schemas of %s', (_, contract) => {
  const { session, api } = join(contract as typeof contracts.zod, { validate: true });

  it('a request resolves with its result, and one without a result with undefined', async () => {
    expect(await api.request('room.history', { room: 'a' })).toEqual(history);
    expect(await api.request('time')).toBe(42);
    expect(await api.request('room.leave', { room: 'a' })).toBeUndefined();
  });

  it('a request rejects with the error of the server', async () => {
    await expect(api.request('room.history', { room: '' })).rejects.toMatchObject({ code: 'invalidParams' });
  });

  it('messages are read in order, without text and bytes', async () => {
    api.send({ room: 'a', text: 'one' });
    session.arrive('text');
    session.arrive(new Uint8Array(1));
    api.send({ room: 'a', text: 'two' });
    const read: unknown[] = [];
    for await (const data of api.messages()) read.push(data);
    expect(read).toEqual([
      { from: 'server', text: 'one' },
      { from: 'server', text: 'two' },
    ]);
  });
});

it('a listener gets data until it is removed', () => {
  const { session, api } = join(contracts.zod);
  const got: string[] = [];
  const remove = api.onMessage(({ text }) => got.push(text));
  api.send({ room: 'a', text: 'one' });
  session.arrive('text');
  remove();
  api.send({ room: 'a', text: 'two' });
  expect(got).toEqual(['one']);
});

it('a request is idempotent if the contract says so, whatever the other options are', async () => {
  const { session, api } = join(contracts.zod);
  await api.request('room.history', { room: 'a' }, { timeoutMs: 5 });
  await api.request('room.leave', { room: 'a' }, { timeoutMs: 5 });
  await api.request('time');
  expect(session.requests.map(({ options }) => options)).toEqual([
    { timeoutMs: 5, idempotent: true },
    { timeoutMs: 5 },
    undefined,
  ]);
});

describe('a server with another contract', () => {
  const older = defineContract({
    requests: { time: { result: z.string() } },
    messages: { server: z.string() },
  });
  const server = implement(older, { requests: { time: () => 'noon' } });

  it('gives a result that does not fit, which the client reports if it validates', async () => {
    const session = new JoinedSession(server);
    const checking = contractClient(contracts.zod, session, { validate: true });
    await expect(checking.request('time')).rejects.toMatchObject({
      name: 'ContractError',
      message: 'the result of time does not fit the contract',
    });
    expect(await contractClient(contracts.zod, session).request('time')).toBe('noon');
  });

  it('sends a message that does not fit, which goes to onInvalidMessage', async () => {
    const session = new JoinedSession(server);
    const errors: string[] = [];
    const api = contractClient(contracts.zod, session, {
      validate: true,
      onInvalidMessage: ({ name }) => errors.push(name),
    });
    api.onMessage(() => expect.unreachable());
    session.arrive({ data: 'noon' });
    for await (const _ of api.messages()) expect.unreachable();
    expect(errors).toEqual(['ContractError', 'ContractError']);
  });

  it('sends a message that does not fit, which the reader throws without onInvalidMessage', async () => {
    const session = new JoinedSession(server);
    const api = contractClient(contracts.zod, session, { validate: true });
    session.arrive({ data: 'noon' });
    await expect(api.messages().next()).rejects.toMatchObject({ name: 'ContractError' });
  });
});

it('an unknown request, and wrong arguments, are refused with an error that names them', () => {
  const { session, api } = join(contracts.zod);
  for (const name of ['times', 'constructor', '__proto__'])
    expect(() => api.request(name as 'time')).toThrow(
      `name must be the name of a request of the contract, not "${name}"`,
    );
  expect(() => contractClient(undefined as never, session)).toThrow(
    'contract must be an object, not undefined',
  );
  expect(() => contractClient(contracts.zod, undefined as never)).toThrow('session must be an object');
  expect(() => contractClient(contracts.zod, session, { validated: true } as object)).toThrow(
    'validated is not an option of contractClient; did you mean validate?',
  );
});

it('a session that cannot send requests is refused, with what to do, if the contract has any', () => {
  const { session } = join(contracts.zod);
  const plain = {
    send: () => {},
    on: () => () => {},
    [Symbol.asyncIterator]: () => session[Symbol.asyncIterator](),
  };
  expect(() => contractClient(contracts.zod, plain as never)).toThrow(
    'session must be able to send requests: connect(url, { …, extensions: [requests()] })',
  );
  expect(() =>
    contractClient(defineContract({ messages: contracts.zod.messages }), plain as never),
  ).not.toThrow();
});
