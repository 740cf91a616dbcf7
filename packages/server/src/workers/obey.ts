/**
 * How a worker ends: at the word of its parent, at SIGTERM, and when the parent has ended. An orphan must not live on: it would hold the port,
 * and the parent that the supervisor starts could not have it.
 *
 * A terminal and a supervisor may signal all processes of a group. The parent decides what that means, so the worker ignores the signals that
 * the parent gets too. Proven by: test/workers/binaries.test.ts.
 */
import type { Sessions } from '@sallyport/core';
import type { Listening } from '@sallyport/listen';
import { createDrain } from '../drain.ts';
import type { Output } from '../logging.ts';
import type { Shutdown, ShutdownHooks } from '../shutdown.ts';
import type { ParentLink } from './parent-link.ts';

/** The signals that mean something to the parent only. */
const IGNORED = ['SIGINT', 'SIGHUP', 'SIGUSR2'] as const;

/** Installs the handlers of the process for signals, commands of the parent, and uncaught exceptions. */
export function obeyParent(
  link: ParentLink,
  listening: Listening,
  sessions: Sessions,
  output: Pick<Output, 'log' | 'flushed'>,
  { reload, ...hooks }: ShutdownHooks,
): Shutdown {
  const drain = createDrain(listening, sessions, output, hooks);
  for (const signal of IGNORED) process.on(signal, () => {});
  process.on('SIGTERM', (signal) => drain.begin(signal));
  link.obey({
    drain: (signal) => drain.begin(signal),
    retire: () => void listening.stopListening().then(() => drain.begin('SIGUSR2')),
    reload() {
      if (drain.beganAt === undefined) reload();
    },
    orphaned() {
      // The parent reads the log. Nothing reads it now.
      process.stderr.write(`worker ${link.role.id}: the parent process has ended; draining\n`);
      drain.begin('disconnect');
    },
  });
  return {
    get isDraining() {
      return drain.beganAt !== undefined;
    },
  };
}
