/** The authorizer: only an explicit `allow` opens a channel, and only as long as it holds. */
import { type Authorizer, allow, type ChannelVerdict, createChannels, deny } from '@sallyport/channels';
import { accept } from '@sallyport/core';
import { SimulatedClock } from '@sallyport/core/testing';
import { describe, expect, it } from 'vitest';
import { harness, settled } from '../harness.ts';

/** An authorizer whose verdicts the test gives, one by one. */
function manual() {
  const asked: string[] = [];
  const verdicts: {
    resolve: (verdict: unknown) => void;
    reject: (error: unknown) => void;
    signal: AbortSignal;
  }[] = [];
  const authorize: Authorizer = (session, channel, action, { signal }) => {
    asked.push(`${session.identity?.user} ${action} ${channel}`);
    return new Promise((resolve, reject) => {
      verdicts.push({ resolve: resolve as (verdict: unknown) => void, reject, signal });
    });
  };
  return { asked, verdicts, authorize };
}

/** An authorizer with a rule for each action. */
const ruled =
  (rules: Partial<Record<string, ChannelVerdict>>, otherwise: ChannelVerdict = allow()): Authorizer =>
  (_session, _channel, action) =>
    rules[action] ?? otherwise;

describe('what a user may do', () => {
  it('E35: each operation asks for its own action, and a denied one is answered `forbidden`', async () => {
    const { signIn, channels } = harness({ authorize: () => deny() });
    const ada = signIn();
    for (const operation of [
      { type: 'subscribe', channel: 'news' },
      { type: 'publish', channel: 'news', data: 1 },
      { type: 'presence', channel: 'news' },
    ])
      expect(ada.answer(await ada.ask(operation)).error.code).toBe('forbidden');
    expect([channels.followed, channels.counters.published]).toEqual([0, 0]);
  });

  it.each<[string, () => unknown]>([
    ['nothing', () => undefined],
    ['true', () => true],
    ['a verdict of another form', () => ({ verdict: 'Allowed' })],
    ['an end that is no number', () => ({ verdict: 'allowed', untilMs: 'tomorrow' })],
    [
      'an error',
      () => {
        throw new Error('broken');
      },
    ],
    ['a rejection', () => Promise.reject(new Error('broken'))],
    ['a promise of nothing', () => Promise.resolve(null)],
  ])('an authorizer that gives %s opens nothing, and is a fault', async (_, authorize) => {
    const { signIn, faults, channels } = harness({ authorize: authorize as Authorizer });
    const ada = signIn();
    expect((await ada.subscribe('news')).error.code).toBe('internal');
    const id = await ada.ask({ type: 'publish', channel: 'news', data: 1 });
    expect(ada.answer(id).error.code).toBe('internal');
    expect(faults.map(({ source }) => source)).toEqual(['authorizer', 'authorizer']);
    expect(channels.counters).toMatchObject({ subscribed: 0, published: 0, faults: 2 });
  });

  it('E35: a verdict that comes too late opens nothing, and its signal has fired', async () => {
    const { authorize, verdicts } = manual();
    const { signIn, clock, channels, faults } = harness({ authorize });
    const ada = signIn();
    const id = await ada.ask({ type: 'subscribe', channel: 'news' });
    clock.advance(5_000);
    expect(ada.answer(id).error.code).toBe('unavailable');
    expect([verdicts[0]?.signal.aborted, faults.length]).toEqual([true, 1]);
    verdicts[0]?.resolve(allow());
    await settled();
    expect(channels.subscribers('news')).toEqual([]);
  });

  it('E35: a client that must not recover only subscribes', async () => {
    const { signIn, publish } = harness({ authorize: ruled({ recover: deny() }) });
    await publish('news', 1);
    const ada = signIn();
    const { position } = await ada.subscribe('news', { history: 5 });
    expect(ada.received()[0]).toMatchObject({ recovered: false, publications: [] });
    await publish('news', 2);
    const bob = signIn('bob');
    expect(await bob.subscribe('news', { since: position })).toMatchObject({
      recovered: false,
      publications: [],
    });
  });

  it('recovery is asked for with the position, and only where the client wants it', async () => {
    const asked: unknown[] = [];
    const { signIn, publish } = harness({
      authorize: (_session, _channel, action, { since }) => {
        asked.push([action, since?.offset]);
        return allow();
      },
    });
    await publish('news', 1);
    const { position } = await signIn().subscribe('news');
    await signIn().subscribe('news', { since: position });
    expect(asked).toEqual([
      ['subscribe', undefined],
      ['subscribe', 1],
      ['recover', 1],
    ]);
  });

  it('what the authorizer keeps of a subscription is shown to code of the server, and to no client', async () => {
    const { signIn, channels } = harness({ authorize: () => allow({ info: { role: 'moderator' } }) });
    const ada = signIn();
    await ada.subscribe('news');
    expect(channels.subscribers('news')).toEqual([{ session: ada.session, info: { role: 'moderator' } }]);
    expect(JSON.stringify(ada.received())).not.toContain('moderator');
  });
});

