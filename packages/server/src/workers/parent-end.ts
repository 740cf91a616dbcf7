/**
 * How the parent ends: a signal drains all workers at once, a second one kills them. It exits once all have ended, and everything that they logged
 * is written.
 *
 * Exit codes: 0 all drained · 1 an uncaught exception in the parent or in a worker that drained · 129, 130 or 143 a second signal. Proven by:
 * test/workers/binaries.test.ts.
 */
import { describeError } from '../describe-error.ts';
import type { Output } from '../logging.ts';
import { onSignals } from '../signals.ts';
import type { SharedSocket } from './shared-socket.ts';
import type { Supervisor } from './supervisor.ts';
import type { WorkerEnd, WorkerProcess } from './worker-process.ts';

/** A worker drains within 10 s. After this time, in milliseconds, those that hang are killed. */
const DEADLINE_MS = 12_000;

/** How long the last lines of a worker may take, in milliseconds. A process that the app has started may hold its output open. */
const SILENCE_MS = 1_000;

/** What signals do besides ending. */
interface ParentHooks {
  /** At SIGHUP. */
  reload(): void;
  /** At SIGUSR2: restart the workers one after the other. */
  roll(): void;
}

export class ParentEnd {
  readonly #supervisor: Supervisor<WorkerProcess>;
  readonly #socket: SharedSocket;
  readonly #output: Pick<Output, 'log' | 'flushed'>;
  #beganAt: number | undefined;
  #exitCode = 0;

  constructor(
    supervisor: Supervisor<WorkerProcess>,
    socket: SharedSocket,
    output: Pick<Output, 'log' | 'flushed'>,
  ) {
    this.#supervisor = supervisor;
    this.#socket = socket;
    this.#output = output;
  }

  get isDraining(): boolean {
    return this.#beganAt !== undefined;
  }

  /** Installs the handlers of the process for signals and uncaught exceptions. */
  obeySignals({ reload, roll }: ParentHooks): void {
    const { log } = this.#output;
    const beganAt = () => this.#beganAt;
    onSignals({
      get beganAt() {
        return beganAt();
      },
      drain: (signal) => {
        log.info(
          { event: 'drain.began', signal },
          'draining all workers; send the signal again to stop at once',
        );
        void this.#drain(signal);
      },
      stopAtOnce: (signal, exitCode) => {
        log.warn({ event: 'stopped.atOnce', signal }, 'stopped at once');
        this.#supervisor.kill();
        this.#socket.close();
        process.exit(exitCode);
      },
      reload,
    });
    process.on('SIGUSR2', roll);
    process.on('uncaughtException', (error, origin) => {
      this.#exitCode = 1;
      log.fatal(
        { event: 'uncaught', origin, err: describeError(error) },
        'uncaught exception: this is a bug',
      );
      if (!this.isDraining) void this.#drain('uncaught');
    });
  }

  async #drain(signal: string): Promise<void> {
    const beganAt = performance.now();
    this.#beganAt = beganAt;
    const { log, flushed } = this.#output;
    const { alive } = this.#supervisor;
    const deadline = setTimeout(() => {
      log.warn({ event: 'drain.timedOut' }, 'drain timed out: killed the remaining workers');
      this.#supervisor.kill();
    }, DEADLINE_MS);
    const ends = await this.#supervisor.drain(signal);
    clearTimeout(deadline);
    if (ends.some(hasFailed)) this.#exitCode = 1;
    await Promise.race([
      Promise.all(alive.map(({ silent }) => silent)),
      new Promise((resolve) => setTimeout(resolve, SILENCE_MS)),
    ]);
    this.#socket.close();
    log.info({ event: 'drain.ended', ms: Math.round(performance.now() - beganAt) }, 'stopped');
    await flushed();
    process.exit(this.#exitCode);
  }
}

/** A worker that was killed, because it hung or had not listened yet, has no code. */
function hasFailed({ code }: WorkerEnd): boolean {
  return code !== null && code !== 0;
}
