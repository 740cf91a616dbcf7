/** Readers of a channel: what they get in which order, over losses of the connection, gaps, slow readers and the ends of a subscription. */
import { type ChannelItem, type ChannelsOptions, channels } from '@sallyport/client';
import { expect, it } from 'vitest';
import { scriptedServer } from '../scripted-server.ts';

const at = (offset: number, epoch = 'e1') => ({
  epoch,
  offset,
  tag: offset === 0 ? '' : String(offset).padStart(8, '0'),
});
const publication = (offset: number) => ({ offset, tag: at(offset).tag, user: 'ada', data: offset });

/** A signed-in client with the channel `a`. */
async function signedIn(options: ChannelsOptions = {}) {
  const server = scriptedServer();
  const { session } = server.connect({ extensions: [channels(options)] });
  await server.pass();
  await server.send({ type: 'authenticated', user: 'admin' });
  const channel = session.channel('a');
  const states: string[] = [];
  channel.on('state', ({ state, code }) => states.push(code ? `${state} ${code}` : state));
  /** The operations that the client sent and that this function has not returned yet. */
  let seen = 1;
  const sent = () => {
    const all = server.received.slice(seen).map(({ message }) => message);
    seen = server.received.length;
    return all.filter(({ type }) => type !== 'authenticate');
  };
  return {
    server,
    session,
    channel,
    states,
    sent,
    /** Answers the newest operation that the client sent. */
    answer: (answer: object) =>
      server.send({ channel: 'a', id: server.received.at(-1)?.message['id'], ...answer }),
    subscribed: (offset: number, recovered = false, publications: readonly object[] = []) => ({
      type: 'subscribed',
      position: at(offset),
      recovered,
      publications,
    }),
    async publish(...offsets: number[]) {
      for (const one of offsets)
        await server.send({ type: 'publication', channel: 'a', ...publication(one) });
    },
    refuse: (code: string) =>
      server.send({
        type: 'response',
        id: server.received.at(-1)?.message['id'],
        error: { code, message: code },
      }),
    /** Signs in on a new connection. */
    async reconnect() {
      await server.close(1006);
      await server.pass(5_000);
      await server.send({ type: 'authenticated', user: 'admin' });
    },
  };
}

/** Reads a channel: what came so far is in the list. */
function reading(channel: AsyncIterable<ChannelItem>): (number | string)[] {
  const items: (number | string)[] = [];
  void (async () => {
    try {
      for await (const item of channel)
        items.push(item.type === 'lost' ? `lost ${item.position.offset}` : Number(item.data));
      items.push('end');
    } catch (error) {
      items.push(`error ${(error as { code?: string }).code}`);
    }
  })();
  return items;
}

it('a channel is subscribed with its first reader, and all readers get each publication once', async () => {
  const { server, channel, states, sent, answer, subscribed, publish } = await signedIn({ history: 2 });
  expect(sent()).toEqual([]);
  const [one, other] = [reading(channel), reading(channel)];
  await server.pass();
  expect(sent()).toEqual([{ type: 'subscribe', id: 1, channel: 'a', history: 2 }]);
  await answer(subscribed(2, false, [publication(1), publication(2)]));
  await publish(3, 3, 4);
  const late = reading(channel);
  await publish(5);
  expect(one).toEqual([1, 2, 3, 4, 5]);
  expect(other).toEqual(one);
  expect(late).toEqual([5]);
  expect(states).toEqual(['subscribing', 'live']);
  expect(channel.position).toEqual(at(5));
});

it('a client subscribes again after a loss with its position, and reads what it missed', async () => {
  const { channel, states, sent, answer, subscribed, publish, reconnect } = await signedIn();
  const items = reading(channel);
  await answer(subscribed(0));
  await publish(1);
  sent();
  await reconnect();
  expect(sent()).toEqual([{ type: 'subscribe', id: 2, channel: 'a', since: at(1) }]);
  await answer(subscribed(3, true, [publication(2), publication(3)]));
  await publish(4);
  expect(items).toEqual([1, 2, 3, 4]);
  expect(states).toEqual(['subscribing', 'live', 'recovering', 'live']);
});

