/** What a subscription costs: one channel for all sessions, and several channels for each session. */
import { allow, createChannels } from '@sallyport/channels';
import { accept, type Connection, createSessions, type Receiver } from '@sallyport/core';
import { SimulatedClock } from '@sallyport/core/testing';
import { jsonProtocol } from '@sallyport/protocol';
import { expect, it } from 'vitest';
import { heapInUse } from './heap.ts';

const SESSIONS = 20_000;

/** A connection that keeps nothing. */
const connection: Connection = {
  bufferedAmount: 0,
  send: () => 'sent',
  ping: () => undefined,
  close: () => undefined,
  terminate: () => undefined,
};

function say(receiver: Receiver, message: object): void {
  const text = JSON.stringify(message);
  receiver.receive(text, text.length);
}

async function signedIn() {
  const clock = new SimulatedClock();
  const channels = createChannels({ authorize: () => allow(), clock, random: Math.random });
  const sessions = createSessions({
    authenticate: (given) => accept(given.type === 'password' ? given.username : ''),
    clock,
    channels,
    protocols: [jsonProtocol],
  });
  // The channels are followed before, so that every subscription is answered at once.
  const receivers = Array.from({ length: SESSIONS + 1 }, (_, number) => {
    const receiver = sessions.open(connection, { address: '127.0.0.1' });
    receiver.opened();
    say(receiver, { type: 'authenticate', username: `user${number}`, password: '1' });
    return receiver;
  });
  for (let number = 0; number < 4; number += 1)
    say(receivers[SESSIONS] as Receiver, { type: 'subscribe', id: number + 1, channel: `room:${number}` });
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  return { channels, receivers: receivers.slice(0, SESSIONS) };
}

it('the first subscription of a session costs at most 240 bytes, with all that core and the channels keep of the client', async () => {
  const { channels, receivers } = await signedIn();
  const before = await heapInUse();
  for (const receiver of receivers) say(receiver, { type: 'subscribe', id: 2, channel: 'room:0' });
  const each = ((await heapInUse()) - before) / SESSIONS;
  console.log(`first subscription, with the objects of the client: ${each.toFixed(0)} B`);
  for (const receiver of receivers) say(receiver, { type: 'unsubscribe', id: 3, channel: 'room:0' });
  expect(channels.subscribers('room:0')).toHaveLength(1);
  expect(each).toBeLessThan(240);
});

it('a subscription itself costs at most 150 bytes', async () => {
  const { channels, receivers } = await signedIn();
  // The objects of a client that uses channels.
  for (const receiver of receivers) say(receiver, { type: 'unsubscribe', id: 1, channel: 'room:0' });
  const before = await heapInUse();
  for (const receiver of receivers) say(receiver, { type: 'subscribe', id: 2, channel: 'room:0' });
  const each = ((await heapInUse()) - before) / SESSIONS;
  console.log(`subscription: ${each.toFixed(0)} B`);
  expect(channels.subscribers('room:0')).toHaveLength(SESSIONS + 1);
  expect(each).toBeLessThan(150);
});

it('a session with four subscriptions costs at most 250 bytes for each', async () => {
  const { channels, receivers } = await signedIn();
  const before = await heapInUse();
  for (let number = 0; number < 4; number += 1)
    for (const receiver of receivers)
      say(receiver, { type: 'subscribe', id: number + 2, channel: `room:${number}` });
  const each = ((await heapInUse()) - before) / SESSIONS / 4;
  console.log(`each of four subscriptions: ${each.toFixed(0)} B`);
  expect(channels.subscribers('room:3')).toHaveLength(SESSIONS + 1);
  expect(each).toBeLessThan(250);
});

it('a channel with its first subscription costs at most 2 100 bytes, with its log in memory', async () => {
  const { channels, receivers } = await signedIn();
  for (const receiver of receivers) say(receiver, { type: 'unsubscribe', id: 1, channel: 'room:0' });
  const before = await heapInUse();
  for (const [number, receiver] of receivers.entries()) {
    say(receiver, { type: 'subscribe', id: 2, channel: `own:${number}` });
    if (number % 100 === 0) for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  }
  const each = ((await heapInUse()) - before) / SESSIONS;
  console.log(`a channel with its first subscription: ${each.toFixed(0)} B`);
  expect(channels.followed).toBe(SESSIONS + 4);
  expect(each).toBeLessThan(2_100);
});
