/** Channels, as code of the server uses them. */
import { allow, type ChannelVerdict, createChannels, deny } from '@sallyport/channels';
import { SimulatedClock } from '@sallyport/core/testing';
import { describe, expect, it, vi } from 'vitest';
import { harness, settled } from './harness.ts';

describe('publishing by the server', () => {
  it('no authorizer is asked, and the outcome tells the position', async () => {
    const { channels } = harness({ authorize: () => deny() });
    expect(await channels.publish('news', { text: 'hi' })).toMatchObject({
      type: 'published',
      position: { offset: 1 },
    });
    const first = await channels.publish('news', 2, { key: 'k' });
    expect(await channels.publish('news', 2, { key: 'k' })).toEqual(first);
  });

  it('the outcome tells honestly that nothing was published, or that the broker tells nothing', async () => {
    const { channels, broker } = harness();
    broker.unavailable.add('append');
    expect(await channels.publish('news', 1)).toEqual({ type: 'unavailable' });
    broker.unavailable.clear();
    broker.appendAnswer = { type: 'unknown', reason: 'a secret of the broker' };
    expect(await channels.publish('news', 1)).toEqual({ type: 'unknown' });
  });

  it.each<[string, unknown[], string]>([
    ['a channel with a space', ['a b', 1], 'channel must be'],
    ['a channel that is no text', [7, 1], 'channel must be'],
    ['a pattern', ['a*', 1], 'channel must be'],
    ['an empty channel', ['', 1], 'channel must be'],
    ['a channel of more than 255 characters', ['x'.repeat(256), 1], 'channel must be'],
    ['data that is not JSON', ['news', 1n], 'data must be JSON'],
    ['no data', ['news', undefined], 'data must be JSON'],
    ['data that is too big', ['news', 'x'.repeat(70_000)], 'data must be at most 65536 bytes'],
    ['a wrong key', ['news', 1, { key: '' }], 'key must be'],
    ['an unknown option', ['news', 1, { keys: 'k' }], 'did you mean key?'],
  ])('%s is a mistake of the caller', async (_, given, text) => {
    const { channels } = harness();
    await expect(channels.publish(...(given as [string, unknown]))).rejects.toThrow(text);
  });

  it('a channel that no namespace has is a mistake of the caller, and `channelNotFound` for a client', async () => {
    const { channels, signIn } = harness({ namespaces: { 'room:*': {} } });
    await expect(channels.publish('news', 1)).rejects.toThrow('channel must be in one of the `namespaces`');
    expect((await signIn().subscribe('news')).error.code).toBe('channelNotFound');
    expect((await signIn().subscribe('room:1')).type).toBe('subscribed');
  });
});

describe('subscribing a session by the server', () => {
  it('the client is told where it stands, and gets what comes', async () => {
    const { channels, signIn, publish } = harness({ authorize: () => deny() });
    await publish('news', 1);
    const ada = signIn();
    expect(await channels.subscribe(ada.session, 'news')).toBe('subscribed');
    await publish('news', 2);
    expect(ada.events().slice(1)).toEqual(['2:2']);
    expect(ada.received()[0]).toMatchObject({ type: 'subscribed', channel: 'news', position: { offset: 1 } });
    expect(ada.received()[0]).not.toHaveProperty('id');
    expect(await channels.subscribe(ada.session, 'news')).toBe('refused');
  });

  it('S18: a session that has ended, or a broker that is unavailable, gives no subscription', async () => {
    const { channels, signIn, broker } = harness();
    const ada = signIn();
    broker.unavailable.add('follow');
    expect(await channels.subscribe(ada.session, 'news')).toBe('unavailable');
    broker.unavailable.clear();
    ada.leave();
    expect(await channels.subscribe(ada.session, 'other')).toBe('refused');
  });

  it('a session that ends meanwhile is refused', async () => {
    const { channels, signIn, broker } = harness();
    const ada = signIn();
    broker.gate('follow');
    const outcome = channels.subscribe(ada.session, 'news');
    await settled();
    ada.leave();
    expect(await outcome).toBe('refused');
    broker.open('follow');
    await settled();
    expect(channels.subscribers('news')).toEqual([]);
  });

  it('the server ends a subscription, and the client is told why', async () => {
    const { channels, signIn, publish } = harness();
    const ada = signIn();
    await ada.subscribe('news');
    expect(channels.unsubscribe(ada.session, 'news')).toBe(true);
    expect(channels.unsubscribe(ada.session, 'news')).toBe(false);
    await publish('news', 1);
    expect(ada.received().slice(1)).toEqual([
      { type: 'unsubscribed', channel: 'news', reason: 'unsubscribedByServer' },
    ]);
  });

  it.each(['follow', 'authorizer'])(
    'the server ends a subscription that still waits for the %s, and the client gets no place',
    async (waitsFor) => {
      const verdicts: ((verdict: ChannelVerdict) => void)[] = [];
      const { channels, signIn, publish, broker } = harness({
        authorize: () => new Promise((resolve) => verdicts.push(resolve)),
      });
      broker.gate('follow');
      const ada = signIn();
      const id = await ada.ask({ type: 'subscribe', channel: 'news' });
      if (waitsFor === 'follow') verdicts[0]?.(allow());
      await settled();
      expect(channels.unsubscribe(ada.session, 'news')).toBe(true);
      expect(channels.unsubscribe(ada.session, 'news')).toBe(false);
      verdicts[0]?.(allow());
      broker.open('follow');
      await settled();
      await publish('news', 1);
      expect(ada.received().map((one) => [one.id, one.error?.code])).toEqual([[id, 'forbidden']]);
      expect(channels.subscribers('news')).toEqual([]);
    },
  );
});

