/** Stories of channels over a real transport (PROTOCOL.md, section 8): permissions, names, keys, and the borders of a subscription. */
import { type Authorizer, allow, createChannels, deny } from '@sallyport/channels';
import { accept, type Clock, refuse } from '@sallyport/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Client } from '../../wire/client.ts';
import type { Adapter } from '../adapter.ts';
import { serveSessions } from '../served-sessions.ts';

const JSON_PROTOCOL = { headers: { 'Sec-WebSocket-Protocol': 'sallyport.v1' } };

/** A server with channels. Every name with the password 1 is a user. */
async function serveChannels(adapter: Adapter, authorize: Authorizer) {
  const channels = createChannels({ authorize, clock: adapter.clock as Clock, random: Math.random });
  const server = await serveSessions(adapter, {
    channels,
    authenticate: (given) =>
      given.type === 'password' && given.password === '1' ? accept(given.username) : refuse(),
  });
  onTestFinished(() => channels.close());
  const enter = async (user: string) => {
    const client = await server.connect(JSON_PROTOCOL);
    await client.ask(JSON.stringify({ type: 'authenticate', username: user, password: '1' }));
    return userOf(client);
  };
  return { channels, enter };
}

function userOf(client: Client) {
  let id = 0;
  /** The next message that is not a heartbeat. */
  const next = async () => {
    for (;;) {
      const message = JSON.parse(await client.nextText());
      if (message.type !== 'heartbeat') return message;
    }
  };
  const send = (operation: object) => {
    id += 1;
    client.text(JSON.stringify({ id, ...operation }));
    return id;
  };
  return {
    send,
    next,
    ask: async (operation: object) => {
      send(operation);
      return next();
    },
  };
}

const subscribe = (channel: string) => ({ type: 'subscribe', channel });
const publish = (channel: string, data: unknown, more: object = {}) => ({
  type: 'publish',
  channel,
  data,
  ...more,
});
const failed = (code: string) => ({ type: 'response', error: { code } });

export function channelStories(adapter: Adapter): void {
  describe('a channel', () => {
    it('E35: opens for nothing that the authorizer did not allow, and each operation is asked for by itself', async () => {
      const { channels, enter } = await serveChannels(adapter, (session, channel, action) =>
        session.identity?.user === 'ada' && channel === 'room' && action !== 'presence' ? allow() : deny(),
      );
      const [ada, eve] = [await enter('ada'), await enter('eve')];
      expect(await ada.ask(subscribe('room'))).toMatchObject({ type: 'subscribed' });
      for (const type of ['subscribe', 'presence'])
        expect(await eve.ask({ type, channel: 'room' })).toMatchObject(failed('forbidden'));
      expect(await eve.ask(publish('room', 'a lie'))).toMatchObject(failed('forbidden'));
      expect(await ada.ask({ type: 'presence', channel: 'room' })).toMatchObject(failed('forbidden'));
      await channels.publish('room', 'the truth');
      expect(await ada.next()).toMatchObject({ type: 'publication', offset: 1, data: 'the truth' });
      expect(await eve.ask(subscribe('other'))).toMatchObject(failed('forbidden'));
    });

    it('E36, E44: ends a subscription with its permission, and delivers nothing before `subscribed` or afterwards', async () => {
      const { channels, enter } = await serveChannels(adapter, (_session, _channel, action) =>
        action === 'subscribe' ? allow({ untilMs: Date.now() + 300 }) : deny(),
      );
      const ada = await enter('ada');
      await channels.publish('room', 'before');
      const id = ada.send(subscribe('room'));
      expect(await ada.next()).toMatchObject({ type: 'subscribed', id, publications: [] });
      expect(await ada.next()).toMatchObject({ type: 'unsubscribed', reason: 'permissionEnded' });
      await channels.publish('room', 'afterwards');
      // The answer to a later operation: a publication would come before it.
      expect(await ada.ask({ type: 'presence', channel: 'room' })).toMatchObject(failed('forbidden'));
    });

    it('E37: has a name of printable ASCII; no other text is a name, and names that objects inherit are names like any other', async () => {
      const { channels, enter } = await serveChannels(adapter, () => allow());
      const ada = await enter('ada');
      for (const name of ['', '*', 'room:*', 'a b', 'rööm', 'room\u0000', 'ｒoom', 'a'.repeat(256)])
        expect(await ada.ask(subscribe(name))).toMatchObject(failed('invalidRequest'));
      for (const name of ['__proto__', 'constructor', 'hasOwnProperty', 'a'.repeat(255)]) {
        expect(await ada.ask(subscribe(name))).toMatchObject({ type: 'subscribed', channel: name });
        await channels.publish(name, name);
        expect(await ada.next()).toMatchObject({ type: 'publication', channel: name, offset: 1 });
        expect(await ada.ask({ type: 'unsubscribe', channel: name })).toMatchObject({ type: 'unsubscribed' });
      }
    });

    it('E42: gives a key to one user, so another user can neither suppress a publication nor learn its position', async () => {
      const { enter } = await serveChannels(adapter, () => allow());
      const [ada, eve] = [await enter('ada'), await enter('eve')];
      const first = await eve.ask(publish('room', 'first', { key: 'k' }));
      const other = await ada.ask(publish('room', 'other', { key: 'k' }));
      expect([first.position.offset, other.position.offset]).toEqual([1, 2]);
      expect((await ada.ask(publish('room', 'again', { key: 'k' }))).position).toEqual(other.position);
    });

    it('E44: sends a publication only between `subscribed` and `unsubscribed`, however fast a client subscribes and unsubscribes', async () => {
      const { channels, enter } = await serveChannels(adapter, () => allow());
      const ada = await enter('ada');
      let isPublishing = true;
      const publishing = (async () => {
        for (let count = 0; isPublishing; count += 1) {
          await channels.publish('room', count);
          await new Promise<void>((resolve) => adapter.clock.setTimeout(resolve, 0));
        }
      })();
      const rounds = 200;
      let isSubscribed = false;
      let ended = 0;
      for (let round = 0; round < rounds; round += 1) {
        ada.send(subscribe('room'));
        ada.send({ type: 'unsubscribe', channel: 'room' });
        const before = ended;
        while (ended === before) {
          const { type } = await ada.next();
          if (type === 'publication') expect(isSubscribed).toBe(true);
          else isSubscribed = type === 'subscribed';
          if (type === 'unsubscribed') ended += 1;
        }
      }
      isPublishing = false;
      await publishing;
      expect(ended).toBe(rounds);
    });
  });
}
