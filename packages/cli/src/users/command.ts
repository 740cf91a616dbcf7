/** `sallyport users`: edits the file that the servers read with --users. Proven by: test/users.test.ts. */
import type { UserFileError, Users } from '@sallyport/auth';
import type { Command } from 'commander';
import type { AdminClient } from '../admin/admin-client.ts';
import { type ExitCode, exitCodes, Refusal } from '../refusal.ts';
import { stripUnprintable, stripUnprintableName } from '../strip-unprintable.ts';
import { passwordFor } from './password-input.ts';

interface Values {
  readonly file: string;
  readonly stdin?: true;
}

interface RemoveValues extends Values {
  readonly revoke?: true;
  readonly url?: string;
  readonly tokenFile?: string;
}

export function addUsers(program: Command, done: (exitCode: number) => void): void {
  const users = program
    .command('users')
    .description('edit the file of users that the servers read with --users')
    .addHelpText('after', HELP);

  const withFile = (command: Command) => command.requiredOption('--file <file>', 'the file of users');
  const withPassword = (command: Command) =>
    withFile(command).option('--stdin', 'read the password from standard input: one line');

  withPassword(users.command('add').argument('<name>'))
    .description('add a user; create the file if it does not exist')
    .action(async (name: string, { file, stdin }: Values) =>
      done(
        await edit(file, async (editor) => {
          await (await preflight()).requireNewUser(editor, file, name);
          await editor.add(name, await passwordFor({ user: name, fromStdin: stdin === true, isNew: true }));
          print(`added ${stripUnprintableName(name)}`);
        }),
      ),
    );

  withPassword(users.command('passwd').argument('<name>'))
    .description('change the password of a user')
    .action(async (name: string, { file, stdin }: Values) =>
      done(
        await edit(file, async (editor) => {
          await (await preflight()).requireEditableUser(editor, file, name);
          const password = await passwordFor({ user: name, fromStdin: stdin === true, isNew: true });
          await editor.setPassword(name, password);
          print(`the password of ${stripUnprintableName(name)} is set`);
        }),
      ),
    );

  withFile(users.command('remove').argument('<name>'))
    .description('remove a user')
    .option('--revoke', "then end the user's sessions, through the admin listener of a server")
    .option('--url <url>', 'the admin listener (default: SALLYPORT_ADMIN_URL, or http://127.0.0.1:5679)')
    .option('--token-file <file>', 'send the bearer token in this file (env: SALLYPORT_ADMIN_TOKEN_FILE)')
    .action(async (name: string, { file, revoke, url, tokenFile }: RemoveValues) => {
      if (!revoke && (url !== undefined || tokenFile !== undefined))
        throw new Refusal('--url and --token-file need --revoke');
      // First: a mistake in the URL or the token leaves the file as it is.
      const end =
        revoke &&
        (await revocation({
          ...(url !== undefined && { url }),
          ...(tokenFile !== undefined && { tokenFile }),
        }));
      const exitCode = await edit(file, async (editor) => {
        await editor.remove(name);
        print(`removed ${stripUnprintableName(name)}`);
      });
      // Only now: a user who is still in the file could come back.
      if (end) print(stripUnprintable(await end(name)));
      done(exitCode);
    });

  withFile(users.command('list'))
    .description('list the users and the schemes of their hashes')
    .action(async ({ file }: Values) => done(await edit(file, (editor) => list(file, editor))));

  withPassword(users.command('verify').argument('<name>'))
    .description('check a password')
    .action(async (name: string, { file, stdin }: Values) =>
      done(
        await edit(file, async (editor) => {
          await (await preflight()).requireUser(editor, file, name);
          const password = await passwordFor({ user: name, fromStdin: stdin === true, isNew: false });
          if (!(await editor.verify(name, password)))
            throw new Refusal(`the username or password is wrong`, exitCodes.ended);
          print(`${stripUnprintableName(name)} could sign in`);
        }),
      ),
    );
}

const HELP = `
A running server applies a change at once. Sessions go on; remove --revoke ends
those of the user, on all servers that share a broker. Passwords are hashed with
argon2id. The file is replaced as a whole. Only its owner can read a new file.
The command asks for passwords without showing them, or reads them with --stdin.
It takes none from the command line: other users could read them there.

Examples:
  sallyport users add ada --file users
  printf '%s\\n' "$PASSWORD" | sallyport users passwd ada --file users --stdin
  sallyport users list --file users
  sallyport users remove ada --file users --revoke

Exit codes: 0 done, or the password is right; 1 not done: the user does not
exist, or exists already, or the password is wrong, or --revoke has not reached
all servers yet; 2 wrong usage; 3 the file cannot be used, or the admin listener
does not answer (the user is removed then); 4 its token is missing or wrong.`;

/** Loaded on demand, as `@sallyport/auth` is below: `sallyport connect` needs neither. */
const preflight = () => import('./preflight.ts');

/** Returns the function that revokes a user. Throws a `Refusal` for a wrong URL or an unusable file of the token. */
async function revocation(
  options: ConstructorParameters<typeof AdminClient>[0],
): Promise<(user: string) => Promise<string>> {
  const [admin, { revoke }] = await Promise.all([
    import('../admin/admin-client.ts'),
    import('../admin/revocation.ts'),
  ]);
  const client = new admin.AdminClient(options);
  return (user) => revoke(client, user);
}

async function edit(file: string, action: (editor: Users) => Promise<void>): Promise<ExitCode> {
  const { UserFileError, users } = await import('@sallyport/auth');
  try {
    await action(users(file));
    return exitCodes.ok;
  } catch (error) {
    if (error instanceof UserFileError) throw new Refusal(error.message, exitCodeOf(error));
    throw error;
  }
}

function exitCodeOf({ code }: UserFileError): ExitCode {
  return code === 'unusable' || code === 'locked' || code === 'broken'
    ? exitCodes.unreachable
    : exitCodes.ended;
}

async function list(file: string, editor: Users): Promise<void> {
  const { users, problems } = await editor.list();
  const width = Math.max(0, ...users.map(({ name }) => stripUnprintable(name).length));
  for (const { name, scheme, isWeak } of users)
    print(
      `${stripUnprintable(name).padEnd(width)}  ${scheme}${isWeak ? ', weak: replaced at the next sign-in' : ''}`,
    );
  for (const { line, problem } of problems)
    process.stderr.write(`sallyport: ${stripUnprintable(`${file}, line ${line}: ${problem}`)}\n`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