describe('what a node reports', () => {
  it('an observer is told of subscriptions, publications and losses', async () => {
    const told: unknown[] = [];
    const { signIn, publish, logs } = harness({
      observe: {
        subscribed: (session, channel, recovered) =>
          told.push(['subscribed', session.identity?.user, channel, recovered]),
        unsubscribed: (_session, channel, reason) => told.push(['unsubscribed', channel, reason]),
        published: (session, channel, { offset }) =>
          told.push(['published', session?.identity?.user, channel, offset]),
        lost: (channel, { offset }) => told.push(['lost', channel, offset]),
      },
    });
    const ada = signIn();
    await ada.subscribe('news');
    await ada.ask({ type: 'publish', channel: 'news', data: 1 });
    logs.forgetAll();
    await publish('news', 2);
    ada.leave();
    expect(told).toEqual([
      ['subscribed', 'ada', 'news', false],
      ['published', 'ada', 'news', 1],
      ['published', undefined, 'news', 1],
      ['lost', 'news', 1],
      ['unsubscribed', 'news', undefined],
    ]);
  });

  it('an observer that fails changes nothing, and is a fault', async () => {
    const { signIn, faults } = harness({
      observe: {
        subscribed: () => {
          throw new Error('broken');
        },
        unsubscribed: (() => Promise.reject(new Error('broken later'))) as () => void,
      },
    });
    const ada = signIn();
    expect((await ada.subscribe('news')).type).toBe('subscribed');
    ada.leave();
    await settled();
    expect(faults.map(({ source }) => source)).toEqual(['observer', 'observer']);
  });

  it('without `onFault` a fault is one line on the standard error, without what the error holds besides its stack', async () => {
    const print = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    try {
      const broken = Object.assign(new Error('broken'), { password: 'secret' });
      const { signIn } = harness({
        authorize: () => {
          throw broken;
        },
        ...({ onFault: undefined } as object),
      });
      await signIn().subscribe('news');
      expect(print.mock.calls).toHaveLength(1);
      expect(String(print.mock.calls[0]?.[0])).toMatch(
        /^sallyport: channels: error \(authorizer, channel news\): Error: broken/,
      );
      expect(String(print.mock.calls[0]?.[0])).not.toContain('secret');
    } finally {
      print.mockRestore();
    }
  });

  it('the default broker is in memory', async () => {
    const clock = new SimulatedClock();
    const channels = createChannels({ authorize: () => allow(), clock, random: () => 0.5 });
    expect(await channels.publish('news', 1)).toMatchObject({ type: 'published' });
    await channels.close();
    expect(await channels.publish('news', 1)).toEqual({ type: 'unavailable' });
  });
});

describe('the channels of a node', () => {
  it('are those that it follows, with their state and the number of subscribers', async () => {
    const { channels, signIn } = harness();
    const [ada, bob] = [signIn('ada'), signIn('bob')];
    await ada.subscribe('news');
    await bob.subscribe('news');
    await bob.subscribe('other');
    expect([...channels]).toEqual([
      { channel: 'news', state: 'live', subscribers: 2 },
      { channel: 'other', state: 'live', subscribers: 1 },
    ]);
    expect(channels.followed).toBe(2);
  });
});