describe('a permission that ends', () => {
  it('E36: the subscription ends with its permission, with a reason, and nothing is delivered afterwards', async () => {
    const { signIn, clock, publish } = harness({
      authorize: ({ identity }) => (identity?.user === 'ada' ? allow({ untilMs: 5_000 }) : allow()),
    });
    const [ada, bob] = [signIn('ada'), signIn('bob')];
    await ada.subscribe('news');
    await bob.subscribe('news');
    clock.advance(4_999);
    await publish('news', 1);
    clock.advance(1);
    await publish('news', 2);
    expect(ada.events()).toEqual(['1:1', 'unsubscribed']);
    expect(ada.received().at(-1)).toEqual({
      type: 'unsubscribed',
      channel: 'news',
      reason: 'permissionEnded',
    });
    expect(bob.events()).toEqual(['1:1', '2:2']);
  });

  it('it ends in time also if the wall clock is corrected', async () => {
    const { signIn, clock } = harness({ authorize: () => allow({ untilMs: 3_600_000 }) });
    const ada = signIn();
    await ada.subscribe('news');
    clock.moveWallClock(3_600_000);
    clock.advance(10_000);
    expect(ada.events()).toEqual(['unsubscribed']);
  });

  it('E36: a permission that has ended already opens nothing', async () => {
    const { signIn, clock } = harness({ authorize: () => allow({ untilMs: 1_000 }) });
    clock.advance(1_000);
    expect((await signIn().subscribe('news')).error.code).toBe('forbidden');
  });

  it.each(['follow', 'read'] as const)(
    'a permission that ends while the broker answers `%s` opens nothing, whatever was published meanwhile',
    async (method) => {
      const { signIn, clock, broker, channels, publish, node } = harness({
        authorize: () => allow({ untilMs: 1_000 }),
      });
      const other = node({ authorize: () => allow() });
      await other.publish('news', 1);
      const { position } = await other.signIn('bob').subscribe('news');
      broker.gate(method);
      const ada = signIn();
      await other.publish('news', 2);
      const id = await ada.ask({ type: 'subscribe', channel: 'news', since: position });
      clock.advance(1_000);
      await other.publish('news', 3);
      broker.open(method);
      await settled();
      expect(ada.answer(id).error?.code).toBe('forbidden');
      await publish('news', 4);
      expect([channels.subscribers('news'), ada.events()]).toEqual([[], []]);
    },
  );

  it('a permission that ends while `recover` is asked opens nothing, and no channel is followed for it', async () => {
    const { authorize, verdicts } = manual();
    const { signIn, clock, channels } = harness({ authorize });
    const ada = signIn();
    const id = await ada.ask({ type: 'subscribe', channel: 'news', history: 5 });
    verdicts[0]?.resolve(allow({ untilMs: 1_000 }));
    await settled();
    clock.advance(1_000);
    verdicts[1]?.resolve(allow());
    await settled();
    expect([ada.answer(id).error?.code, channels.followed]).toEqual(['forbidden', 0]);
  });

  it('a permission that ends on the way, after a refresh, makes the client ask again', async () => {
    const { signIn, clock, broker } = harness({
      authorize: () => allow({ untilMs: 1_000 }),
      sessions: { authenticate: () => accept('ada') },
    });
    broker.gate('follow');
    const ada = signIn();
    const id = await ada.ask({ type: 'subscribe', channel: 'news' });
    await ada.ask({ type: 'refresh', token: 't', id: undefined });
    clock.advance(1_000);
    broker.open('follow');
    await settled();
    expect(ada.answer(id).error?.code).toBe('unavailable');
  });

  it('a clock without a wall clock cannot end a permission, so such a permission opens nothing', async () => {
    const clock = new SimulatedClock();
    const { signIn, faults } = harness({
      authorize: () => allow({ untilMs: 9_000 }),
      clock: {
        now: () => clock.now(),
        setTimeout: (callback, ms) => clock.setTimeout(callback, ms),
        clearTimeout: (handle) => clock.clearTimeout(handle),
      },
    });
    expect((await signIn().subscribe('news')).error.code).toBe('internal');
    expect(String(faults[0]?.error)).toContain('wallNow');
  });

  it('no timer runs when no permission ends', async () => {
    const { signIn, clock } = harness({ authorize: () => allow({ untilMs: 3_600_000 }) });
    const before = clock.pending;
    const ada = signIn();
    await ada.subscribe('news');
    ada.leave();
    clock.advance(10_000);
    await settled();
    expect(clock.pending).toBe(before);
  });
});

