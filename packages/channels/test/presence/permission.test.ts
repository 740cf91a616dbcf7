/** The permission to see the presence: it may end, it may be withdrawn, and it is asked right behind a subscription. */
import {
  type AuthorizationContext,
  type Authorizer,
  allow,
  type ChannelVerdict,
  deny,
} from '@sallyport/channels';
import { accept } from '@sallyport/core';
import { describe, expect, it } from 'vitest';
import { type Client, harness, settled } from '../harness.ts';

const ask = { type: 'presence', channel: 'room' };
const refresh = { type: 'refresh', token: 't', id: undefined };
const counts = (client: Client) =>
  client
    .received()
    .filter(({ type }) => type === 'presenceChanged')
    .map(({ count }) => count);

/** A room in which ada watches. The test changes what the authorizer says of presence. */
async function watched(first: ChannelVerdict = allow()) {
  const rule: { presence: (context: AuthorizationContext) => ChannelVerdict | PromiseLike<ChannelVerdict> } =
    {
      presence: () => first,
    };
  const authorize: Authorizer = (_session, _channel, action, context) =>
    action === 'presence' ? rule.presence(context) : allow();
  const authenticate = (credentials: { type: string; username?: string }) =>
    accept(credentials.type === 'password' ? (credentials.username ?? '') : 'ada');
  const all = harness({ authorize, sessions: { authenticate } });
  const ada = all.signIn('ada');
  await ada.subscribe('room');
  await ada.ask(ask);
  /** A further user comes, and the changes go out. */
  const comes = async (user: string): Promise<void> => {
    await all.signIn(user).subscribe('room');
    all.clock.advance(1_000);
  };
  return { ...all, ada, rule, comes };
}

describe('a permission for presence', () => {
  it('E40: a user who may not see the presence after a refresh gets no changes any more, and stays subscribed', async () => {
    const { ada, rule, comes, publish } = await watched();
    await comes('bob');
    rule.presence = deny;
    await ada.ask(refresh);
    await comes('eve');
    await publish('room', 1);
    expect([counts(ada), ada.events().at(-1)]).toEqual([[2], '1:1']);
  });

  it('an authorizer that allows it again after a refresh keeps the changes coming', async () => {
    const { ada, comes } = await watched();
    await ada.ask(refresh);
    await comes('bob');
    expect(counts(ada)).toEqual([2]);
  });

  it('an authorizer that fails after a refresh ends the changes', async () => {
    const { ada, rule, comes, faults } = await watched();
    rule.presence = () => Promise.reject(new Error('broken'));
    await ada.ask(refresh);
    await comes('bob');
    expect([counts(ada), faults.length]).toEqual([[], 1]);
  });

  it('no change is told after the permission has ended', async () => {
    const { ada, comes } = await watched(allow({ untilMs: 2_000 }));
    await comes('bob');
    await comes('eve');
    await comes('tom');
    expect(counts(ada)).toEqual([2]);
  });

  it('a refresh while the question is asked makes it asked again', async () => {
    const { ada, rule, comes } = await watched();
    const verdicts: ((verdict: ChannelVerdict) => void)[] = [];
    rule.presence = () => new Promise((resolve) => verdicts.push(resolve));
    await ada.ask({ type: 'unsubscribe', channel: 'room' });
    await ada.subscribe('room');
    await ada.ask(ask);
    await ada.ask(refresh);
    verdicts[0]?.(allow());
    await settled();
    verdicts[1]?.(deny());
    await settled();
    await comes('bob');
    expect([verdicts.length, counts(ada)]).toEqual([2, []]);
  });

  it('a member that leaves takes back the question whether it may go on', async () => {
    const { ada, rule } = await watched();
    let signal: AbortSignal | undefined;
    rule.presence = (context) => {
      signal = context.signal;
      return new Promise(() => undefined);
    };
    await ada.ask(refresh);
    expect(signal?.aborted).toBe(false);
    await ada.ask({ type: 'unsubscribe', channel: 'room' });
    expect(signal?.aborted).toBe(true);
  });
});

describe('a question right behind a `subscribe`', () => {
  it('it is answered after the subscription, lists the client itself, and the changes follow', async () => {
    const { signIn, clock } = harness({ authorize: async () => allow() });
    const ada = signIn('ada');
    ada.send({ type: 'subscribe', channel: 'room' });
    const id = await ada.ask(ask);
    expect(ada.received().map(({ type }) => type)).toEqual(['subscribed', 'presence']);
    expect(ada.answer(id).users).toEqual([{ user: 'ada', connections: 1 }]);
    await signIn('bob').subscribe('room');
    clock.advance(1_000);
    expect(counts(ada).at(-1)).toBe(2);
  });

  it('it is answered also where the subscription comes to nothing', async () => {
    const { signIn } = harness({
      authorize: async (_session, _channel, action) => (action === 'subscribe' ? deny() : allow()),
    });
    const ada = signIn('ada');
    ada.send({ type: 'subscribe', channel: 'room' });
    const id = await ada.ask(ask);
    expect(ada.answer(id)).toMatchObject({ type: 'presence', count: 0 });
  });

  it('it is denied where its permission has ended until the subscription has its place', async () => {
    const { signIn, broker, clock } = harness({
      authorize: (_session, _channel, action) => allow(action === 'presence' ? { untilMs: 1_000 } : {}),
    });
    broker.gate('follow');
    const ada = signIn('ada');
    ada.send({ type: 'subscribe', channel: 'room' });
    const id = await ada.ask(ask);
    clock.advance(1_000);
    broker.open('follow');
    await settled();
    expect(ada.answer(id).error?.code).toBe('forbidden');
  });
});
