/** Duties with the order of publications. */
import { deepStrictEqual, equal, notEqual } from 'node:assert/strict';
import type { BrokerStoryDefinition } from '../kit/broker-story.ts';

const MANY = 100;
const count = (length: number) => Array.from({ length }, (_, i) => i);

export const order: readonly BrokerStoryDefinition[] = [
  {
    duty: 'delivers a publication to every node that follows the channel, the one that appended it too',
    async run(stage) {
      const [a, b, c] = await stage.nodes('a', 'b', 'c');
      const from = await a.follow('room');
      await b.follow('room');
      await c.follow('another room');
      const position = await a.appended('room', '{"text":"hi"}', { user: 'ada' });
      for (const node of [a, b]) await stage.expectAll(node, 'room', from, position);
      const { offset, tag } = position;
      const expected = [{ offset, tag, prev: '', user: 'ada', json: '{"text":"hi"}' }];
      for (const node of [a, b]) deepStrictEqual(node.arrivalsOf('room'), expected);
      equal(position.epoch, from.epoch, 'the position has another epoch than the channel');
    },
  },
  {
    duty: 'reports no user for a publication of the server',
    async run(stage) {
      const node = await stage.node();
      await node.follow('room');
      await stage.untilHeard(node, 'room', await node.appended('room', '1'));
      const [read] = await node.history('room');
      for (const one of [node.arrivalsOf('room')[0], read]) equal(one?.user, undefined);
    },
  },
  {
    duty: 'counts offsets from 1 without holes, also where no history is kept',
    async run(stage) {
      const [a, b] = await stage.nodes('a', 'b');
      const retention = { size: 0, ms: 0 };
      const from = await b.follow('room');
      const offsets: number[] = [];
      for (const i of count(5)) {
        const node = i % 2 ? a : b;
        offsets.push((await node.appended('room', String(i), { retention })).offset);
      }
      deepStrictEqual(offsets, [1, 2, 3, 4, 5]);
      await stage.expectAll(b, 'room', from, await a.top('room'));
    },
  },
  {
    duty: 'gives every publication the tag of the one before it',
    async run(stage) {
      const [a, b] = await stage.nodes('a', 'b');
      for (const i of count(4)) await (i % 2 ? a : b).appended('room', String(i));
      const publications = await a.history('room');
      let prev = '';
      for (const publication of publications) {
        equal(publication.prev, prev, `\`prev\` of offset ${publication.offset}`);
        prev = publication.tag;
      }
      equal(new Set(publications.map(({ tag }) => tag)).size, 4, 'two publications have the same tag');
    },
  },
  {
    duty: 'gives all nodes the same order when they append at once',
    async run(stage) {
      const nodes = await stage.nodes('a', 'b', 'c');
      const [a] = nodes;
      for (const node of nodes) await node.follow('room');
      const positions = await Promise.all(
        nodes.flatMap((node) => count(MANY).map((i) => node.appended('room', String(i)))),
      );
      const offsets = positions.map(({ offset }) => offset).sort((one, other) => one - other);
      deepStrictEqual(
        offsets,
        count(MANY * nodes.length).map((i) => i + 1),
        'two appends have one offset, or an offset is missing',
      );
      const last = await a.top('room');
      for (const node of nodes) await stage.expectAll(node, 'room', { ...last, offset: 0, tag: '' }, last);
    },
  },
  {
    duty: 'keeps the order of appends of one node',
    async run(stage) {
      const [a, b] = await stage.nodes('a', 'b');
      await b.follow('room');
      const positions = await Promise.all(count(MANY).map((i) => a.appended('room', String(i))));
      deepStrictEqual(
        positions.map(({ offset }) => offset),
        count(MANY).map((i) => i + 1),
        'the offsets are not in the order of the calls',
      );
      const json = (await b.history('room')).map((one) => one.json);
      deepStrictEqual(json, count(MANY).map(String), 'the log is not in the order of the calls');
    },
  },
  {
    duty: 'keeps the order of all ways to append',
    async run(stage) {
      const node = await stage.node();
      await node.lease('n', 60_000);
      // With a key, with a state, short and long: a broker may take another path for each.
      const kinds = [
        {},
        { key: 'k' },
        { state: { field: 'n/f', value: 'v' } },
        { user: 'u', key: 'k' },
        { retention: { size: 0, ms: 0 } },
      ];
      const positions = await Promise.all(
        kinds.map((options, i) =>
          node.appended('room', JSON.stringify('x'.repeat(i % 2 ? 30_000 : 1)), options),
        ),
      );
      deepStrictEqual(
        positions.map(({ offset }) => offset),
        [1, 2, 3, 4, 5],
      );
    },
  },
  {
    duty: 'counts the offsets of each channel apart',
    async run(stage) {
      const [a, b] = await stage.nodes('a', 'b');
      const from = await b.follow('one');
      const [first, , third] = await Promise.all([
        a.appended('one', '1'),
        a.appended('two', '2'),
        a.appended('one', '3'),
      ]);
      deepStrictEqual([first?.offset, third?.offset], [1, 2]);
      equal((await a.top('two')).offset, 1);
      notEqual((await a.top('two')).tag, third?.tag);
      await stage.expectAll(b, 'one', from, await a.top('one'));
    },
  },
];