it('readers are told what is lost when the server cannot recover it, and nothing where nothing is missing', async () => {
  const { channel, states, answer, subscribed, publish, reconnect } = await signedIn();
  const items = reading(channel);
  await answer(subscribed(1));
  await reconnect();
  await answer(subscribed(1));
  await publish(2);
  await reconnect();
  await answer(subscribed(9));
  expect(channel.state).toBe('lost');
  await publish(10);
  expect(items).toEqual([2, 'lost 9', 10]);
  expect(states.slice(2)).toEqual(['recovering', 'live', 'recovering', 'lost', 'live']);
});

it('a publication that does not follow the last one is a gap: the client subscribes anew and recovers it', async () => {
  const { channel, sent, answer, subscribed, publish } = await signedIn();
  const items = reading(channel);
  await answer(subscribed(0));
  await publish(1);
  sent();
  await publish(3, 4);
  expect(sent()).toMatchObject([{ type: 'unsubscribe', id: 2 }]);
  await answer({ type: 'unsubscribed' });
  expect(sent()).toMatchObject([{ type: 'subscribe', id: 3, since: at(1) }]);
  await answer(subscribed(4, true, [publication(2), publication(3), publication(4)]));
  await publish(5);
  expect(items).toEqual([1, 2, 3, 4, 5]);
});

it('a slow reader recovers from what it consumed last, and the others go on without a loss', async () => {
  const { server, channel, sent, answer, subscribed, publish } = await signedIn({ unread: 2 });
  const slow = channel[Symbol.asyncIterator]();
  const fast = reading(channel);
  await answer(subscribed(0));
  await publish(1, 2, 3, 4);
  sent();
  expect(await slow.next()).toMatchObject({ value: { data: 1 } });
  expect(await slow.next()).toMatchObject({ value: { data: 2 } });
  expect(sent()).toEqual([]);
  const third = slow.next();
  await server.pass();
  expect(sent()).toMatchObject([{ type: 'unsubscribe' }]);
  await answer({ type: 'unsubscribed' });
  expect(sent()).toMatchObject([{ type: 'subscribe', since: at(2) }]);
  await answer(subscribed(5, true, [publication(3), publication(4), publication(5)]));
  expect(await third).toMatchObject({ value: { data: 3 } });
  expect(await slow.next()).toMatchObject({ value: { data: 4 } });
  expect(await slow.next()).toMatchObject({ value: { data: 5 } });
  expect(fast).toEqual([1, 2, 3, 4, 5]);
});

it('a slow reader that cannot recover is told, and the others are not', async () => {
  const { server, channel, sent, answer, subscribed, publish } = await signedIn({ unread: 1 });
  const slow = channel[Symbol.asyncIterator]();
  const fast = reading(channel);
  await answer(subscribed(0));
  await publish(1, 2, 3);
  await slow.next();
  const next = slow.next();
  await server.pass();
  await answer({ type: 'unsubscribed' });
  await answer(subscribed(4));
  expect(await next).toMatchObject({ value: { type: 'lost', position: at(3) } });
  sent();
  await answer({ type: 'unsubscribed' });
  expect(sent()).toMatchObject([{ type: 'subscribe', since: at(3) }]);
  await answer(subscribed(4, true, [publication(4)]));
  expect(await slow.next()).toMatchObject({ value: { data: 4 } });
  expect(fast).toEqual([1, 2, 3, 4]);
});

it('the subscription ends after the last reader, and a later reader begins anew', async () => {
  const { server, channel, states, sent, answer, subscribed } = await signedIn();
  const reader = channel[Symbol.asyncIterator]();
  void reader.next();
  await answer(subscribed(1));
  await reader.return?.();
  sent();
  const items = reading(channel);
  await server.pass();
  expect(channel.position).toBeUndefined();
  await answer({ type: 'unsubscribed' });
  expect(sent()).toMatchObject([{ type: 'subscribe', channel: 'a' }]);
  await answer(subscribed(7));
  expect(items).toEqual([]);
  channel.unsubscribe();
  await server.pass();
  expect(items).toEqual(['end']);
  expect(states).toEqual(['subscribing', 'live', 'unsubscribed', 'subscribing', 'live', 'unsubscribed']);
});

it('an unsubscribe before the answer takes the subscribe back, also where the server has answered already', async () => {
  const { server, channel, sent, answer, subscribed } = await signedIn();
  reading(channel);
  channel.unsubscribe();
  expect(sent()).toEqual([
    { type: 'subscribe', id: 1, channel: 'a' },
    { type: 'cancel', id: 1 },
  ]);
  await server.send({ channel: 'a', id: 1, ...subscribed(1) });
  expect(sent()).toEqual([{ type: 'unsubscribe', id: 2, channel: 'a' }]);
  await answer({ type: 'unsubscribed' });
  expect(channel.state).toBe('unsubscribed');
});

