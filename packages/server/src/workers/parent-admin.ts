/**
 * The admin listener of a server with workers: the parent listens, asks the workers, and joins their answers.
 *
 * Proven by: test/workers/admin.test.ts.
 */
import type { AdminPart, MetricValues, PartAnswer } from '@sallyport/operations';
import type { Logger } from 'pino';
import { adminFaults, openAdminListener } from '../admin-listener.ts';
import type { AdminOptions } from '../admin-options.ts';
import type { Supervisor } from './supervisor.ts';
import type { WorkerProcess } from './worker-process.ts';

/** What the listener reports of the parent. */
interface ParentView {
  readonly supervisor: Supervisor<WorkerProcess>;
  /** Why clients should not connect now: `starting` or `draining`. Undefined: they may. */
  phase(): string | undefined;
}

export interface ParentAdmin {
  /** Watches a worker, so that what it has counted is not lost at its end. */
  watch(worker: WorkerProcess): void;
  /** Listens from now on. Throws a `StartupError` if it cannot. */
  listen(view: ParentView): Promise<void>;
}

/** How often the counters of every worker are read, in milliseconds: what a killed worker has counted since is lost. */
const READ_MS = 5_000;

/** Throws a `StartupError` if the token or the address cannot be used. */
export async function createParentAdmin(options: AdminOptions, log: Logger): Promise<ParentAdmin> {
  const listener = await openAdminListener(options, log);
  const { joinedAdminHandler, joinMetrics } = await import('@sallyport/operations');
  /** What each worker had counted when it was last asked. */
  const last = new Map<number, MetricValues>();
  const counts = { listening: 0, unexpectedEnds: 0 };
  const metrics = joinMetrics(counts);
  const valuesOf = async (worker: WorkerProcess) => {
    const values = (await worker.ask({ type: 'metrics' })) as MetricValues | undefined;
    if (values && !worker.hasEnded) last.set(worker.id, values);
    return values;
  };
  return {
    watch(worker) {
      void worker.ended.then(() => {
        const values = worker.counted ?? last.get(worker.id);
        last.delete(worker.id);
        if (values) void metrics.keep(values);
      });
    },
    async listen({ supervisor, phase }) {
      const partOf = (worker: WorkerProcess): AdminPart => ({
        id: worker.id,
        ask: async (request) => (await worker.ask({ type: 'request', request })) as PartAnswer | undefined,
        values: () => valuesOf(worker),
      });
      const answering = () => supervisor.alive.filter(({ hasListened }) => hasListened);
      setInterval(() => {
        for (const worker of answering()) void valuesOf(worker).catch(() => {});
      }, READ_MS).unref();
      await listener.listen(
        joinedAdminHandler({
          parts() {
            counts.listening = supervisor.listening.length;
            counts.unexpectedEnds = supervisor.unexpectedEnds;
            return answering().map(partOf);
          },
          metrics,
          token: listener.token,
          ready: {
            server: phase,
            workers: () => problemOf(supervisor),
          },
          onFault: adminFaults(log),
        }),
      );
    },
  };
}

/** What is wrong with a worker that takes clients. Undefined: nothing. */
async function problemOf({ listening }: Supervisor<WorkerProcess>): Promise<string | undefined> {
  if (listening.length === 0) return 'none';
  const problems = await Promise.all(listening.map(problemOfWorker));
  return problems.find((problem) => problem !== undefined);
}

async function problemOfWorker(worker: WorkerProcess): Promise<string | undefined> {
  const request = { method: 'GET', path: '/readyz' };
  const answer = (await worker.ask({ type: 'request', request })) as PartAnswer | undefined;
  if (!answer) return undefined;
  const { checks } = JSON.parse(answer.body) as { checks: Readonly<Record<string, string>> };
  const [found] = Object.entries(checks).filter(([, result]) => result !== 'ok');
  return found && `${found[0]}: ${found[1]}`;
}
