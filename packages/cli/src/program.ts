/**
 * The command line as a whole. A `Refusal`, and whatever commander finds, is one line on standard error and an exit code.
 * Proven by: test/options.test.ts.
 */
import { Command, CommanderError } from 'commander';
import { addConnect } from './connect/command.ts';
import { exitCodes, Refusal } from './refusal.ts';
import { stripUnprintable } from './strip-unprintable.ts';
import { addUsers } from './users/command.ts';
import { version } from './version.ts';

/** Runs what `args` ask for (what follows the script in `process.argv`), and resolves to the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  // Whoever does not listen shall not end it with a stack.
  process.stderr.on('error', () => {});
  let unwritten: NodeJS.ErrnoException | undefined;
  process.stdout.on('error', (error) => {
    unwritten ??= error;
  });
  const exitCode = await outcomeOf(args);
  // Only then is it known whether what was said could be written.
  await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
  // Who reads no further has what was wanted.
  if (!unwritten || unwritten.code === 'EPIPE' || exitCode !== exitCodes.ok) return exitCode;
  return fail(`standard output cannot be written (${unwritten.code})`, exitCodes.ended);
}

async function outcomeOf(args: readonly string[]): Promise<number> {
  let exitCode: number = exitCodes.ok;
  const done = (code: number) => {
    exitCode = code;
  };
  const program = new Command('sallyport')
    .description('The terminal client of Sallyport, and the administration of its users.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .addHelpText('after', '\n`sallyport connect --help` and `sallyport users --help` say more.');
  addConnect(program, done);
  addUsers(program, done);
  // `pnpm sallyport -- connect` hands the dashes on.
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

/** One line of commander's message, which may have more, and what to do where it does not say. */
function sentence({ code, message }: CommanderError): string {
  const line = stripUnprintable(
    message
      .replace(/^error: /, '')
      .replace(/\n\(Did you mean (.*)\)$/s, ' (did you mean $1)')
      .replace(/\n/g, ' '),
  );
  if (code === 'commander.invalidArgument') return line;
  // A group without a command: its help is what would have been printed.
  if (code === 'commander.help') return 'what should be done? --help lists what there is';
  return `${line}; --help lists what there is`;
}
