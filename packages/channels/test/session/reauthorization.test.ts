/** `reauthorize`: the permissions of all sessions are asked for again, because rules or namespaces have changed. */
import { allow, type ChannelVerdict, deny, type Namespace } from '@sallyport/channels';
import { expect, it } from 'vitest';
import { type Client, harness, settled } from '../harness.ts';

const presence = { type: 'presence', channel: 'room' };
const reasons = (client: Client) =>
  client
    .received()
    .flatMap(({ type, channel, reason }) => (type === 'unsubscribed' ? [[channel, reason]] : []));

/** Users who are denied everything from now on. */
function denying(...users: string[]) {
  const denied = new Set(users);
  const authorize = (session: { identity?: { user: string } | undefined }) =>
    denied.has(session.identity?.user ?? '') ? deny() : allow();
  return { denied, authorize };
}

it('E36: `reauthorize` ends the subscriptions that the authorizer denies now, and no others', async () => {
  const { denied, authorize } = denying();
  const { signIn, channels, publish } = harness({ authorize });
  const [ada, bob] = [signIn('ada'), signIn('bob')];
  for (const client of [ada, bob]) for (const channel of ['one', 'two']) await client.subscribe(channel);
  denied.add('ada');
  channels.reauthorize();
  await publish('one', 1);
  expect(reasons(ada)).toEqual([
    ['one', 'permissionRevoked'],
    ['two', 'permissionRevoked'],
  ]);
  expect([ada.events().includes('1:1'), bob.events()]).toEqual([false, ['1:1']]);
});

it('`reauthorize` asks for subscriptions that code of the server made, too', async () => {
  const { signIn, channels } = harness({ authorize: () => deny() });
  const ada = signIn();
  expect(await channels.subscribe(ada.session, 'room')).toBe('subscribed');
  channels.reauthorize();
  await settled();
  expect(reasons(ada)).toEqual([['room', 'permissionRevoked']]);
});

it('a subscription that has no place yet at `reauthorize` is asked for as soon as it has one', async () => {
  const { denied, authorize } = denying();
  const { signIn, channels, broker } = harness({ authorize });
  broker.gate('follow');
  const ada = signIn();
  const id = await ada.ask({ type: 'subscribe', channel: 'room' });
  denied.add('ada');
  channels.reauthorize();
  broker.open('follow');
  await settled();
  expect(ada.answer(id).type).toBe('subscribed');
  expect(reasons(ada)).toEqual([['room', 'permissionRevoked']]);
  expect(channels.subscribers('room')).toEqual([]);
});

it('a verdict that is on its way at `reauthorize` is asked for again', async () => {
  let late: ((verdict: ChannelVerdict) => void) | undefined;
  let answer: () => ChannelVerdict | Promise<ChannelVerdict> = () =>
    new Promise((resolve) => {
      late = resolve;
    });
  const { signIn, channels } = harness({ authorize: () => answer() });
  const ada = signIn();
  await ada.ask({ type: 'subscribe', channel: 'room' });
  answer = deny;
  channels.reauthorize();
  late?.(allow());
  await settled();
  expect(reasons(ada)).toEqual([['room', 'permissionRevoked']]);
});

it('E40: `reauthorize` ends the changes of presence that the authorizer denies now, and keeps the subscription', async () => {
  let verdict = allow();
  const { signIn, channels, clock } = harness({
    authorize: (_session, _channel, action) => (action === 'presence' ? verdict : allow()),
  });
  const ada = signIn('ada');
  await ada.subscribe('room');
  await ada.ask(presence);
  verdict = deny();
  channels.reauthorize();
  await signIn('bob').subscribe('room');
  clock.advance(1_000);
  expect(ada.events()).toEqual([]);
  expect(channels.subscribers('room').length).toBe(2);
});

it('after `reauthorize` a subscription whose channel is in no namespace any more ends, and the channel is not found', async () => {
  let namespace: Partial<Namespace> | undefined = {};
  const { signIn, channels } = harness({ namespaces: () => namespace });
  const ada = signIn();
  await ada.subscribe('room');
  namespace = undefined;
  channels.reauthorize();
  expect(reasons(ada)).toEqual([['room', 'permissionRevoked']]);
  expect((await ada.subscribe('room')).error.code).toBe('channelNotFound');
});

it('after `reauthorize` a namespace without presence sends no changes', async () => {
  let namespace: Partial<Namespace> = {};
  const { signIn, channels, clock } = harness({ namespaces: () => namespace });
  const ada = signIn('ada');
  await ada.subscribe('room');
  await ada.ask(presence);
  namespace = { presence: false };
  channels.reauthorize();
  await signIn('bob').subscribe('room');
  clock.advance(1_000);
  expect(ada.events()).toEqual([]);
});

it('after `reauthorize` the history of a followed channel has the size of its new namespace', async () => {
  let namespace: Partial<Namespace> = { historySize: 2 };
  const { signIn, channels, publish } = harness({ namespaces: () => namespace });
  await signIn('ada').subscribe('room');
  const seen = async () => {
    const { publications } = await signIn('bob').subscribe('room', { history: 10 });
    return publications.map(({ data }: { data: unknown }) => data);
  };
  await publish('room', 1, 2, 3);
  expect(await seen()).toEqual([2, 3]);
  namespace = { historySize: 3 };
  channels.reauthorize();
  await publish('room', 4);
  expect(await seen()).toEqual([2, 3, 4]);
  namespace = { historySize: 1 };
  channels.reauthorize();
  expect(await seen()).toEqual([4]);
});

it('a function of namespaces that fails opens nothing, and ends subscriptions at `reauthorize`', async () => {
  let fails = false;
  const unserved: unknown[] = [];
  const { signIn, channels, faults } = harness({
    namespaces: () => {
      if (fails) throw new Error('broken');
      return {};
    },
    sessions: { onFault: (fault) => unserved.push(fault.error) },
  });
  const ada = signIn();
  await ada.subscribe('room');
  fails = true;
  channels.reauthorize();
  expect(reasons(ada)).toEqual([['room', 'permissionRevoked']]);
  expect(faults).toContainEqual(expect.objectContaining({ source: 'namespaces', channel: 'room' }));
  expect((await ada.subscribe('other')).error.code).toBe('internal');
  expect(unserved).toEqual([new Error('broken')]);
});
