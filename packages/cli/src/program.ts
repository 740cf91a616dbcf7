/**
 * The whole command line. A `Refusal`, or an error of commander, becomes one line on standard error and an exit code.
 * Proven by: test/options.test.ts.
 */
import { Command, CommanderError } from 'commander';
import { addAdmin } from './admin/command.ts';
import { addConnect } from './connect/command.ts';
import { addContract } from './contract/command.ts';
import { exitCodes, Refusal } from './refusal.ts';
import { addReplay } from './replay/command.ts';
import { stripUnprintable } from './strip-unprintable.ts';
import { addUsers } from './users/command.ts';
import { version } from './version.ts';

/** Runs the command line. `args` are the arguments after the script, as in `process.argv.slice(2)`. Resolves to the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  // A closed standard error must not crash the process.
  process.stderr.on('error', () => {});
  let unwritten: NodeJS.ErrnoException | undefined;
  process.stdout.on('error', (error) => {
    unwritten ??= error;
  });
  const exitCode = await outcomeOf(args);
  // An empty write reports whether all output before it was written.
  await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
  // EPIPE: the reader has stopped reading, which is not an error.
  if (!unwritten || unwritten.code === 'EPIPE' || exitCode !== exitCodes.ok) return exitCode;
  return fail(`standard output cannot be written (${unwritten.code})`, exitCodes.ended);
}

async function outcomeOf(args: readonly string[]): Promise<number> {
  let exitCode: number = exitCodes.ok;
  const done = (code: number) => {
    exitCode = code;
  };
  const program = new Command('sallyport')
    .description(
      'The terminal client of Sallyport, the editor of its user files, the reader of its contracts and recordings, and the operator of its servers.',
    )
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .addHelpText('after', '\nMore: `sallyport COMMAND --help`, such as `sallyport connect --help`.');
  addConnect(program, done);
  addUsers(program, done);
  addContract(program, done);
  addAdmin(program, done);
  addReplay(program, done);
  // `pnpm sallyport -- connect` passes the dashes on.
  const words = args[0] === '--' ? args.slice(1) : args;
  try {
    if (words.length === 0) program.help();
    await program.parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof Refusal) return fail(error.message, error.exitCode);
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exitCodes.ok : fail(sentence(error), exitCodes.usage);
  }
}

function fail(message: string, exitCode: number): number {
  process.stderr.write(`sallyport: ${message}\n`);
  return exitCode;
}

/** Commander's message as one line, with a hint where it has none. */
function sentence({ code, message }: CommanderError): string {
  const line = stripUnprintable(
    message
      .replace(/^error: /, '')
      .replace(/\n\(Did you mean (.*)\)$/s, ' (did you mean $1)')
      .replace(/\n/g, ' '),
  );
  if (code === 'commander.invalidArgument') return line;
  // A group without a command: commander would print its help.
  if (code === 'commander.help') return 'a command is missing; --help lists the commands';
  return `${line}; --help lists the commands and options`;
}
