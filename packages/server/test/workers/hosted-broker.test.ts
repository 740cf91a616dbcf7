/** How the parent spares its memory when a worker does not read. `broker-stories.test.ts` has the rest. */
import { createMemoryLogs } from '@sallyport/channels';
import { SimulatedClock } from '@sallyport/core/testing';
import { expect, it } from 'vitest';
import type { BrokerNews } from '../../src/workers/broker/calls.ts';
import { HostedBroker } from '../../src/workers/broker/hosted-broker.ts';

const retention = { size: 10, ms: 60_000 };

async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}

it('leaves out publications while the way is full, and says so once the worker has read', async () => {
  const news: BrokerNews[] = [];
  const way = { isFull: false, post: (one: BrokerNews) => void news.push(one) };
  const logs = createMemoryLogs({ clock: new SimulatedClock(), random: Math.random });
  const hosted = new HostedBroker(logs.createBroker(), way);
  const other = logs.createBroker();
  other.start({ publicationArrived() {}, interrupted() {}, resumed() {} });
  hosted.serve({ type: 'call', id: 1, method: 'follow', args: ['room'] });
  await settled();
  const publish = async (json: string) => {
    await other.append('room', json, { retention });
    await settled();
  };
  await publish('1');
  way.isFull = true;
  await publish('2');
  way.isFull = false;
  // A later one alone would hide the gap from a worker that does not compare tags.
  await publish('3');
  hosted.hasRead();
  hosted.hasRead();
  await publish('4');
  expect(news.map((one) => (one.type === 'arrived' ? one.publication.json : one.type))).toEqual([
    'answered',
    '1',
    'dropped',
    '4',
  ]);
  hosted.close();
});

it('ends to follow for a worker that has ended', async () => {
  const news: BrokerNews[] = [];
  const logs = createMemoryLogs({ clock: new SimulatedClock(), random: Math.random });
  const hosted = new HostedBroker(logs.createBroker(), { isFull: false, post: (one) => void news.push(one) });
  const other = logs.createBroker();
  other.start({ publicationArrived() {}, interrupted() {}, resumed() {} });
  hosted.serve({ type: 'call', id: 1, method: 'follow', args: ['room'] });
  await settled();
  hosted.close();
  await other.append('room', '1', { retention });
  await settled();
  expect(news.map(({ type }) => type)).toEqual(['answered']);
});
