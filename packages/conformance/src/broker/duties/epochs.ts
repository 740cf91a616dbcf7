/** Duties with epochs: one for each life of a log. */
import { deepStrictEqual, equal, notEqual } from 'node:assert/strict';
import { topOf } from '../kit/broker-node.ts';
import type { BrokerStoryDefinition } from '../kit/broker-story.ts';

export const epochs: readonly BrokerStoryDefinition[] = [
  {
    duty: 'creates one epoch when several nodes use a new channel at once',
    async run(stage) {
      const [a, b, c] = await stage.nodes('a', 'b', 'c');
      for (let round = 0; round < 20; round += 1) {
        const channel = `room ${round}`;
        const [followed, appended, read, snapshot, tops] = await Promise.all([
          a.follow(channel),
          b.appended(channel, '1'),
          c.read(channel, undefined, 10),
          a.trySnapshot(channel),
          b.tops([channel, channel]),
        ]);
        const epochsOf = [
          followed.epoch,
          appended.epoch,
          read.type === 'read' && read.top.epoch,
          snapshot.type === 'snapshot' && snapshot.top.epoch,
          ...tops.map((outcome) => topOf(outcome).epoch),
        ];
        equal(new Set(epochsOf).size, 1, `the nodes have the epochs ${epochsOf.join(', ')}`);
        await stage.expectAll(a, channel, followed, await b.top(channel));
      }
    },
  },
  {
    duty: 'keeps the epoch of a channel',
    async run(stage) {
      const [a, b] = await stage.nodes('a', 'b');
      const { epoch } = await a.follow('room');
      await a.unfollow('room');
      equal((await b.appended('room', '1')).epoch, epoch);
      equal((await b.follow('room')).epoch, epoch);
      const outcome = await a.read('room', { epoch, offset: 0, tag: '' });
      equal(outcome.type, 'read');
    },
  },
  {
    duty: 'gives every channel an epoch of its own',
    async run(stage) {
      const node = await stage.node();
      notEqual((await node.top('one')).epoch, (await node.top('two')).epoch);
    },
  },
  {
    duty: 'begins a new epoch when the log is lost, and tells positions of the old one lost',
    needs: ['forgets'],
    async run(stage) {
      const [a, b] = await stage.nodes('a', 'b');
      await a.follow('room');
      await a.lease('n', 86_400_000);
      const old = await b.appended('room', '"old"', { key: 'k', state: { field: 'n/f', value: 'v' } });
      await stage.untilHeard(a, 'room', old);
      await stage.act('the broker forgets all', () => stage.served.forgetAll?.());
      const anew = await b.appended('room', '"new"', { key: 'k' });
      notEqual(anew.epoch, old.epoch, 'the log has the epoch of the one that was lost');
      equal(anew.offset, 1);
      deepStrictEqual(await b.state('room'), {}, 'the state is that of the log that was lost');
      equal(await a.lease('n', 86_400_000), 'lost');
      // The old log had an offset 1 too.
      equal((await a.read('room', old)).type, 'lost');
      deepStrictEqual(
        (await a.history('room')).map(({ json, prev }) => [json, prev]),
        [['"new"', '']],
      );
      // A channel that a node follows is followed in its new epoch too.
      await stage.untilHeard(a, 'room', anew);
    },
  },
  {
    duty: 'gives one new epoch to several nodes when the log is lost',
    needs: ['forgets'],
    async run(stage) {
      const [a, b] = await stage.nodes('a', 'b');
      const before = await a.follow('room');
      await stage.act('the broker forgets all', () => stage.served.forgetAll?.());
      const [one, other] = await Promise.all([a.top('room'), b.top('room')]);
      notEqual(one.epoch, before.epoch);
      equal(one.epoch, other.epoch);
    },
  },
];
