/**
 * Keeps the workers: starts them, replaces one that has ended, and restarts them one after the other.
 *
 * Proven by: test/workers/supervisor.test.ts with simulated workers, test/workers/binaries.test.ts with real ones.
 */
import type { Clock } from '@sallyport/core';
import type { Logger } from 'pino';
import { StartupError } from '../startup-error.ts';
import type { ListeningFacts } from './messages.ts';
import { Place } from './place.ts';
import type { WorkerEnd, WorkerProcess } from './worker-process.ts';

/** A worker, as the supervisor uses it. */
export type SupervisedWorker = Pick<
  WorkerProcess,
  'id' | 'pid' | 'listening' | 'ended' | 'isListening' | 'hasEnded' | 'drain' | 'retire' | 'reload' | 'kill'
>;

/** After this many ends in a row while no worker has ever listened, the server cannot start. It is the report of a crash loop, too. */
const LOOP = 5;

/** A worker that retires waits for handshakes, and drains. Past this time, in milliseconds, it is killed. */
const RETIRE_MS = 20_000;

export class Supervisor<Worker extends SupervisedWorker> {
  readonly #start: () => Worker;
  readonly #places: readonly Place<Worker>[];
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #random: () => number;
  /** Every worker whose process lives. */
  readonly #alive = new Set<Worker>();
  readonly #settled = unsettled();
  /** Those of the first worker that listened. */
  #facts: ListeningFacts | undefined;
  #isEnding = false;
  #isRolling = false;
  #unexpectedEnds = 0;

  /** `start` starts a worker. `count` is the number of workers. */
  constructor(
    start: () => Worker,
    count: number,
    clock: Clock,
    log: Logger,
    random: () => number = Math.random,
  ) {
    this.#start = start;
    this.#clock = clock;
    this.#log = log;
    this.#random = random;
    this.#places = Array.from({ length: count }, () => new Place<Worker>());
  }

