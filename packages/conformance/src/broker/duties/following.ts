/** Duties with following: from when, until when, and nothing missed or doubled around it. */
import { deepStrictEqual, equal } from 'node:assert/strict';
import { topOf } from '../kit/broker-node.ts';
import type { BrokerStoryDefinition } from '../kit/broker-story.ts';

const ROUNDS = 20;

export const following: readonly BrokerStoryDefinition[] = [
  {
    duty: 'reports what follows the top that follow answered, and nothing up to it',
    async run(stage) {
      const [a, b] = await stage.nodes('a', 'b');
      for (let round = 0; round < ROUNDS; round += 1) {
        const channel = `room ${round}`;
        const append = (i: number) => a.appended(channel, String(i));
        const before = Array.from({ length: 10 }, (_, i) => append(i));
        // Appends are on their way while the node begins to follow.
        const followed = b.follow(channel);
        const after = Array.from({ length: 10 }, (_, i) => append(10 + i));
        const top = await followed;
        await Promise.all([...before, ...after]);
        await stage.expectAll(b, channel, top, await append(20));
      }
    },
  },
  {
    duty: 'misses nothing between a read and the publications that follow it',
    async run(stage) {
      const [a, b] = await stage.nodes('a', 'b');
      const start = await a.top('room');
      const appends = Array.from({ length: 50 }, (_, i) => a.appended('room', String(i)));
      const top = await b.follow('room');
      const read = await b.history('room', start);
      const positions = await Promise.all(appends);
      const last = positions.at(-1) ?? start;
      if (top.offset < last.offset) await stage.untilHeard(b, 'room', last);
      const seen = new Set([...read, ...b.arrivalsOf('room')].map(({ offset }) => offset));
      deepStrictEqual(
        [...seen].sort((one, other) => one - other),
        positions.map(({ offset }) => offset),
      );
    },
  },
  {
    duty: 'answers the top for a channel that is followed already, and reports each publication once',
    async run(stage) {
      const [a, b] = await stage.nodes('a', 'b');
      const from = await b.follow('room');
      const first = await a.appended('room', '1');
      deepStrictEqual(await b.follow('room'), first);
      await Promise.all([b.follow('room'), b.follow('room')]);
      await stage.expectAll(b, 'room', from, await a.appended('room', '2'));
    },
  },
  {
    duty: 'reports nothing after unfollow, from the call on',
    async run(stage) {
      const [a, b] = await stage.nodes('a', 'b');
      await b.follow('room');
      const appends = Array.from({ length: 20 }, (_, i) => a.appended('room', String(i)));
      // The stage watches that no publication is reported from now on.
      const unfollowed = b.unfollow('room');
      await Promise.all([...appends, unfollowed]);
      await a.appended('room', '"after"');
      await stage.barrier(b, a);
    },
  },
  {
    duty: 'follows again after unfollow, with nothing of what came in between',
    async run(stage) {
      const [a, b] = await stage.nodes('a', 'b');
      const first = await b.follow('room');
      const second = await a.appended('room', '1');
      await stage.expectAll(b, 'room', first, second);
      await b.unfollow('room');
      await a.appended('room', '2');
      deepStrictEqual(await b.follow('room'), await a.top('room'));
      const last = await a.appended('room', '3');
      await stage.untilHeard(b, 'room', last);
      deepStrictEqual(
        b.arrivalsOf('room').map(({ json }) => json),
        ['1', '3'],
      );
    },
  },
  {
    duty: 'does what the last of several calls says that follow and unfollow at once',
    async run(stage) {
      const [a, b] = await stage.nodes('a', 'b');
      for (let round = 0; round < ROUNDS; round += 1) {
        const channel = `room ${round}`;
        const calls = [b.tryFollow(channel), b.unfollow(channel), b.tryFollow(channel)] as const;
        const [, , outcome] = await Promise.all(calls);
        await stage.expectAll(b, channel, topOf(outcome), await a.appended(channel, '1'));
        const gone = `gone ${round}`;
        await Promise.all([b.tryFollow(gone), b.unfollow(gone), b.tryFollow(gone), b.unfollow(gone)]);
        await a.appended(gone, '1');
      }
      // The stage watches that nothing was reported of the channels that are not followed.
      await stage.barrier(b, a);
    },
  },
  {
    duty: 'follows again at once what it has just unfollowed',
    async run(stage) {
      const [a, b] = await stage.nodes('a', 'b');
      await b.follow('room');
      for (let round = 0; round < ROUNDS; round += 1) {
        const [, top] = await Promise.all([b.unfollow('room'), b.follow('room')]);
        const position = await a.appended('room', String(round));
        equal(position.offset, top.offset + 1);
        await stage.untilHeard(b, 'room', position);
      }
    },
  },
  {
    duty: 'answers unfollow of a channel that is not followed',
    async run(stage) {
      const node = await stage.node();
      await node.unfollow('never followed');
      await node.follow('room');
      await node.unfollow('room');
      await node.unfollow('room');
    },
  },
  {
    duty: 'follows many channels at once',
    async run(stage) {
      const [a, b] = await stage.nodes('a', 'b');
      const channels = Array.from({ length: 200 }, (_, i) => `room ${i}`);
      const tops = await Promise.all(channels.map((channel) => b.follow(channel)));
      const positions = await Promise.all(channels.map((channel) => a.appended(channel, '1')));
      for (const [i, channel] of channels.entries()) {
        const [top, position] = [tops[i], positions[i]];
        if (top && position) await stage.expectAll(b, channel, top, position);
      }
    },
  },
  {
    duty: 'answers the tops of several channels in the order of the question',
    async run(stage) {
      const [a, b] = await stage.nodes('a', 'b');
      const [one, two] = [await a.appended('one', '1'), await a.appended('two', '2')];
      const three = await b.follow('three');
      const tops = await b.tops(['two', 'three', 'one', 'two']);
      deepStrictEqual(tops.map(topOf), [two, three, one, two]);
      deepStrictEqual(await b.tops([]), []);
    },
  },
];
