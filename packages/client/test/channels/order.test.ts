/** The order of a client's publications, while a broker fails and the connection is lost: that of the calls, whatever is sent again. */
import { allow, createChannels, createMemoryLogs } from '@sallyport/channels';
import { channels, requests } from '@sallyport/client';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { network } from '../network.ts';
import { scriptedServer } from '../scripted-server.ts';

/** What the broker does with an append: appends it and says so, or says `unknown`; or says that it cannot. */
type Fate = 'appended' | 'appendedUnknown' | 'unknown' | 'unavailable';

function setting() {
  const net = network();
  const logs = createMemoryLogs({ clock: net.clock, random: Math.random });
  const fates: Fate[] = [];
  const log: unknown[] = [];
  const node = () => {
    const broker = logs.createBroker();
    const append = broker.append.bind(broker);
    broker.append = async (channel, json, options) => {
      const fate = fates.shift() ?? 'appended';
      if (fate === 'unavailable') return { type: 'unavailable', reason: 'a test' };
      if (fate === 'unknown') return { type: 'unknown' };
      const outcome = await append(channel, json, options);
      // A key that was there before gets the position of then.
      if (outcome.type === 'appended' && outcome.position.offset > log.length) log.push(JSON.parse(json));
      return fate === 'appended' ? outcome : { type: 'unknown' };
    };
    return createChannels({ authorize: () => allow(), clock: net.clock, random: Math.random, broker });
  };
  net.serve({ channels: node() });
  return { net, fates, log, restart: () => net.serve({ channels: node() }) };
}

const step = fc.oneof(
  { weight: 4, arbitrary: fc.constant('publish' as const) },
  {
    weight: 4,
    arbitrary: fc.constantFrom<Fate[]>('appended', 'appendedUnknown', 'unknown', 'unavailable'),
  },
  { weight: 3, arbitrary: fc.constantFrom('turn' as const, 'second', 'cut', 'restart') },
);

it('the log of a channel has the publications of a client once and in the order of its calls, over failures and losses', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { net, fates, log, restart } = setting();
      const { session } = net.connect({ extensions: [channels()], chance: Math.random });
      await net.pass();
      const outcomes: Promise<unknown>[] = [];
      for (const one of steps) {
        if (one === 'publish')
          outcomes.push(session.channel('a').publish(outcomes.length, { timeoutMs: 60_000 }));
        // One turn of the network: what is sent arrives, and perhaps its answer does not.
        else if (one === 'turn') net.clock.advance(0);
        else if (one === 'second') await net.pass(1_000);
        else if (one === 'cut') net.cut();
        else if (one === 'restart') {
          restart();
          net.cut();
        } else fates.push(one);
      }
      fates.length = 0;
      for (let turn = 0; turn < 20; turn += 1) await net.pass(2_000);
      const positions = (await Promise.all(outcomes)) as { offset: number }[];
      expect(log).toEqual(outcomes.map((_, index) => index));
      expect(positions.map(({ offset }) => offset)).toEqual(outcomes.map((_, index) => index + 1));
      session.close();
      await net.pass();
    }),
    { numRuns: 150 },
  );
});

const position = { epoch: 'e1', offset: 1, tag: '00000001' };

async function signedIn() {
  const server = scriptedServer();
  const { session } = server.connect({ extensions: [channels(), requests()] });
  await server.pass();
  await server.send({ type: 'authenticated', user: 'admin' });
  const sent = () =>
    server.received.flatMap(({ message: { type, channel, data } }) =>
      type === 'publish' ? [`${channel}:${data}`] : [],
    );
  const idOf = (data: unknown) =>
    server.received.findLast(({ message }) => message['data'] === data)?.message['id'];
  const answer = (data: unknown, message: object) =>
    server.send({ id: idOf(data), channel: 'a', ...message });
  return {
    server,
    session,
    sent,
    published: (data: unknown) => answer(data, { type: 'published', position }),
    fail: (data: unknown, code: string) => answer(data, { type: 'response', error: { code, message: code } }),
  };
}

it('a publication that failed for now is sent again before those behind it, and other channels do not wait', async () => {
  const { server, session, sent, published, fail } = await signedIn();
  const outcomes = [1, 2, 3].map((data) => session.channel('a').publish(data));
  void session.channel('b').publish(4);
  await server.pass();
  expect(sent()).toEqual(['a:1', 'b:4']);
  await fail(1, 'unavailable');
  await server.pass(249);
  expect(sent()).toEqual(['a:1', 'b:4']);
  await server.pass(1);
  expect(sent().slice(2)).toEqual(['a:1']);
  await published(1);
  expect(sent().slice(3)).toEqual(['a:2']);
  const refused = expect(outcomes[1]).rejects.toMatchObject({ code: 'forbidden' });
  await fail(2, 'forbidden');
  await refused;
  expect(sent().slice(4)).toEqual(['a:3']);
});

it('a publication that is given up lets the next one go, behind its cancellation', async () => {
  const { server, session, sent } = await signedIn();
  const channel = session.channel('a');
  const outcome = expect(channel.publish(1, { timeoutMs: 1_000 })).rejects.toMatchObject({
    code: 'timedOut',
  });
  const waiting = expect(channel.publish(2, { timeoutMs: 500 })).rejects.toMatchObject({ code: 'timedOut' });
  void channel.publish(3);
  await server.pass(999);
  await waiting;
  expect(sent()).toEqual(['a:1']);
  await server.pass(1);
  await outcome;
  expect(server.received.slice(-2).map(({ message }) => message['type'])).toEqual(['cancel', 'publish']);
  expect(sent()).toEqual(['a:1', 'a:3']);
});

it('a publication has the data of its call, however often it is sent and whatever happens to the data later', async () => {
  const { server, session } = await signedIn();
  const data = { text: 'first' };
  void session.channel('a').publish(data);
  void session
    .channel('a')
    .publish({ text: 'second' })
    .catch(() => {});
  data.text = 'changed';
  await server.pass();
  const id = server.received.at(-1)?.message['id'];
  await server.send({ type: 'response', id, error: { code: 'unknown', message: 'unknown' } });
  await server.pass(250);
  expect(server.received.slice(-2).map(({ message }) => message['data'])).toEqual([
    { text: 'first' },
    { text: 'first' },
  ]);
});

it('the end of the session rejects all publications that wait, and a resumed session publishes again', async () => {
  const { server, session, sent, published } = await signedIn();
  const channel = session.channel('a');
  const outcomes = [1, 2, 3].map((data) =>
    expect(channel.publish(data)).rejects.toMatchObject({ name: 'NotSentError', code: 'ended' }),
  );
  await server.close(4403, 'revoked');
  await server.pass();
  await Promise.all(outcomes);
  expect(sent()).toEqual(['a:1']);
  session.resume();
  await server.pass();
  await server.send({ type: 'authenticated', user: 'admin' });
  const next = channel.publish(5);
  await server.pass();
  expect(sent()).toEqual(['a:1', 'a:5']);
  await published(5);
  expect(await next).toEqual(position);
});
