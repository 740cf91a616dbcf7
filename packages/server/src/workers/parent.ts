/**
 * The parent of workers: it holds the port, starts and keeps the workers, serves the broker of their channels, and answers for all of them.
 *
 * It serves no client and does not load the app. Proven by: test/workers/binaries.test.ts.
 */
import { createMemoryLogs } from '@sallyport/channels';
import { urlOf } from '@sallyport/listen';
import { announceListening, warnOfRisks } from '../announcement.ts';
import { reloadConfiguration } from '../configuration/reload.ts';
import { isTcp, resolveHost } from '../host.ts';
import { listenFailure } from '../listen-failure.ts';
import { openOutput } from '../logging.ts';
import { parseOptions, type Start } from '../options.ts';
import { StartupError } from '../startup-error.ts';
import type { Transport } from '../transport.ts';
import { createParentAdmin } from './parent-admin.ts';
import { ParentEnd } from './parent-end.ts';
import { openSharedSocket } from './shared-socket.ts';
import { checkSharing } from './sharing.ts';
import { Supervisor } from './supervisor.ts';
import { ownProgram, SOCKET_FD, WorkerProcess } from './worker-process.ts';

/** Runs until a signal has drained all workers. Throws a `StartupError` if none can start. */
export async function superviseWorkers(
  transport: Transport,
  { options, configuration }: Start,
  args: readonly string[],
): Promise<void> {
  const { workers, tls } = options;
  const program = ownProgram();
  if (!workers || !program)
    throw new StartupError('--workers needs a program in a file, which each worker runs again');
  // Each worker checks whether the demo user may listen there, because it knows the app.
  const address = await resolveHost(options, undefined, false);
  checkSharing(workers, transport, address);
  const { sharing = 'inherited' } = transport;
  const output = await openOutput(options.logLevel, options.logFormat);
  const { log, write, format } = output;
  const admin = options.admin && (await createParentAdmin(options.admin, log));
  const socket = await openSharedSocket(sharing, address, isTcp(address) ? options.port : 0).catch(
    (failure: unknown) => {
      throw listenFailure(failure, options);
    },
  );
  const { port, fd } = socket;
  const logs = createMemoryLogs({ clock: transport.clock, random: Math.random });
  let lastId = 0;
  const start = () => {
    lastId += 1;
    const listen = fd === undefined ? { host: address, port } : { host: `fd:${SOCKET_FD}`, port: 0 };
    const role = { id: lastId, address, listen, logFormat: format };
    const worker = new WorkerProcess(program, { role, fd, broker: logs.createBroker(), write });
    admin?.watch(worker);
    return worker;
  };
  const supervisor = new Supervisor(start, workers.value, transport.clock, log);
  const end = new ParentEnd(supervisor, socket, output);
  let phase: string | undefined = 'starting';
  await admin?.listen({ supervisor, phase: () => (end.isDraining ? 'draining' : phase) });
  const reloadFile = reloadConfiguration(configuration, () => parseOptions(transport, args), undefined, log);
  end.obeySignals({
    reload() {
      log.info({ event: 'reload.began' }, 'SIGHUP: every worker reads the watched files again');
      reloadFile();
      supervisor.reload();
    },
    roll: () => void supervisor.roll(),
  });
  const facts = await supervisor.start().catch((error: unknown) => {
    socket.close();
    throw error;
  });
  phase = undefined;
  const listening = { host: address, port, url: urlOf({ host: address, tls }, port) };
  const announced = { name: transport.name, listening, facts, options, configuration };
  announceListening(announced, output);
  warnOfRisks(announced, output);
}
