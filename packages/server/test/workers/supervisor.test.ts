/** The supervisor, with simulated workers and time. */
import { SimulatedClock } from '@sallyport/core/testing';
import { expect, it } from 'vitest';
import { createLogger } from '../../src/logging.ts';
import type { ListeningFacts } from '../../src/workers/messages.ts';
import { type SupervisedWorker, Supervisor } from '../../src/workers/supervisor.ts';
import type { WorkerEnd } from '../../src/workers/worker-process.ts';

const facts: ListeningFacts = {
  hasDemoUser: true,
  hasDemoChannels: true,
  authenticate: false,
  application: false,
};

class FakeWorker implements SupervisedWorker {
  readonly id: number;
  readonly pid = 4_711;
  readonly told: string[] = [];
  isListening = false;
  hasEnded = false;
  listen = () => {};
  end: (end?: Partial<WorkerEnd>) => void = () => {};
  readonly listening = new Promise<ListeningFacts>((resolve) => {
    this.listen = () => {
      this.isListening = true;
      resolve(facts);
    };
  });
  readonly ended = new Promise<WorkerEnd>((resolve) => {
    this.end = (end) => {
      this.hasEnded = true;
      this.isListening = false;
      resolve({ code: 1, signal: null, problem: undefined, ...end });
    };
  });

  constructor(id: number) {
    this.id = id;
  }

  drain(signal: string): void {
    this.told.push(`drain ${signal}`);
  }

  retire(): void {
    this.told.push('retire');
    this.isListening = false;
  }

  reload(): void {
    this.told.push('reload');
  }

  kill(): void {
    this.told.push('kill');
    this.end({ code: null, signal: 'SIGKILL' });
  }
}

function supervise(count: number) {
  const clock = new SimulatedClock();
  const lines: { event: string }[] = [];
  const log = createLogger('info', { write: (line: string) => void lines.push(JSON.parse(line)) });
  const workers: FakeWorker[] = [];
  const start = () => {
    const worker = new FakeWorker(workers.length + 1);
    workers.push(worker);
    return worker;
  };
  const supervisor = new Supervisor<FakeWorker>(start, count, clock, log, () => 1);
  const worker = (id: number) => {
    const found = workers[id - 1];
    if (!found) throw new Error(`worker ${id} was not started`);
    return found;
  };
  const events = () => lines.map(({ event }) => event).filter((event) => event !== 'worker.listening');
  return { clock, supervisor, workers, worker, events, lines };
}