it('a refusal ends the readers with its error, and what may pass is tried again', async () => {
  const { server, channel, states, sent, refuse } = await signedIn();
  const items = reading(channel);
  await refuse('unavailable');
  expect(items).toEqual([]);
  sent();
  await server.pass(250);
  expect(sent()).toMatchObject([{ type: 'subscribe' }]);
  await refuse('forbidden');
  await server.pass();
  expect(items).toEqual(['error forbidden']);
  expect(states).toEqual(['subscribing', 'unsubscribed forbidden']);
});

it('a permission that ends makes the client forget its position, and readers that go on are told of the gap', async () => {
  const { server, channel, sent, answer, subscribed, publish } = await signedIn();
  const items = reading(channel);
  await answer(subscribed(0));
  await publish(1);
  await server.send({ type: 'unsubscribed', channel: 'a', reason: 'permissionEnded' });
  expect(channel.position).toBeUndefined();
  sent();
  await server.pass(250);
  const [again] = sent();
  expect(again).not.toHaveProperty('since');
  await answer(subscribed(5));
  expect(items).toEqual([1, 'lost 5']);
  await server.send({ type: 'unsubscribed', channel: 'a', reason: 'permissionRevoked' });
  await server.pass();
  expect(items).toEqual([1, 'lost 5', 'error permissionRevoked']);
});

it('the end of the session ends the readers', async () => {
  const { server, session, channel, answer, subscribed } = await signedIn();
  const items = reading(channel);
  await answer(subscribed(0));
  session.close();
  await server.close(1000, 'client left');
  await server.pass();
  expect(items).toEqual(['end']);
  expect(channel.state).toBe('unsubscribed');
});

it('an unsubscribe also ends a reader that waits for the end of the subscription before', async () => {
  const { server, channel, sent, answer, subscribed } = await signedIn();
  const first = channel[Symbol.asyncIterator]();
  await answer(subscribed(1));
  await first.return?.();
  const items = reading(channel);
  channel.unsubscribe();
  await server.pass();
  expect(items).toEqual(['end']);
  sent();
  await answer({ type: 'unsubscribed' });
  expect(sent()).toEqual([]);
  expect(channel.state).toBe('unsubscribed');
});

it('a reader of a closed session ends at once', async () => {
  const { server, session, channel } = await signedIn();
  session.close();
  await server.close(1000, 'client left');
  await server.pass();
  expect(session.state).toBe('closed');
  const items = reading(channel);
  await server.pass();
  expect(items).toEqual(['end']);
  expect(channel.state).toBe('unsubscribed');
});

it('a program that reads again when it is signed out is subscribed after it resumes the session', async () => {
  const { server, session, channel, sent, answer, subscribed, publish } = await signedIn();
  reading(channel);
  await answer(subscribed(0));
  let items: (number | string)[] = [];
  const stop = channel.on('state', ({ state }) => {
    if (state !== 'unsubscribed') return;
    stop();
    items = reading(channel);
  });
  await server.close(4403, 'revoked');
  await server.pass();
  expect(session.state).toBe('signedOut');
  sent();
  session.resume();
  await server.pass();
  await server.send({ type: 'authenticated', user: 'admin' });
  expect(sent()).toMatchObject([{ type: 'subscribe', channel: 'a' }]);
  await answer(subscribed(3));
  await publish(4);
  expect(items).toEqual([4]);
});

it('an unsubscribe that the server refuses is sent again until the subscription has ended', async () => {
  const { server, channel, sent, answer, subscribed, refuse } = await signedIn();
  reading(channel);
  await answer(subscribed(1));
  channel.unsubscribe();
  const items = reading(channel);
  await refuse('tooManyRequests');
  sent();
  await server.pass(250);
  expect(sent()).toMatchObject([{ type: 'unsubscribe' }]);
  await refuse('unavailable');
  await server.pass(500);
  expect(sent()).toMatchObject([{ type: 'unsubscribe' }]);
  await refuse('notSubscribed');
  expect(sent()).toMatchObject([{ type: 'subscribe' }]);
  expect(items).toEqual([]);
});

