/** Both ends of a contract over a real connection. Here, because only this package may depend on the contract and on both ends. */
import { connect, requests } from '@sallyport/client';
import { contractClient, defineContract, implement } from '@sallyport/contract';
import { accept, createSessions } from '@sallyport/core';
import { serve, systemClock } from '@sallyport/ws';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';

const contract = defineContract({
  requests: {
    double: { params: z.object({ value: z.number() }), result: z.number() },
    fault: { result: z.string() },
  },
  messages: { client: z.object({ text: z.string() }), server: z.object({ text: z.string() }) },
});

/** A server of the contract, and a session of it for a client of this protocol. */
async function start(protocol: 'json' | 'text') {
  const faults: unknown[] = [];
  const { requests: handler, application } = implement(contract, {
    requests: { double: ({ value }) => 2 * value, fault: () => 1 as never },
    message: ({ text }) => ({ text: text.toUpperCase() }),
  });
  const sessions = createSessions({
    clock: systemClock,
    authenticate: () => accept('ada'),
    requests: handler,
    application,
    onFault: ({ error }) => faults.push(error),
  });
  const { url, close } = await serve(sessions, { host: '127.0.0.1', port: 0 });
  onTestFinished(() => close());
  const credentials = { username: 'ada', password: 'lovelace' };
  const session = connect(url, { protocol, credentials, WebSocket, extensions: [requests()] });
  onTestFinished(() => session.close());
  await session.ready;
  return { session, api: contractClient(contract, session), faults };
}

it('requests and messages of a contract pass between a server on ws and the client library', async () => {
  const { api } = await start('json');
  expect(await api.request('double', { value: 21 })).toBe(42);
  api.send({ text: 'hello' });
  expect((await api.messages().next()).value).toEqual({ text: 'HELLO' });
});

it('values that do not fit a contract are answered over the wire, and the session goes on', async () => {
  const { api, session, faults } = await start('json');
  await expect(api.request('double', { value: 'x' } as never)).rejects.toMatchObject({
    name: 'RequestError',
    code: 'invalidParams',
    data: { issues: [{ path: ['value'] }] },
  });
  await expect(api.request('fault')).rejects.toMatchObject({ code: 'internal', data: undefined });
  expect(faults).toEqual([expect.objectContaining({ name: 'ContractError' })]);

  const failed = new Promise((resolve) => session.on('messageFailed', resolve));
  api.send({ text: 1 } as never);
  expect(await failed).toMatchObject({ code: 'invalidMessage', data: { issues: [{ path: ['text'] }] } });
  expect(session.state).toBe('ready');
});

it('a text client of a server with a contract gets the text of the error as a reply', async () => {
  const { session, faults } = await start('text');
  const replies = session[Symbol.asyncIterator]();
  session.send('hello');
  expect(await replies.next()).toMatchObject({
    value: 'the message does not fit the contract: the application takes messages with data only',
  });
  expect([session.state, faults]).toEqual(['ready', []]);
});