  /** All workers whose process lives, in the order in which they were started. */
  get alive(): readonly Worker[] {
    return [...this.#alive];
  }

  /** The workers that take clients. */
  get listening(): readonly Worker[] {
    return this.alive.filter((worker) => worker.isListening);
  }

  /** Workers that ended and were not told to. */
  get unexpectedEnds(): number {
    return this.#unexpectedEnds;
  }

  /**
   * Starts all workers. Resolves once each has listened or has ended before it did, and one has listened at least. Rejects with a `StartupError` if
   * no worker can start.
   */
  start(): Promise<ListeningFacts> {
    for (const place of this.#places) this.#fill(place);
    return this.#settled.promise;
  }

  /** Tells every worker to read its files again. */
  reload(): void {
    for (const worker of this.#alive) worker.reload();
  }

  /** Ends all workers. Resolves once all have ended, to how they did. */
  drain(signal: string): Promise<readonly WorkerEnd[]> {
    this.#isEnding = true;
    for (const place of this.#places) this.#clock.clearTimeout(place.timer);
    const { alive } = this;
    for (const worker of alive) worker.drain(signal);
    return Promise.all(alive.map(({ ended }) => ended));
  }

  /** Kills all workers. */
  kill(): void {
    this.#isEnding = true;
    for (const worker of this.#alive) worker.kill();
  }

  /**
   * Replaces all workers, one after the other: a new one listens before the old one stops. It ends at the first one that cannot start, and the old
   * ones stay.
   */
  async roll(): Promise<void> {
    if (this.#isRolling || this.#isEnding) {
      this.#log.warn({ event: 'rolling.ignored' }, 'SIGUSR2 ignored: the workers are being replaced or end');
      return;
    }
    this.#isRolling = true;
    const beganAt = this.#clock.now();
    this.#log.info(
      { event: 'rolling.began', workers: this.#places.length },
      'SIGUSR2: replacing the workers, one after the other',
    );
    const isDone = await this.#rollAll();
    this.#isRolling = false;
    if (isDone)
      this.#log.info(
        { event: 'rolling.ended', ms: Math.round(this.#clock.now() - beganAt) },
        'all workers are new',
      );
  }

  async #rollAll(): Promise<boolean> {
    for (const place of this.#places) {
      if (!(await this.#rollOne(place)) || this.#isEnding) return false;
    }
    return true;
  }

  async #rollOne(place: Place<Worker>): Promise<boolean> {
    this.#clock.clearTimeout(place.timer);
    const old = place.worker;
    place.isRolling = true;
    const next = this.#spawn();
    const end = await Promise.race([next.listening.then(() => undefined), next.ended]);
    place.isRolling = false;
    if (this.#isEnding) return false;
    if (end) {
      this.#log.error(
        { event: 'rolling.failed', worker: next.id },
        `${wordsOf(next.id, end)}; the other workers stay`,
      );
      // The old one may have ended meanwhile.
      if (!old || old.hasEnded) this.#fillLater(place);
      return false;
    }
    this.#keep(place, next);
    if (!old || old.hasEnded) return true;
    old.retire();
    const timer = this.#clock.setTimeout(() => old.kill(), RETIRE_MS);
    await old.ended;
    this.#clock.clearTimeout(timer);
    return true;
  }

  #spawn(): Worker {
    const worker = this.#start();
    this.#alive.add(worker);
    void worker.ended.then(() => this.#alive.delete(worker));
    void worker.listening.then(() => {
      const { id, pid } = worker;
      this.#log.info({ event: 'worker.listening', worker: id, pid }, `worker ${id} takes clients`);
    });
    return worker;
  }

  #fill(place: Place<Worker>): void {
    if (this.#isEnding) return;
    const worker = this.#spawn();
    this.#keep(place, worker);
  }

  /** From now on this worker has the place, and is replaced when it ends. */
  #keep(place: Place<Worker>, worker: Worker): void {
    place.take(worker);
    void worker.listening.then((facts) => {
      place.listened(this.#clock.now());
      this.#facts ??= facts;
      this.#settle();
    });
    void worker.ended.then((end) => {
      // A worker that was replaced, or told to end, is no concern.
      if (this.#isEnding || place.worker !== worker) return;
      this.#ended(place, worker, end);
    });
  }

  #ended(place: Place<Worker>, { id }: Worker, end: WorkerEnd): void {
    this.#unexpectedEnds += 1;
    place.ended(this.#clock.now());
    if (!this.#facts && (end.problem !== undefined || place.failures >= LOOP)) {
      this.#isEnding = true;
      this.kill();
      const tries =
        end.problem === undefined ? `, as ${LOOP} before it did: no worker has ever listened` : '';
      this.#settled.reject(new StartupError(end.problem ?? `${wordsOf(id, end)}${tries}`));
      return;
    }
    const { code, signal } = end;
    this.#log.error(
      {
        event: 'worker.ended',
        worker: id,
        ...(code !== null && { code }),
        ...(signal !== null && { signal }),
      },
      `${wordsOf(id, end)}; another one takes its place`,
    );
    this.#settle();
    if (!place.isRolling) this.#fillLater(place);
  }

  #fillLater(place: Place<Worker>): void {
    const retryInMs = place.pauseMs(this.#random());
    if (place.failures >= LOOP)
      this.#log.error(
        { event: 'worker.crashLoop', count: place.failures, retryInMs },
        `${place.failures} workers in a row ended soon after their start; the next one starts in ${retryInMs} ms`,
      );
    place.timer = this.#clock.setTimeout(() => this.#fill(place), retryInMs);
  }

  #settle(): void {
    if (this.#facts && this.#places.every(({ hasSettled }) => hasSettled)) this.#settled.resolve(this.#facts);
  }
}

interface Settled {
  readonly promise: Promise<ListeningFacts>;
  resolve(facts: ListeningFacts): void;
  reject(error: Error): void;
}

/** `Promise.withResolvers`, which Node 20 does not have. */
function unsettled(): Settled {
  let resolve: Settled['resolve'] = () => {};
  let reject: Settled['reject'] = () => {};
  const promise = new Promise<ListeningFacts>((onListening, onFailure) => {
    resolve = onListening;
    reject = onFailure;
  });
  return { promise, resolve, reject };
}

function wordsOf(id: number, { code, signal, problem }: WorkerEnd): string {
  if (problem !== undefined) return `worker ${id} cannot start: ${problem}`;
  return signal === null ? `worker ${id} ended with code ${code}` : `worker ${id} ended by ${signal}`;
}