describe('a refreshed identity', () => {
  const refreshable = {
    authenticate: () => accept('ada'),
  };
  const refresh = { type: 'refresh', token: 't', id: undefined };

  it('E36: after a refresh the authorizer is asked again, and a subscription that it denies ends', async () => {
    let verdict = allow();
    const { signIn, publish } = harness({
      authorize: (_session, channel) => (channel === 'secret' ? verdict : allow()),
      sessions: refreshable,
    });
    const ada = signIn();
    await ada.subscribe('news');
    await ada.subscribe('secret');
    verdict = deny();
    await ada.ask(refresh);
    await publish('secret', 1);
    await publish('news', 2);
    expect(ada.events()).toEqual(['refreshed', 'unsubscribed', '1:2']);
    expect(ada.received().find(({ type }) => type === 'unsubscribed')).toMatchObject({
      channel: 'secret',
      reason: 'permissionRevoked',
    });
  });

  it('E75: the subscription goes on while the authorizer thinks, and a late verdict of before counts for nothing', async () => {
    const { authorize, verdicts, asked } = manual();
    const { signIn, publish } = harness({ authorize, sessions: refreshable });
    const ada = signIn();
    const id = await ada.ask({ type: 'subscribe', channel: 'news' });
    await ada.ask(refresh);
    expect(asked).toEqual(['ada subscribe news', 'ada subscribe news']);
    expect(verdicts[0]?.signal.aborted).toBe(true);
    verdicts[0]?.resolve(allow());
    await settled();
    expect(ada.answer(id)).toBeUndefined();
    verdicts[1]?.resolve(allow());
    await settled();
    expect(ada.answer(id).type).toBe('subscribed');
    await ada.ask(refresh);
    await publish('news', 1);
    expect(ada.events()).toContain('1:1');
    verdicts[2]?.resolve(deny());
    await settled();
    expect(ada.received().at(-1)).toMatchObject({ type: 'unsubscribed', reason: 'permissionRevoked' });
  });

  it('E75: a refresh while the channel is being followed is asked for as soon as the place is there', async () => {
    let verdict = allow();
    const { signIn, broker } = harness({ authorize: () => verdict, sessions: refreshable });
    broker.gate('follow');
    const ada = signIn();
    const id = await ada.ask({ type: 'subscribe', channel: 'news' });
    verdict = deny();
    await ada.ask(refresh);
    broker.open('follow');
    await settled();
    expect(ada.answer(id).type).toBe('subscribed');
    expect(ada.received().at(-1)).toMatchObject({ type: 'unsubscribed', reason: 'permissionRevoked' });
  });

  it('an authorizer that fails at a refresh ends the subscription, and the client may subscribe again', async () => {
    let fails = false;
    const { signIn } = harness({
      authorize: () => {
        if (fails) throw new Error('broken');
        return allow();
      },
      sessions: refreshable,
    });
    const ada = signIn();
    await ada.subscribe('news');
    fails = true;
    await ada.ask(refresh);
    expect(ada.events()).toEqual(['refreshed', 'unsubscribed']);
    expect(ada.received().at(-1).reason).toBe('permissionEnded');
  });

  it('an authorizer that is too slow at a refresh ends the subscription, and the client may subscribe again', async () => {
    const { authorize, verdicts } = manual();
    const { signIn, clock } = harness({ authorize, sessions: refreshable });
    const ada = signIn();
    await ada.ask({ type: 'subscribe', channel: 'news' });
    verdicts[0]?.resolve(allow());
    await settled();
    await ada.ask(refresh);
    clock.advance(5_000);
    expect(ada.received().at(-1)).toMatchObject({ type: 'unsubscribed', reason: 'permissionEnded' });
  });
});

