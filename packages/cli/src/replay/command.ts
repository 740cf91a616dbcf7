/**
 * `sallyport replay`: steps the session machine through the facts of a recording, and stops where the machine does something else than
 * was recorded. Proven by: test/replay.test.ts.
 */
import { basename } from 'node:path';
import type { RecordedSession, Recording } from '@sallyport/recording';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { exitCodes, Refusal } from '../refusal.ts';
import { stripUnprintable } from '../strip-unprintable.ts';

interface Values {
  readonly session?: number;
  readonly user?: string;
  readonly engine: 'compiled' | 'xstate';
  readonly json?: true;
  readonly asTest?: true;
}

export function addReplay(program: Command, done: (exitCode: number) => void): void {
  program
    .command('replay')
    .description('step the session machine through a recording of a server (--record)')
    .argument('<file>', 'the recording; its older parts FILE.1, FILE.2 and so on are read too')
    .option('--session <id>', 'replay only this session', wholeNumber)
    .option('--user <name>', 'replay only the sessions of this user')
    .addOption(
      new Option('--engine <engine>', 'how the machine runs')
        .choices(['compiled', 'xstate'])
        .default('compiled'),
    )
    .option('--json', 'print one JSON object a step')
    .option('--as-test', 'print a test for Vitest that takes the recorded steps')
    .addHelpText('after', HELP)
    .action(async (file: string, values: Values) => {
      if (values.json && values.asTest)
        throw new Refusal('--json and --as-test exclude each other: give one');
      done(await replay(file, values));
    });
}

const HELP = `
A recording has no credentials and no payloads. Placeholders stand for them, so the
replay shows what the session did, and not what the application did.

Examples:
  sallyport replay sessions.ndjson
  sallyport replay sessions.ndjson --session 17
  sallyport replay sessions.ndjson --session 17 --as-test > session-17.test.ts

Exit codes: 0 the machine does what was recorded; 1 it does something else;
2 wrong usage; 3 the file cannot be used.`;

async function replay(file: string, values: Values): Promise<number> {
  // Loaded on demand: `sallyport connect` needs no machine.
  const { loadRecording, refusing } = await import('./recording-files.ts');
  const { machineRevision, writeStory } = await import('@sallyport/recording');
  const recording = loadRecording(file);
  const sessions = chosen(recording, values);
  tellWhatIsMissing(recording);
  if (values.asTest) {
    process.stdout.write(refusing(() => writeStory(recording, sessions, basename(file))));
    return exitCodes.ok;
  }
  if (recording.header.machine !== machineRevision)
    note(
      `the recording is of machine ${recording.header.machine}, and this is machine ${machineRevision}: differences are likely`,
    );
  const { xstateEngine, compiledEngine } = await import('@sallyport/core');
  const engine = values.engine === 'xstate' ? xstateEngine : compiledEngine;
  const { printSession } = await import('./print-session.ts');
  for (const session of sessions)
    if (!refusing(() => printSession(recording, session, engine, values.json === true, print)))
      return exitCodes.ended;
  if (!values.json)
    print(`${sessions.length} ${sessions.length === 1 ? 'session' : 'sessions'}, no difference`);
  return exitCodes.ok;
}

function chosen({ sessions }: Recording, { session: id, user }: Values): readonly RecordedSession[] {
  const found = [...sessions.values()].filter(
    (session) => (id === undefined || session.id === id) && (user === undefined || session.user === user),
  );
  if (found.length > 0) return found;
  const what = [id === undefined ? '' : ` ${id}`, user === undefined ? '' : ` of user '${user}'`].join('');
  const all = [...sessions.keys()];
  const range = all.length === 0 ? 'it has none' : `it has ${all.length}, from ${all[0]} to ${all.at(-1)}`;
  throw new Refusal(
    `the recording has no session${what} from its opening on: ${range}`,
    exitCodes.unreachable,
  );
}

function tellWhatIsMissing({ begunBefore, lost, endsWithinLine }: Recording): void {
  if (begunBefore > 0) note(`${begunBefore} sessions opened before the oldest file, and are left out`);
  if (lost > 0)
    note(`${lost} lines were lost while the server recorded; the sessions that were open then are cut`);
  if (endsWithinLine) note('the last line is incomplete, and is left out');
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be the number of a session, such as 17.');
}

/** Names come from clients, and must not control the terminal. */
function print(line: string): void {
  process.stdout.write(`${stripUnprintable(line)}\n`);
}

function note(line: string): void {
  process.stderr.write(`sallyport: ${stripUnprintable(line)}\n`);
}
