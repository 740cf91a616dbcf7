/** Duties with the end of a broker. */
import { equal, ok } from 'node:assert/strict';
import type { BrokerStoryDefinition } from '../kit/broker-story.ts';

export const closing: readonly BrokerStoryDefinition[] = [
  {
    duty: 'stops all reports at once with close, and leaves other nodes alone',
    async run(stage) {
      const [a, b] = await stage.nodes('a', 'b');
      const from = await a.follow('room');
      await b.follow('room');
      const appends = Array.from({ length: 20 }, (_, i) => a.appended('room', String(i)));
      // The stage watches that nothing is reported from now on.
      await Promise.all([b.close(), ...appends]);
      await stage.expectAll(a, 'room', from, await a.appended('room', '"last"'));
    },
  },
  {
    duty: 'answers unavailable after close',
    async run(stage) {
      const [a, b] = await stage.nodes('a', 'b');
      await b.follow('room');
      await b.close();
      equal((await b.append('room', '1')).type, 'unavailable');
      equal((await b.read('room', undefined)).type, 'unavailable');
      equal((await b.tryFollow('room')).type, 'unavailable');
      for (const { type } of await b.tops(['room', 'other'])) equal(type, 'unavailable');
      equal((await b.trySnapshot('room')).type, 'unavailable');
      equal(await b.lease('n', 1_000), 'unavailable');
      await b.unfollow('room');
      equal((await a.top('room')).offset, 0, 'an append after `close` is in the log');
    },
  },
  {
    duty: 'answers what is pending when it closes',
    async run(stage) {
      const [a, b] = await stage.nodes('a', 'b');
      const pending = Array.from({ length: 20 }, (_, i) => b.append('room', String(i)));
      const reads = [b.read('room', undefined), b.trySnapshot('room'), b.tryFollow('room'), b.tops(['room'])];
      await b.close();
      await Promise.all(reads);
      const outcomes = await Promise.all(pending);
      const log = new Set((await a.history('room')).map(({ tag }) => tag));
      for (const outcome of outcomes)
        if (outcome.type === 'appended') ok(log.has(outcome.position.tag), 'an append is not in the log');
    },
  },
  {
    duty: 'closes twice without an error, and also before it is connected',
    async run(stage) {
      const node = await stage.node();
      await Promise.all([node.close(), node.close()]);
      await node.close();
      const broker = await stage.served.createBroker();
      broker.start({ publicationArrived() {}, interrupted() {}, resumed() {} });
      await stage.inTime('the answer of `close` right after `start`', broker.close());
    },
  },
];
