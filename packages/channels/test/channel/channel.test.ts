/** Channels: subscribe, publish, and the life of a channel that a node follows. */
import { describe, expect, it } from 'vitest';
import { harness, settled } from '../harness.ts';

describe('a channel', () => {
  it('every subscriber gets every publication once, in one order, also the one that publishes', async () => {
    const { signIn } = harness();
    const [ada, bob] = [signIn('ada'), signIn('bob')];
    await ada.subscribe('room:1');
    await bob.subscribe('room:1');
    const id = await ada.ask({ type: 'publish', channel: 'room:1', data: { text: 'hi' } });
    await bob.ask({ type: 'publish', channel: 'room:1', data: 2 });
    expect(ada.answer(id)).toMatchObject({ type: 'published', channel: 'room:1', position: { offset: 1 } });
    expect(ada.events()).toEqual(['1:{"text":"hi"}', '2:2']);
    expect(bob.events()).toEqual(['1:{"text":"hi"}', '2:2']);
    expect(bob.received().find((one) => one.type === 'publication')).toMatchObject({
      user: 'ada',
      channel: 'room:1',
    });
  });

  it('a publication of the server has no user, and reaches only subscribers of its channel', async () => {
    const { signIn, publish } = harness();
    const [ada, bob] = [signIn('ada'), signIn('bob')];
    await ada.subscribe('news');
    await bob.subscribe('other');
    await publish('news', 'a');
    expect(ada.received().at(-1)).toMatchObject({ type: 'publication', data: 'a' });
    expect(ada.received().at(-1)).not.toHaveProperty('user');
    expect(bob.events()).toEqual([]);
  });

  it('E44: the answer `subscribed` comes before the first publication, and tells where the subscription begins', async () => {
    const { signIn, publish, channels } = harness();
    await publish('news', 'before');
    const ada = signIn();
    ada.send({ type: 'subscribe', channel: 'news' });
    const published = channels.publish('news', 'meanwhile');
    await published;
    await settled();
    const [first, ...rest] = ada.received();
    expect(first).toMatchObject({ type: 'subscribed', recovered: false, publications: [] });
    expect(rest.map(({ offset }) => offset)).toEqual([2].filter((offset) => offset > first.position.offset));
  });

  it('a second subscription to a channel is answered `alreadySubscribed`, also while the first is under way', async () => {
    const { signIn, broker } = harness();
    const ada = signIn();
    broker.gate('follow');
    const first = await ada.ask({ type: 'subscribe', channel: 'news' });
    const second = await ada.ask({ type: 'subscribe', channel: 'news' });
    expect(ada.answer(second)?.error.code).toBe('alreadySubscribed');
    broker.open('follow');
    await settled();
    expect(ada.answer(first)?.type).toBe('subscribed');
    expect((await ada.subscribe('news')).error.code).toBe('alreadySubscribed');
  });

  it('E44: after `unsubscribed` no publication comes', async () => {
    const { signIn, publish } = harness();
    const [ada, bob] = [signIn('ada'), signIn('bob')];
    await ada.subscribe('news');
    await bob.subscribe('news');
    const id = await ada.ask({ type: 'unsubscribe', channel: 'news' });
    await publish('news', 'a');
    expect(ada.answer(id)).toEqual({ type: 'unsubscribed', id, channel: 'news' });
    expect(ada.events()).toEqual([]);
    expect(bob.events()).toEqual(['1:"a"']);
    const again = await ada.ask({ type: 'unsubscribe', channel: 'news' });
    expect(ada.answer(again)?.error.code).toBe('notSubscribed');
  });

  it('a channel without subscribers is unfollowed after ten seconds, and followed again when one comes', async () => {
    const { signIn, broker, clock, channels, moves } = harness();
    const ada = signIn();
    await ada.subscribe('news');
    await ada.ask({ type: 'unsubscribe', channel: 'news' });
    clock.advance(9_999);
    expect(broker.calls.unfollow).toBe(0);
    clock.advance(1);
    await settled();
    expect([broker.calls.unfollow, channels.followed]).toEqual([1, 0]);
    await ada.subscribe('news');
    expect(broker.calls.follow).toBe(2);
    expect(moves.map((move) => move.replace('news: ', ''))).toEqual([
      ' → following',
      'following → live',
      'live → unfollowing',
      'unfollowing → closed',
      ' → following',
      'following → live',
    ]);
  });

  it('a subscriber that comes within the ten seconds keeps the channel', async () => {
    const { signIn, broker, clock } = harness();
    const ada = signIn();
    await ada.subscribe('news');
    await ada.ask({ type: 'unsubscribe', channel: 'news' });
    clock.advance(5_000);
    await ada.subscribe('news');
    clock.advance(60_000);
    expect(broker.calls).toMatchObject({ follow: 1, unfollow: 0 });
  });

  it('a subscriber that comes while the channel is being unfollowed waits, and is subscribed afterwards', async () => {
    const { signIn, broker, clock, publish } = harness();
    const ada = signIn();
    await ada.subscribe('news');
    await ada.ask({ type: 'unsubscribe', channel: 'news' });
    broker.gate('unfollow');
    clock.advance(10_000);
    const id = await ada.ask({ type: 'subscribe', channel: 'news' });
    expect([ada.answer(id), broker.calls.follow]).toEqual([undefined, 1]);
    broker.open('unfollow');
    await settled();
    expect(ada.answer(id)?.type).toBe('subscribed');
    await publish('news', 'a');
    expect(ada.events()).toEqual(['1:"a"']);
  });

  it('a session that ends leaves all its channels', async () => {
    const { signIn, channels, clock, broker } = harness();
    const ada = signIn();
    for (const name of ['a', 'b', 'c']) await ada.subscribe(name);
    expect(channels.subscribers('b').map(({ session }) => session)).toEqual([ada.session]);
    ada.leave();
    expect(channels.subscribers('b')).toEqual([]);
    clock.advance(10_000);
    await settled();
    expect([channels.followed, broker.calls.unfollow]).toEqual([0, 3]);
    expect(channels.counters).toMatchObject({ subscribed: 3, unsubscribed: 3 });
  });

  it('E45: a subscriber that takes in too little ends, and no other subscriber waits for it', async () => {
    const { signIn, publish, channels } = harness();
    const [ada, bob, eve] = [signIn('ada'), signIn('bob'), signIn('eve')];
    for (const one of [ada, bob, eve]) await one.subscribe('news');
    bob.connection.sendResult = 'dropped';
    await publish('news', 'a', 'b');
    expect([ada.events(), eve.events()]).toEqual([
      ['1:"a"', '2:"b"'],
      ['1:"a"', '2:"b"'],
    ]);
    expect(channels.subscribers('news')).toHaveLength(2);
    expect(bob.session.state).toBe('closed');
  });

  it('a broker that reports junk ends that channel alone, and its subscribers are told', async () => {
    const { signIn, faults, broker, publish, channels } = harness();
    const ada = signIn();
    await ada.subscribe('a');
    await ada.subscribe('b');
    broker.inject('a', 'epoch', undefined as never);
    await publish('b', 1);
    expect(ada.events()).toEqual(['unsubscribed', '1:1']);
    expect(faults.map(({ source, channel }) => [source, channel])).toEqual([['channels', 'a']]);
    expect([broker.calls.unfollow, channels.followed]).toEqual([1, 1]);
    expect((await ada.subscribe('a')).type).toBe('subscribed');
    await publish('a', 2);
    expect(ada.events().at(-1)).toBe('1:2');
  });

  it('a node closes: what waits is answered, no timer runs, and the broker ends', async () => {
    const { signIn, broker, channels, clock, sessions } = harness();
    const ada = signIn();
    await ada.subscribe('a');
    broker.gate('follow');
    const id = await ada.ask({ type: 'subscribe', channel: 'b' });
    await channels.close();
    expect(ada.answer(id)?.error.code).toBe('unavailable');
    expect(ada.received()).toContainEqual({
      type: 'unsubscribed',
      channel: 'a',
      reason: 'unsubscribedByServer',
    });
    expect((await ada.subscribe('c')).error.code).toBe('unavailable');
    broker.open('follow');
    await settled();
    ada.leave();
    await sessions.drain();
    expect(clock.pending).toBe(0);
  });
});