it('an unsubscribe that the server refused is sent again until the server answers that there is no subscription', async () => {
  const { server, channel, sent, answer, subscribed, refuse } = await signedIn();
  reading(channel);
  await answer(subscribed(1));
  channel.unsubscribe();
  await refuse('tooManyRequests');
  await server.send({ type: 'unsubscribed', channel: 'a', reason: 'permissionRevoked' });
  sent();
  await server.pass(250);
  expect(sent()).toMatchObject([{ type: 'unsubscribe' }]);
  await refuse('notSubscribed');
  await server.pass(60_000);
  expect([sent(), channel.path]).toEqual([[], 'unsubscribed']);
});

it('a client that the server refuses because of a subscription waits for it, then ends it, and does so again after waits only', async () => {
  const { server, channel, sent, answer, subscribed, refuse, publish } = await signedIn();
  const items = reading(channel);
  await server.pass();
  sent();
  await refuse('alreadySubscribed');
  expect(sent()).toEqual([]);
  await server.pass(250);
  expect(sent()).toMatchObject([{ type: 'subscribe' }]);
  await refuse('alreadySubscribed');
  expect(sent()).toMatchObject([{ type: 'unsubscribe' }]);
  await answer({ type: 'unsubscribed' });
  expect(sent()).toMatchObject([{ type: 'subscribe' }]);
  await refuse('alreadySubscribed');
  expect(sent()).toMatchObject([{ type: 'unsubscribe' }]);
  await answer({ type: 'unsubscribed' });
  expect(sent()).toEqual([]);
  await server.pass(10_000);
  expect(sent()).toMatchObject([{ type: 'subscribe' }]);
  await answer(subscribed(0));
  await publish(1);
  expect(items).toEqual([1]);
});

it('a subscription that the server made by itself goes on over a loss, with a reader and without one', async () => {
  const { server, channel, sent, publish, refuse, reconnect } = await signedIn();
  const subscribe = (offset: number) =>
    server.send({ type: 'subscribed', channel: 'a', position: at(offset) });
  await subscribe(1);
  await reconnect();
  expect(sent()).toEqual([]);
  expect(channel.state).toBe('unsubscribed');
  await subscribe(1);
  const items = reading(channel);
  await publish(2);
  await reconnect();
  expect(sent()).toMatchObject([{ type: 'subscribe', since: at(2) }]);
  // The server subscribes the client by itself before it reads that.
  await subscribe(2);
  await refuse('alreadySubscribed');
  expect(channel.state).toBe('live');
  await publish(3);
  await reconnect();
  sent();
  await refuse('alreadySubscribed');
  await subscribe(5);
  await publish(6);
  expect(sent()).toEqual([]);
  expect(items).toEqual([2, 3, 'lost 5', 6]);
});

it('wrong names and options are refused with what is wrong', async () => {
  const { session } = await signedIn();
  expect(() => session.channel('a b')).toThrow(
    'The name of a channel must have 1 to 255 printable characters',
  );
  expect(() => channels({ unread: 0 })).toThrow('unread must be a whole number of at least 1');
  expect(() => channels({ history: -1 })).toThrow('history must be a whole number of at least 0');
  expect(() => channels({ unred: 1 } as never)).toThrow('channels has no option unred: did you mean unread?');
  const text = scriptedServer().connect({ protocol: 'text', extensions: [channels()] }).session;
  expect(() => text.channel('a')).toThrow('The text protocol has no channels');
  expect(session.channel('a')).toBe(session.channel('a'));
});

it('a channel reports each step of its machine, with the fact that caused it', async () => {
  const { server, channel, answer, subscribed, publish } = await signedIn();
  const steps: string[] = [];
  channel.on('transition', ({ fact, from, to }) => steps.push(`${from} ${fact} ${to}`));
  channel.on('state', ({ state }) => steps.push(state));
  expect(channel.path).toBe('unsubscribed');
  reading(channel);
  expect(channel.path).toBe('joining.asking');
  await answer(subscribed(7));
  // A publication leaves the channel in its state: that is not a step to another one.
  await publish(8);
  await server.close(1006);
  expect(steps).toEqual([
    'unsubscribed subscription.wanted joining.asking',
    'subscribing',
    'joining.asking subscribe.succeeded live',
    'live',
    'live connection.lost joining.asking',
    'recovering',
  ]);
});
