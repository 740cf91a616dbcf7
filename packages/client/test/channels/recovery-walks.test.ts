/**
 * Clients with channels and real servers over a simulated network: publishes, reads, cuts, restarts and slow readers in any order. Every
 * reader gets every publication once and in order, or is told that some are lost.
 */
import { allow, createChannels, createMemoryLogs } from '@sallyport/channels';
import { type ChannelItem, channels } from '@sallyport/client';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { network } from '../network.ts';

/** Random numbers that repeat. */
function seeded(): () => number {
  let state = 7;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

async function setting(historySize: number, unread: number) {
  const net = network();
  const random = seeded();
  const logs = createMemoryLogs({ clock: net.clock, random });
  let node = createChannels({
    authorize: () => allow(),
    clock: net.clock,
    random,
    broker: logs.createBroker(),
  });
  const restart = () => {
    node = createChannels({
      authorize: () => allow(),
      clock: net.clock,
      random,
      broker: logs.createBroker(),
      namespaces: { a: { historySize, historyMs: 600_000 } },
    });
    net.serve({ channels: node });
    net.cut();
  };
  restart();
  const { session } = net.connect({ extensions: [channels({ unread })] });
  await net.pass();
  return {
    net,
    session,
    channel: session.channel('a'),
    restart,
    publish: (data: unknown) => node.publish('a', data),
  };
}

/** What the offsets of a reader say: each follows the one before, or `lost` is between. */
function expectNoSilentGap(items: readonly ChannelItem[]): void {
  let last: number | undefined;
  for (const { type, position } of items) {
    if (type === 'publication' && last !== undefined) expect(position.offset).toBe(last + 1);
    last = position.offset;
  }
}

type Step =
  | { readonly does: 'publish' | 'publishFromServer'; readonly count: number }
  | { readonly does: 'cut' | 'restart' | 'down' | 'up' | 'consume' | 'pass' | 'loseAnswers' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      does: fc.constantFrom('publish' as const, 'publishFromServer'),
      count: fc.integer({ min: 1, max: 6 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ does: fc.constantFrom('consume' as const, 'pass') }) },
  {
    weight: 3,
    arbitrary: fc.record({ does: fc.constantFrom('cut' as const, 'restart', 'down', 'up', 'loseAnswers') }),
  },
);

it.each([
  ['nothing is lost, doubled or out of order while the history has all', 300, 3],
  ['a gap is never silent where the history is short', 4, 3],
])('over losses, restarts and slow readers: %s', async (_, historySize, unread) => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const { net, session, channel, restart, publish } = await setting(historySize, unread);
      const fast: ChannelItem[] = [];
      const slow: ChannelItem[] = [];
      const reader = channel[Symbol.asyncIterator]();
      void (async () => {
        for await (const item of channel) fast.push(item);
      })();
      await net.pass();
      expect(channel.state).toBe('live');
      let published = 0;
      let isReading = false;
      const consume = () => {
        if (isReading) return;
        isReading = true;
        void reader.next().then(({ value }) => {
          isReading = false;
          if (value) slow.push(value);
        });
      };
      const outcomes: Promise<unknown>[] = [];
      for (const one of steps) {
        if (one.does === 'publish' || one.does === 'publishFromServer')
          for (let count = one.count; count > 0; count -= 1) {
            published += 1;
            if (one.does === 'publish') outcomes.push(channel.publish(published, { timeoutMs: 60_000 }));
            else await publish(published);
            if (one.does === 'publishFromServer') await net.pass();
          }
        else if (one.does === 'consume') consume();
        else if (one.does === 'pass') await net.pass(1_000);
        else if (one.does === 'restart') restart();
        else if (one.does === 'cut') net.cut();
        else if (one.does === 'loseAnswers') {
          // The publication reaches the server, and its answer does not reach the client.
          published += 1;
          outcomes.push(channel.publish(published, { timeoutMs: 60_000 }));
          net.clock.advance(0);
          net.cut();
        } else net.isDown = one.does === 'down';
      }
      net.isDown = false;
      for (let turn = 0; turn < 12; turn += 1) await net.pass(4_000);
      expect(await Promise.all(outcomes)).toHaveLength(outcomes.length);
      for (let turn = 0; turn < 400 && (slow.at(-1)?.position.offset ?? 0) < published; turn += 1) {
        consume();
        await net.pass();
      }
      expect(channel.position?.offset ?? 0).toBe(published);
      for (const items of [fast, slow]) {
        expectNoSilentGap(items);
        if (published > 0) expect(items.at(-1)?.position.offset).toBe(published);
        if (historySize < 300) continue;
        const data = items.map((item) => (item.type === 'publication' ? item.data : item.type));
        expect([...data].sort((one, other) => Number(one) - Number(other))).toEqual(
          Array.from({ length: published }, (__, index) => index + 1),
        );
      }
      session.close();
      await net.pass();
    }),
    { numRuns: 40 },
  );
});
