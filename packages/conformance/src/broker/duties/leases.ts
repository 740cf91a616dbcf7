/** Duties with the leases of nodes, which keep their fields of the state. */
import { deepStrictEqual, equal } from 'node:assert/strict';
import type { BrokerStoryDefinition } from '../kit/broker-story.ts';

const LONG_MS = 86_400_000;
const SHORT_MS = 300;

export const leases: readonly BrokerStoryDefinition[] = [
  {
    duty: 'answers lost for the first lease of a node, then held',
    async run(stage) {
      const [a, b] = await stage.nodes('a', 'b');
      equal(await a.lease('n1', LONG_MS), 'lost');
      equal(await a.lease('n1', LONG_MS), 'held');
      equal(await b.lease('n2', LONG_MS), 'lost');
      equal(await a.lease('n1', LONG_MS), 'held');
    },
  },
  {
    duty: 'renews a lease for its new time',
    async run(stage) {
      const node = await stage.node();
      await node.lease('n1', SHORT_MS);
      // It may have run out already on a slow machine. Then this is a new one.
      await node.lease('n1', LONG_MS);
      await node.lease('other', SHORT_MS);
      await node.appended('room', '1', { state: { field: 'n1/f', value: 'v' } });
      await node.appended('room', '1', { state: { field: 'other/f', value: 'v' } });
      await stage.passUntil(
        'the end of the other lease',
        50,
        async () => !('other/f' in (await node.state('room'))),
      );
      deepStrictEqual(await node.state('room'), { 'n1/f': 'v' });
      equal(await node.lease('n1', LONG_MS), 'held');
    },
  },
  {
    duty: 'removes the fields of a node whose lease has run out, in every channel, and no others',
    async run(stage) {
      const [a, b] = await stage.nodes('a', 'b');
      for (const node of ['n', 'n1', 'dead', 'dead2']) await a.lease(node, LONG_MS);
      const fields = ['n/f', 'n1/f', 'dead2/f', 'dead', 'f', '/', 'n1/dead/f'];
      for (const channel of ['one', 'two'])
        for (const field of ['dead/f', 'dead/', 'dead/a/b', ...fields])
          await a.appended(channel, '1', { state: { field, value: field } });
      const dead = async (channel: string) =>
        Object.keys(await b.state(channel)).filter((field) => field.startsWith('dead/'));
      deepStrictEqual((await dead('one')).sort(), ['dead/', 'dead/a/b', 'dead/f']);
      await a.lease('dead', SHORT_MS);
      await stage.passUntil(
        'the end of the fields',
        50,
        async () => (await dead('one')).length + (await dead('two')).length === 0,
      );
      const left = fields.filter((field) => field !== '/').sort();
      for (const channel of ['one', 'two'])
        deepStrictEqual(
          Object.keys(await b.state(channel))
            .filter((field) => field !== '/')
            .sort(),
          left,
        );
    },
  },
  {
    duty: 'answers lost for a lease that has run out, and its fields do not come back',
    async run(stage) {
      const node = await stage.node();
      await node.lease('n1', LONG_MS);
      for (const channel of ['one', 'two'])
        await node.appended(channel, '1', { state: { field: 'n1/old', value: 'v' } });
      await node.lease('n1', SHORT_MS);
      // The first look at channel two comes after the node holds a lease again.
      await stage.passUntil(
        'the end of the fields of channel one',
        50,
        async () => !('n1/old' in (await node.state('one'))),
      );
      equal(await node.lease('n1', LONG_MS), 'lost');
      deepStrictEqual(await node.state('two'), {}, 'a field of the old lease came back with the new one');
      await node.appended('two', '1', { state: { field: 'n1/new', value: 'v' } });
      deepStrictEqual(await node.state('two'), { 'n1/new': 'v' });
      equal(await node.lease('n1', LONG_MS), 'held');
    },
  },
  {
    duty: 'keeps no field of a node that holds no lease',
    async run(stage) {
      const node = await stage.node();
      const { offset } = await node.appended('room', '1', { state: { field: 'n1/f', value: 'v' } });
      equal(offset, 1, 'the publication itself is appended');
      deepStrictEqual(await node.state('room'), {});
      await node.lease('n1', LONG_MS);
      deepStrictEqual(await node.state('room'), {}, 'a field came back with a lease');
    },
  },
];