describe('what races an authorization', () => {
  it('E41, E75: a session that ends while the authorizer thinks gets no subscription', async () => {
    const { authorize, verdicts } = manual();
    const { signIn, channels, sessions } = harness({ authorize });
    const ada = signIn();
    await ada.ask({ type: 'subscribe', channel: 'news' });
    sessions.revoke('ada');
    expect(verdicts[0]?.signal.aborted).toBe(true);
    verdicts[0]?.resolve(allow());
    await settled();
    expect([channels.subscribers('news'), channels.followed]).toEqual([[], 0]);
  });

  const operations = [
    { type: 'subscribe', channel: 'news' },
    { type: 'publish', channel: 'news', data: 1 },
    { type: 'presence', channel: 'news' },
  ];

  it.each(operations)('E75: the signal fires when the client cancels: $type', async (operation) => {
    const { authorize, verdicts } = manual();
    const ada = harness({ authorize }).signIn();
    const id = await ada.ask(operation);
    expect(verdicts[0]?.signal.aborted).toBe(false);
    await ada.ask({ type: 'cancel', id });
    expect(verdicts[0]?.signal.aborted).toBe(true);
  });

  it.each(operations)('E75: the signal fires when the session ends: $type', async (operation) => {
    const { authorize, verdicts } = manual();
    const ada = harness({ authorize }).signIn();
    await ada.ask(operation);
    ada.leave();
    expect(verdicts[0]?.signal.aborted).toBe(true);
  });

  it.each(operations)('no timer of the question is left when the session ends: $type', async (operation) => {
    const { authorize } = manual();
    const { signIn, clock, faults } = harness({ authorize });
    // With one session left, the timers of all sessions go on.
    signIn('bob');
    const before = clock.pending;
    const ada = signIn();
    await ada.ask(operation);
    ada.leave();
    expect(clock.pending).toBe(before);
    clock.advance(5_000);
    expect(faults).toEqual([]);
  });

  it('E75: an `unsubscribe` takes back a subscription that is under way', async () => {
    const { authorize, verdicts } = manual();
    const { signIn, channels } = harness({ authorize });
    const ada = signIn();
    const first = await ada.ask({ type: 'subscribe', channel: 'news' });
    const second = await ada.ask({ type: 'unsubscribe', channel: 'news' });
    expect(ada.answer(first).error.code).toBe('cancelled');
    expect(ada.answer(second).type).toBe('unsubscribed');
    verdicts[0]?.resolve(allow());
    await settled();
    expect(channels.subscribers('news')).toEqual([]);
  });

  it('E75: a cancelled subscription takes no place, and the client may subscribe again at once', async () => {
    const { authorize, verdicts } = manual();
    const { signIn, channels, clock } = harness({ authorize });
    const ada = signIn();
    const first = await ada.ask({ type: 'subscribe', channel: 'news' });
    await ada.ask({ type: 'cancel', id: first });
    expect(ada.answer(first).error.code).toBe('cancelled');
    const second = await ada.ask({ type: 'subscribe', channel: 'news' });
    verdicts[0]?.resolve(allow());
    verdicts[1]?.resolve(allow());
    await settled();
    expect(ada.answer(second).type).toBe('subscribed');
    expect(channels.subscribers('news')).toHaveLength(1);
    clock.advance(5_000);
    expect(channels.counters.faults).toBe(0);
  });

  it('E75: a subscription that is cancelled while the channel is being followed takes no place', async () => {
    const { signIn, broker, channels, publish } = harness();
    const ada = signIn();
    broker.gate('follow');
    const id = await ada.ask({ type: 'subscribe', channel: 'news' });
    await ada.ask({ type: 'cancel', id });
    broker.open('follow');
    await settled();
    await publish('news', 1);
    expect([channels.subscribers('news'), ada.events()]).toEqual([[], []]);
  });
});

describe('the options of `allow`', () => {
  it('a wrong end is refused when the permission is made', () => {
    expect(() => allow({ untilMs: Number.NaN })).toThrow('untilMs');
    expect(() => allow({ until: 5 } as never)).toThrow('did you mean untilMs?');
  });

  it('channels without an authorizer are refused', () => {
    expect(() => createChannels({} as never)).toThrow('authorize must be a function');
  });
});
