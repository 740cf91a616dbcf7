/** A server that stops its heartbeats counts as lost, also before the first one. One that neither announced nor sent any does not. */
import { expect, it } from 'vitest';
import { scriptedServer } from './scripted-server.ts';

const heartbeat = { type: 'heartbeat' };

async function ready(
  options: Parameters<ReturnType<typeof scriptedServer>['connect']>[0] = {},
  announced: object = {},
) {
  const server = scriptedServer();
  const all = { server, ...server.connect(options) };
  await server.pass();
  await server.send({ type: 'authenticated', user: 'admin', ...announced });
  return all;
}

it('the client connects again if a server sent a heartbeat and then nothing for 60 s', async () => {
  const { server, session, steps } = await ready();
  await server.send(heartbeat);
  await server.pass(59_999);
  expect(session.state).toBe('ready');
  await server.pass(1);
  expect(steps.at(-1)).toMatch(/^(waiting|connecting|authenticating) connectionLost/);
  await server.pass(0);
  await server.send({ type: 'authenticated', user: 'admin' });
  expect([session.state, server.connections]).toEqual(['ready', 2]);
});

it('the client connects again if a server announced heartbeats in its acceptance and then sent nothing for 60 s', async () => {
  const { server, session, steps } = await ready({}, { heartbeatMs: 25_000 });
  await server.pass(59_999);
  expect(session.state).toBe('ready');
  await server.pass(1);
  expect(steps.at(-1)).toMatch(/^(waiting|connecting|authenticating) connectionLost/);
});

it.each([[-1], ['25000'], [null], [{}]])(
  'the client waits for the first heartbeat if the announcement is not a number of at least 0: %j',
  async (heartbeatMs) => {
    const { server, session } = await ready({}, { heartbeatMs });
    await server.pass(86_400_000);
    expect([session.state, server.connections]).toEqual(['ready', 1]);
  },
);

it('each heartbeat and each message restarts the 60 s', async () => {
  const { server, session } = await ready();
  await server.send(heartbeat);
  for (const sign of [heartbeat, { type: 'message', text: 'a' }, heartbeat]) {
    await server.pass(59_000);
    await server.send(sign);
  }
  expect([session.state, server.connections]).toEqual(['ready', 1]);
});

it('a heartbeat is not delivered as a message', async () => {
  const { server, session } = await ready({ unread: 0 });
  const heard: unknown[] = [];
  const stop = session.on('message', (message) => heard.push(message));
  await server.send(heartbeat);
  stop();
  await server.send(heartbeat);
  expect([heard, session.state]).toEqual([[], 'ready']);
});

it('a server that neither announced nor sent a heartbeat may stay silent', async () => {
  const { server, session } = await ready();
  await server.pass(59_000);
  await server.send({ type: 'message', text: 'a' });
  await server.pass(86_400_000);
  expect([session.state, server.connections]).toEqual(['ready', 1]);
});

it('without reconnecting, the session ends if the server stops its heartbeats', async () => {
  const { server, session } = await ready({ reconnect: false });
  await server.send(heartbeat);
  await server.pass(60_000);
  expect([session.state, await session.closed]).toEqual(['closed', 'connectionLost']);
  expect(server.clock.pending).toBe(0);
});
