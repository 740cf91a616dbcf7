/** Duties with the history of a channel: its size, its age, and what a position gets. */
import { deepStrictEqual, equal } from 'node:assert/strict';
import type { Position } from '@sallyport/protocol';
import type { BrokerNode } from '../kit/broker-node.ts';
import { KEPT } from '../kit/broker-node.ts';
import type { BrokerStoryDefinition } from '../kit/broker-story.ts';
import { inLanes } from '../kit/lanes.ts';

/** Appends the numbers from 1, and returns their positions, with the beginning in front. */
async function fill(node: BrokerNode, last: number, retention = KEPT): Promise<readonly Position[]> {
  const { epoch } = await node.top('room');
  const positions: Position[] = [{ epoch, offset: 0, tag: '' }];
  for (let i = 1; i <= last; i += 1) positions.push(await node.appended('room', String(i), { retention }));
  return positions;
}

const jsonOf = async (node: BrokerNode, since?: Position, limit?: number) =>
  (await node.history('room', since, limit)).map(({ json }) => Number(json));

/** Expects `lost`, with the top. */
async function expectLost(node: BrokerNode, what: string, since: Position): Promise<void> {
  const outcome = await node.read('room', since);
  equal(outcome.type, 'lost', `a read since ${what} answered \`${outcome.type}\``);
  deepStrictEqual(
    outcome.type === 'lost' && outcome.top,
    await node.top('room'),
    '`lost` has another top than the log',
  );
}

