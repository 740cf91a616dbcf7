/** The subscriptions of one session: their number, their names, and their end. */
import { describe, expect, it } from 'vitest';
import { harness, settled } from '../harness.ts';

describe('the subscriptions of a session', () => {
  it('E38: a session may have so many subscriptions and no more, those under way included', async () => {
    const { signIn, broker } = harness({ limits: { channels: 3 } });
    const ada = signIn();
    await ada.subscribe('a');
    await ada.subscribe('b');
    broker.gate('follow');
    const third = await ada.ask({ type: 'subscribe', channel: 'c' });
    expect((await ada.subscribe('d')).error.code).toBe('tooManyChannels');
    broker.open('follow');
    await settled();
    expect(ada.answer(third).type).toBe('subscribed');
    await ada.ask({ type: 'unsubscribe', channel: 'a' });
    expect((await ada.subscribe('d')).type).toBe('subscribed');
  });

  it('each goes on its own, in whatever order they begin and end', async () => {
    const { signIn, publish, channels } = harness();
    const ada = signIn();
    const names = ['a', 'b', 'c', 'd'];
    for (const name of names) await ada.subscribe(name);
    for (const name of ['a', 'c']) await ada.ask({ type: 'unsubscribe', channel: name });
    for (const name of names) await publish(name, name);
    expect(ada.events()).toEqual(['1:"b"', '1:"d"']);
    await ada.subscribe('a');
    for (const name of ['b', 'd', 'a']) await ada.ask({ type: 'unsubscribe', channel: name });
    await ada.subscribe('e');
    await publish('e', 'e');
    expect(ada.events().at(-1)).toBe('1:"e"');
    expect(names.map((name) => channels.subscribers(name).length)).toEqual([0, 0, 0, 0]);
  });

  it('E37: channels with names of what every object inherits are channels like any other', async () => {
    const { signIn, publish } = harness();
    const ada = signIn();
    for (const name of ['__proto__', 'constructor', 'toString']) {
      expect((await ada.subscribe(name)).type).toBe('subscribed');
      await publish(name, name);
    }
    expect(ada.events()).toEqual(['1:"__proto__"', '1:"constructor"', '1:"toString"']);
  });

  it('E38: a node that follows as many channels as it may answers `unavailable` for a further one', async () => {
    const { signIn } = harness({ limits: { followedChannels: 1 } });
    const ada = signIn();
    await ada.subscribe('a');
    expect((await ada.subscribe('b')).error.code).toBe('unavailable');
    expect((await signIn('bob').subscribe('a')).type).toBe('subscribed');
  });

  it('E41: an identity that expires ends the subscriptions, and nothing is delivered afterwards', async () => {
    const { signIn, sessions, channels, publish } = harness();
    const ada = signIn();
    await ada.subscribe('news');
    sessions.revoke('ada');
    await publish('news', 1);
    expect(channels.subscribers('news')).toEqual([]);
    expect(ada.events()).toEqual([]);
  });

  it('E74: a server that drains ends the subscriptions of its clients', async () => {
    const { signIn, sessions, channels, clock } = harness();
    const ada = signIn();
    await ada.subscribe('news');
    const drained = sessions.drain();
    clock.advance(5_000);
    await drained;
    expect(channels.subscribers('news')).toEqual([]);
    expect(ada.session.state).toBe('closed');
  });

  it('an answer that ends its session leaves no subscription behind', async () => {
    const { signIn, channels } = harness();
    const ada = signIn();
    ada.connection.sendResult = 'dropped';
    await ada.ask({ type: 'subscribe', channel: 'news' });
    expect(channels.subscribers('news')).toEqual([]);
    expect(channels.counters.subscribed).toBe(channels.counters.unsubscribed);
  });
});