/** Lets the reactions of settled promises run. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

async function startedWith(count: number) {
  const all = supervise(count);
  const started = all.supervisor.start();
  for (let id = 1; id <= count; id += 1) all.worker(id).listen();
  expect(await started).toBe(facts);
  return all;
}

it('starts all workers, and is ready when all listen', async () => {
  const { supervisor, worker, workers } = supervise(2);
  let isReady = false;
  void supervisor.start().then(() => {
    isReady = true;
  });
  expect(workers).toHaveLength(2);
  worker(1).listen();
  await settled();
  expect(isReady).toBe(false);
  worker(2).listen();
  await settled();
  expect(isReady).toBe(true);
  expect(supervisor.listening.map(({ id }) => id)).toEqual([1, 2]);
});

it('replaces a worker that ends: the first time at once, then after pauses that grow to 10 s', async () => {
  const { clock, supervisor, worker, workers, lines } = await startedWith(1);
  const pauses: number[] = [];
  for (let id = 1; id <= 12; id += 1) {
    worker(id).end();
    await settled();
    let pause = 0;
    while (workers.length === id) {
      clock.advance(pause === 0 ? 0 : 1);
      if (workers.length === id) pause += 1;
    }
    pauses.push(pause);
  }
  expect(pauses.slice(0, 5)).toEqual([0, 100, 200, 400, 800]);
  expect(pauses.slice(-2)).toEqual([10_000, 10_000]);
  expect(supervisor.unexpectedEnds).toBe(12);
  expect(lines[0]).toMatchObject({ event: 'worker.listening', worker: 1, pid: 4_711 });
  expect(lines[1]).toMatchObject({ event: 'worker.ended', level: 'error', worker: 1, code: 1 });
  expect(lines.find(({ event }) => event === 'worker.crashLoop')).toMatchObject({ count: 5, retryInMs: 800 });
});

it('takes a worker that has listened for 10 s for a sound one', async () => {
  const { clock, worker, workers } = await startedWith(1);
  for (let id = 1; id <= 3; id += 1) {
    clock.advance(10_000);
    worker(id).end();
    await settled();
    clock.advance(0);
    expect(workers).toHaveLength(id + 1);
    worker(id + 1).listen();
    await settled();
  }
});

it('cannot start if a worker says why it cannot, before any has listened', async () => {
  const { supervisor, worker } = supervise(2);
  const started = supervisor.start();
  worker(1).end({ code: 2, problem: 'users cannot be read' });
  await expect(started).rejects.toThrow(/^users cannot be read$/);
  expect(worker(2).told).toEqual(['kill']);
});

it('cannot start if no worker ever listens', async () => {
  const { clock, supervisor, worker, workers } = supervise(1);
  const failed = supervisor.start().catch((error: Error) => error.message);
  for (let id = 1; id <= 5; id += 1) {
    expect(workers).toHaveLength(id);
    worker(id).end({ code: null, signal: 'SIGSEGV' });
    await settled();
    clock.advance(10_000);
  }
  expect(await failed).toBe('worker 5 ended by SIGSEGV, as 5 before it did: no worker has ever listened');
  expect(workers).toHaveLength(5);
});

it('goes on in a crash loop of one worker, as long as another one has listened', async () => {
  const { clock, supervisor, worker, workers, events } = supervise(2);
  const started = supervisor.start();
  worker(1).listen();
  await settled();
  worker(2).end({ code: 2, problem: 'no memory' });
  expect(await started).toBe(facts);
  for (let id = 3; id <= 8; id += 1) {
    clock.advance(10_000);
    worker(id).end();
    await settled();
  }
  expect(workers.length).toBeGreaterThanOrEqual(8);
  expect(events()).toContain('worker.crashLoop');
  expect(supervisor.listening.map(({ id }) => id)).toEqual([1]);
});

it('rolls one worker after the other: the new one listens before the old one retires', async () => {
  const { supervisor, worker, workers, events } = await startedWith(2);
  const rolled = supervisor.roll();
  expect(workers).toHaveLength(3);
  expect(worker(1).told).toEqual([]);
  worker(3).listen();
  await settled();
  expect(worker(1).told).toEqual(['retire']);
  // The second one waits until the first is replaced.
  expect(workers).toHaveLength(3);
  worker(1).end({ code: 0 });
  await settled();
  worker(4).listen();
  await settled();
  expect(worker(2).told).toEqual(['retire']);
  worker(2).end({ code: 0 });
  await rolled;
  expect(supervisor.listening.map(({ id }) => id)).toEqual([3, 4]);
  expect(events()).toEqual(['rolling.began', 'rolling.ended']);
});

it('stops rolling at the first worker that cannot start, and keeps the old ones', async () => {
  const { supervisor, worker, workers, events } = await startedWith(2);
  const rolled = supervisor.roll();
  worker(3).end({ code: 2, problem: 'bad configuration' });
  await rolled;
  expect(events()).toEqual(['rolling.began', 'rolling.failed']);
  expect(supervisor.listening.map(({ id }) => id)).toEqual([1, 2]);
  expect(workers).toHaveLength(3);
});

it('replaces a worker that ended while its successor could not start', async () => {
  const { clock, supervisor, worker, workers } = await startedWith(1);
  const rolled = supervisor.roll();
  worker(1).end({ code: null, signal: 'SIGKILL' });
  await settled();
  clock.advance(10_000);
  expect(workers).toHaveLength(2);
  worker(2).end({ code: 1 });
  await rolled;
  clock.advance(10_000);
  expect(workers).toHaveLength(3);
});

it('kills a worker that does not end within 20 s after it was told to retire', async () => {
  const { clock, supervisor, worker } = await startedWith(1);
  const rolled = supervisor.roll();
  worker(2).listen();
  await settled();
  clock.advance(20_000);
  await rolled;
  expect(worker(1).told).toEqual(['retire', 'kill']);
});

it('ignores a second SIGUSR2 while it rolls', async () => {
  const { supervisor, workers, events } = await startedWith(1);
  void supervisor.roll();
  await supervisor.roll();
  expect(workers).toHaveLength(2);
  expect(events()).toEqual(['rolling.began', 'rolling.ignored']);
});

it('drains all workers at once, those of a roll too, and starts no other', async () => {
  const { clock, supervisor, worker, workers } = await startedWith(2);
  void supervisor.roll();
  const drained = supervisor.drain('SIGTERM');
  expect(workers.map(({ told }) => told)).toEqual(Array(3).fill(['drain SIGTERM']));
  for (let id = 1; id <= 3; id += 1) worker(id).end({ code: 0 });
  expect(await drained).toHaveLength(3);
  await settled();
  clock.advance(60_000);
  expect(workers).toHaveLength(3);
  expect(supervisor.alive).toEqual([]);
});

it('starts no worker in place of one that ended right before the drain', async () => {
  const { clock, supervisor, worker, workers } = await startedWith(1);
  worker(1).end();
  await settled();
  expect(await supervisor.drain('SIGTERM')).toEqual([]);
  clock.advance(60_000);
  expect(workers).toHaveLength(1);
});

it('tells all workers to reload', async () => {
  const { supervisor, worker } = await startedWith(2);
  supervisor.reload();
  for (const id of [1, 2]) expect(worker(id).told).toEqual(['reload']);
});