export const history: readonly BrokerStoryDefinition[] = [
  {
    duty: 'reads the publications after a position, oldest first',
    async run(stage) {
      const [a, b] = await stage.nodes('a', 'b');
      const positions = await fill(a, 5);
      for (const [offset, position] of positions.entries())
        deepStrictEqual(await jsonOf(b, position), [1, 2, 3, 4, 5].slice(offset));
    },
  },
  {
    duty: 'reads the oldest past the limit, and without a position the last',
    async run(stage) {
      const node = await stage.node();
      const positions = await fill(node, 5);
      deepStrictEqual(await jsonOf(node, positions[1], 2), [2, 3]);
      deepStrictEqual(await jsonOf(node, positions[3], 2), [4, 5]);
      deepStrictEqual(await jsonOf(node, undefined, 2), [4, 5]);
      deepStrictEqual(await jsonOf(node, undefined, 9), [1, 2, 3, 4, 5]);
    },
  },
  {
    duty: 'reads only the top for a limit of 0',
    async run(stage) {
      const node = await stage.node();
      const [start, first, top] = await fill(node, 2, { size: 1, ms: KEPT.ms });
      for (const since of [undefined, first])
        deepStrictEqual(await node.read('room', since, 0), { type: 'read', publications: [], top });
      equal((await node.read('room', start, 0)).type, 'lost');
    },
  },
  {
    duty: 'reads an empty log',
    async run(stage) {
      const node = await stage.node();
      const top = await node.top('room');
      deepStrictEqual({ ...top, epoch: '' }, { epoch: '', offset: 0, tag: '' });
      for (const since of [undefined, top])
        deepStrictEqual(await node.read('room', since), { type: 'read', publications: [], top });
    },
  },
  {
    duty: 'keeps as many publications as the retention says, and tells those before lost',
    async run(stage) {
      const node = await stage.node();
      const positions = await fill(node, 6, { size: 3, ms: KEPT.ms });
      deepStrictEqual(await jsonOf(node), [4, 5, 6]);
      deepStrictEqual(
        await jsonOf(node, positions[3]),
        [4, 5, 6],
        'since the position just before the oldest',
      );
      deepStrictEqual(await jsonOf(node, positions[4]), [5, 6]);
      await expectLost(node, 'a position whose next publication was dropped', positions[2] as Position);
      await expectLost(node, 'the beginning', positions[0] as Position);
    },
  },
  {
    duty: 'reads nothing where no history is kept, and loses nothing at the top',
    async run(stage) {
      const node = await stage.node();
      const positions = await fill(node, 2, { size: 0, ms: KEPT.ms });
      deepStrictEqual(await jsonOf(node), []);
      deepStrictEqual(await jsonOf(node, positions[2]), []);
      await expectLost(node, 'the position before the top', positions[1] as Position);
    },
  },
  {
    duty: 'takes the retention of the last append for the whole log',
    async run(stage) {
      const node = await stage.node();
      await fill(node, 5);
      await node.appended('room', '6', { retention: { size: 2, ms: KEPT.ms } });
      deepStrictEqual(await jsonOf(node), [5, 6]);
      await node.appended('room', '7');
      deepStrictEqual(await jsonOf(node), [5, 6, 7]);
      await node.appended('room', '8', { retention: { size: 3, ms: Number.POSITIVE_INFINITY } });
      deepStrictEqual(await jsonOf(node), [6, 7, 8], 'with an age without a limit');
    },
  },
  {
    duty: 'drops publications that are too old, and goes on counting',
    async run(stage) {
      const node = await stage.node();
      const positions = await fill(node, 3, { size: 100, ms: 200 });
      await stage.passUntil('an empty history', 50, async () => (await jsonOf(node)).length === 0);
      await expectLost(node, 'a position whose next publication is too old', positions[2] as Position);
      deepStrictEqual(await jsonOf(node, positions[3]), [], 'since the top, which is lost to no one');
      deepStrictEqual(await node.appended('room', '4').then(({ offset }) => offset), 4);
      deepStrictEqual(await jsonOf(node, positions[3]), [4]);
    },
  },
  {
    duty: 'drops each publication at its own age',
    async run(stage) {
      const node = await stage.node();
      const retention = { size: 100, ms: 1_000 };
      const first = await node.appended('room', '1', { retention });
      // The log is appended to again and again, so it lives on while its first publication grows old.
      let last = 1;
      await stage.passUntil('the drop of the first publication', 50, async () => {
        last += 1;
        await node.appended('room', String(last), { retention });
        return (await node.history('room')).every(({ offset }) => offset > first.offset);
      });
      equal((await node.top('room')).offset, last);
    },
  },
  {
    duty: 'tells a position of another history lost',
    async run(stage) {
      const node = await stage.node();
      const positions = await fill(node, 5, { size: 3, ms: KEPT.ms });
      const [, , second, third, , top] = positions as Position[];
      if (!second || !third || !top) throw new Error('not enough positions');
      await expectLost(node, 'another epoch', { ...top, epoch: 'another' });
      await expectLost(node, 'a position ahead of the top', { ...top, offset: 6 });
      await expectLost(node, 'the top with another tag', { ...top, tag: second.tag });
      await expectLost(node, 'a kept publication with another tag', { ...third, tag: top.tag });
      await expectLost(node, 'the position before the oldest with another tag', { ...second, tag: top.tag });
      deepStrictEqual(await jsonOf(node, second), [3, 4, 5]);
    },
  },
  {
    duty: 'tells a beginning with a tag lost',
    async run(stage) {
      const node = await stage.node();
      const empty = await node.top('room');
      await expectLost(node, 'offset 0 with a tag in an empty log', { ...empty, tag: 'aaaaaaaa' });
      await fill(node, 1);
      await expectLost(node, 'offset 0 with a tag', { ...empty, tag: 'aaaaaaaa' });
      deepStrictEqual(await jsonOf(node, empty), [1]);
    },
  },
  {
    duty: 'reads publications and top of one moment while others append',
    async run(stage) {
      const [a, b] = await stage.nodes('a', 'b');
      const since = await a.top('room');
      const retention = { size: 20, ms: KEPT.ms };
      const numbers = Array.from({ length: 200 }, (_, i) => String(i));
      const appends = inLanes(numbers, (json) => a.appended('room', json, { retention }));
      let isDone = false;
      void appends.finally(() => {
        isDone = true;
      });
      // Every read is checked: it has no hole, and ends at the top that it names.
      while (!isDone) {
        await b.read('room', undefined, 10);
        const outcome = await b.read('room', since);
        if (outcome.type === 'lost') await b.read('room', outcome.top);
      }
      await appends;
      equal((await b.top('room')).offset, 200);
    },
  },
];
