/** Duties with the keyed state of a channel. */
import { deepStrictEqual } from 'node:assert/strict';
import type { BrokerStoryDefinition } from '../kit/broker-story.ts';
import { inLanes } from '../kit/lanes.ts';

export const state: readonly BrokerStoryDefinition[] = [
  {
    duty: 'sets and removes fields of the state with an append',
    async run(stage) {
      const [a, b] = await stage.nodes('a', 'b');
      const set = (field: string, value: string | null) =>
        a.appended('room', '1', { state: { field, value } });
      deepStrictEqual(await b.state('room'), {});
      await set('ada', '1');
      await set('bob', '');
      await set('ada', '2');
      deepStrictEqual(await b.state('room'), { ada: '2', bob: '' });
      await set('ada', null);
      await set('never set', null);
      deepStrictEqual(await b.state('room'), { bob: '' });
      deepStrictEqual(await b.state('another room'), {});
    },
  },
  {
    duty: 'keeps the state where no history is kept',
    async run(stage) {
      const node = await stage.node();
      const retention = { size: 0, ms: 0 };
      await node.appended('room', '1', { retention, state: { field: 'f', value: 'v' } });
      await node.appended('room', '2', { retention });
      deepStrictEqual(await node.state('room'), { f: 'v' });
    },
  },
  {
    duty: 'answers state and top of one moment',
    async run(stage) {
      const [a, b] = await stage.nodes('a', 'b');
      const from = await b.follow('room');
      // Each publication says what it does to the state, so the log up to a top tells the state at that top.
      const acts = Array.from({ length: 150 }, (_, i) => ({
        field: `f${i % 7}`,
        value: i % 5 === 0 ? null : String(i),
      }));
      const append = (one: (typeof acts)[number]) => a.appended('room', JSON.stringify(one), { state: one });
      const appends = inLanes(acts, append);
      let isDone = false;
      void appends.finally(() => {
        isDone = true;
      });
      const snapshots = [];
      while (!isDone) snapshots.push(await b.trySnapshot('room'));
      snapshots.push(await b.trySnapshot('room'));
      await appends;
      await stage.expectAll(b, 'room', from, await a.top('room'));
      const log = b.arrivalsOf('room');
      for (const snapshot of snapshots) {
        if (snapshot.type !== 'snapshot') throw new Error('a snapshot was not answered');
        const expected = new Map<string, string>();
        for (const { json } of log.slice(0, snapshot.top.offset)) {
          const { field, value } = JSON.parse(json) as { field: string; value: string | null };
          if (value === null) expected.delete(field);
          else expected.set(field, value);
        }
        deepStrictEqual(
          Object.fromEntries(snapshot.state),
          Object.fromEntries(expected),
          `the state is not that of offset ${snapshot.top.offset}, which the snapshot names`,
        );
      }
    },
  },
];
