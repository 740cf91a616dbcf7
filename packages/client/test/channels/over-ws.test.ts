/** Channels over a real socket: two clients, and a server that is killed in between. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { allow, createChannels, createMemoryLogs } from '@sallyport/channels';
import { type ChannelItem, channels, connect } from '@sallyport/client';
import { createSessions } from '@sallyport/core';
import { attach, systemClock } from '@sallyport/ws';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { admin, right } from '../network.ts';

it('two clients read every publication once and in order, also those made while one server is replaced by another', async () => {
  const random = Math.random;
  const logs = createMemoryLogs({ clock: systemClock, random });
  const serve = async (at: number) => {
    const node = createChannels({
      authorize: () => allow(),
      clock: systemClock,
      random,
      broker: logs.createBroker(),
    });
    if (at > 0) await node.publish('room:42', 'three');
    const server: Server = createServer();
    const sockets = new Set<Socket>();
    server.on('connection', (socket) => sockets.add(socket));
    attach(server, createSessions({ authenticate: admin, clock: systemClock, channels: node }));
    await new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const kill = () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    };
    return { kill, port };
  };
  const first = await serve(0);
  const open = () => {
    const session = connect(`ws://127.0.0.1:${first.port}`, {
      credentials: right,
      extensions: [channels()],
      WebSocket,
      chance: () => 0,
    });
    const channel = session.channel('room:42');
    return { session, channel, reader: channel[Symbol.asyncIterator]() };
  };
  const [ada, bob] = [open(), open()];
  const read = async ({ reader }: ReturnType<typeof open>, count: number) => {
    const items: (ChannelItem | undefined)[] = [];
    while (items.length < count) items.push((await reader.next()).value);
    return items.map((item) => (item?.type === 'publication' ? item.data : item?.type));
  };
  const pending = [read(ada, 4), read(bob, 4)];
  await new Promise<void>((resolve) => {
    const check = () =>
      ada.channel.state === 'live' && bob.channel.state === 'live' ? resolve() : undefined;
    for (const { channel } of [ada, bob]) channel.on('state', check);
    check();
  });
  expect((await ada.channel.publish('one')).offset).toBe(1);
  await bob.channel.publish('two');
  // The server ends without a word. Another node publishes before it is back.
  await first.kill();
  const later = bob.channel.publish('four');
  const second = await serve(first.port);
  onTestFinished(() => void second.kill());
  expect((await later).offset).toBe(4);
  for (const items of await Promise.all(pending)) expect(items).toEqual(['one', 'two', 'three', 'four']);
  for (const { session } of [ada, bob]) session.close();
  await Promise.all([ada, bob].map(({ session }) => session.closed));
});
