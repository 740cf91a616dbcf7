/** What the broker of a worker does when the parent ends, or does not keep up. `broker-stories.test.ts` has its duties. */
import type { StoredPublication } from '@sallyport/channels';
import { expect, it } from 'vitest';
import type { BrokerCall, BrokerNews } from '../../src/workers/broker/calls.ts';
import { ParentBroker } from '../../src/workers/broker/parent-broker.ts';
import { LogsProcess } from './logs-process.ts';

const retention = { size: 10, ms: 60_000 };
const top = { epoch: 'e', offset: 3, tag: '00000003' };
const publication = (offset: number): StoredPublication => ({
  offset,
  tag: `0000000${offset}`,
  prev: `0000000${offset - 1}`,
  json: String(offset),
});

function connected() {
  const calls: BrokerCall[] = [];
  const reports: string[] = [];
  const way = { isFull: false, post: (call: BrokerCall) => void calls.push(call) };
  const broker = new ParentBroker(way, 60_000);
  broker.start({
    publicationArrived: (channel, _epoch, { offset }) => void reports.push(`${channel} ${offset}`),
    interrupted: (reason) => void reports.push(`interrupted: ${reason}`),
    resumed: () => void reports.push('resumed'),
  });
  const answer = (outcome: unknown) => {
    const { id } = calls.at(-1) as BrokerCall;
    broker.take({ type: 'answered', id, outcome });
  };
  const arrive = (offset: number, epoch = 'e') =>
    broker.take({ type: 'arrived', channel: 'room', epoch, publication: publication(offset) });
  return { broker, calls, reports, way, answer, arrive };
}

it('what is under way when the parent ends is unknown, and what comes later unavailable', async () => {
  const { broker, reports } = connected();
  const [append, read] = [broker.append('room', '1', { retention }), broker.read('room', undefined, 1)];
  broker.lost('the parent process has ended');
  expect(await append).toEqual({ type: 'unknown', reason: 'the parent process has ended' });
  expect(await read).toEqual({ type: 'unavailable', reason: 'the parent process has ended' });
  expect(await broker.append('room', '2', { retention })).toEqual({
    type: 'unavailable',
    reason: 'the parent process has ended',
  });
  expect(await broker.tops(['a', 'b'])).toMatchObject([{ type: 'unavailable' }, { type: 'unavailable' }]);
  expect(reports).toEqual(['interrupted: the parent process has ended']);
});

it('a publication is unavailable, and not sent, while too much is on the way to the parent', async () => {
  const { broker, calls, way } = connected();
  way.isFull = true;
  expect(await broker.append('room', '1', { retention })).toMatchObject({ type: 'unavailable' });
  expect(calls).toEqual([]);
});

it('a parent that left out publications makes every channel read its log', async () => {
  const { broker, reports } = connected();
  await Promise.resolve();
  broker.take({ type: 'dropped' } satisfies BrokerNews);
  expect(reports.map((report) => report.replace(/:.*/, ''))).toEqual(['resumed', 'interrupted', 'resumed']);
});

it('reports what arrived behind the top, and nothing up to it, if publications come before the answer', async () => {
  const { broker, reports, answer, arrive } = connected();
  await Promise.resolve();
  const followed = broker.follow('room');
  for (const offset of [3, 4]) arrive(offset);
  answer({ type: 'top', top });
  arrive(5);
  expect(await followed).toEqual({ type: 'top', top });
  arrive(6);
  expect(reports).toEqual(['resumed', 'room 4', 'room 5', 'room 6']);
});

it('a follow in vain does not end one that waits for its answer', async () => {
  const { broker, calls, reports, arrive } = connected();
  await Promise.resolve();
  const [one, other] = [broker.follow('room'), broker.follow('room')];
  const [first, second] = calls;
  broker.take({ type: 'answered', id: first?.id ?? 0, outcome: { type: 'unavailable' } });
  expect((await one).type).toBe('unavailable');
  broker.take({ type: 'answered', id: second?.id ?? 0, outcome: { type: 'top', top } });
  expect((await other).type).toBe('top');
  arrive(4);
  expect(reports).toEqual(['resumed', 'room 4']);
});

it('a real parent that is killed leaves nothing pending', async () => {
  const logs = await LogsProcess.start({ keyMs: 60_000, deadlineMs: 60_000 });
  const broker = logs.createBroker();
  const reports: string[] = [];
  broker.start({
    publicationArrived() {},
    interrupted: () => void reports.push('interrupted'),
    resumed: () => void reports.push('resumed'),
  });
  await broker.follow('room');
  logs.signal('SIGSTOP');
  const append = broker.append('room', '1', { retention });
  logs.signal('SIGKILL');
  expect((await append).type).toBe('unknown');
  expect(reports).toEqual(['resumed', 'interrupted']);
  await logs.close();
});
