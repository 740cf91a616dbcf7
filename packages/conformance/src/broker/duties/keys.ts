/** Duties with keys: an append that is sent twice takes effect once. */
import { deepStrictEqual, equal, notDeepStrictEqual } from 'node:assert/strict';
import type { BrokerStoryDefinition } from '../kit/broker-story.ts';

export const keys: readonly BrokerStoryDefinition[] = [
  {
    duty: 'appends once what is sent twice with one key',
    async run(stage) {
      const [a, b] = await stage.nodes('a', 'b');
      const from = await b.follow('room');
      const options = { user: 'ada', key: 'k' };
      const first = await a.appended('room', '"first"', options);
      await a.appended('room', '"another"', { user: 'ada', key: 'another' });
      deepStrictEqual(await a.appended('room', '"again"', options), first);
      deepStrictEqual(await b.appended('room', '"again"', options), first);
      const last = await a.appended('room', '"last"');
      await stage.expectAll(b, 'room', from, last);
      deepStrictEqual(
        b.arrivalsOf('room').map(({ json }) => json),
        ['"first"', '"another"', '"last"'],
      );
    },
  },
  {
    duty: 'appends once what two nodes send at once with one key',
    async run(stage) {
      const [a, b] = await stage.nodes('a', 'b');
      for (let round = 1; round <= 20; round += 1) {
        const options = { user: 'ada', key: `k${round}` };
        const positions = await Promise.all([a, b, a, b].map((node) => node.appended('room', '1', options)));
        for (const position of positions) deepStrictEqual(position, positions[0]);
        equal((await a.top('room')).offset, round);
      }
    },
  },
  {
    duty: 'appends what has no key every time',
    async run(stage) {
      const node = await stage.node();
      const positions = [await node.appended('room', '1'), await node.appended('room', '1')];
      deepStrictEqual(
        positions.map(({ offset }) => offset),
        [1, 2],
      );
    },
  },
  {
    duty: 'keeps keys apart by channel and by user',
    async run(stage) {
      const node = await stage.node();
      // A broker that only joins the three would confuse some of these.
      const scopes = [
        ['room', 'ada', 'k'],
        ['room', 'ada:k', 'k'],
        ['room:ada', 'k', 'k'],
        ['room', undefined, 'ada:k'],
        ['room', undefined, 'k'],
        ['room', '', 'k'],
        ['room', 'undefined', 'k'],
        ['room', 'null', 'k'],
        ['room', 'ada', ':k'],
        ['room', 'ada:', 'k'],
        ['room', 'ad', 'a:k'],
        ['room', 'ada', 'K'],
        ['Room', 'ada', 'k'],
      ] as const;
      const seen: unknown[] = [];
      for (const [channel, user, key] of scopes) {
        const position = await node.appended(channel, '1', { user, key });
        for (const one of seen)
          notDeepStrictEqual(position, one, `${channel}, ${user} and ${key} were taken for others`);
        seen.push(position);
      }
    },
  },
  {
    duty: 'forgets a key after keyMs',
    async run(stage) {
      await stage.serve({ keyMs: 200 });
      const node = await stage.node();
      const first = await node.appended('room', '1', { key: 'k' });
      await stage.passUntil('a second append with the key', 50, async () => {
        const { offset } = await node.appended('room', '1', { key: 'k' });
        return offset > first.offset;
      });
    },
  },
  {
    duty: 'remembers a key also where the publication is no longer kept',
    async run(stage) {
      const node = await stage.node();
      const retention = { size: 1, ms: 86_400_000 };
      const first = await node.appended('room', '1', { retention, key: 'k' });
      await node.appended('room', '2', { retention });
      deepStrictEqual(await node.appended('room', '1', { retention, key: 'k' }), first);
    },
  },
  {
    duty: 'changes neither state nor retention for a key that was used before',
    async run(stage) {
      const node = await stage.node();
      const state = (value: string | null) => ({ key: 'k', state: { field: 'f', value } });
      await node.appended('room', '1', state('first'));
      await node.appended('room', '1', state('second'));
      await node.appended('room', '1', { ...state(null), retention: { size: 0, ms: 0 } });
      deepStrictEqual(await node.state('room'), { f: 'first' });
      equal((await node.history('room')).length, 1);
    },
  },
];
