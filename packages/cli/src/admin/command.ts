/** `sallyport admin`: who is on a server, and what to do about it, through its admin listener. Proven by: test/admin.test.ts. */
import { type Command, InvalidArgumentError } from 'commander';
import { exitCodes } from '../refusal.ts';
import { stripUnprintable } from '../strip-unprintable.ts';
import { AdminClient } from './admin-client.ts';
import { revoke } from './revocation.ts';

interface Values {
  readonly url?: string;
  readonly tokenFile?: string;
  readonly user?: string;
  readonly state?: string;
  readonly address?: string;
  readonly limit?: number;
  readonly key?: string;
  readonly json?: true;
}

interface Entry {
  /** With workers, the number of the worker comes before that of the session, as in `2-17`. */
  readonly id: number | string;
  readonly state: string;
  readonly user?: string;
  readonly address: string;
  readonly protocol: string;
}

/** The handler gives a thousand on a page at most. */
const PAGE = 1_000;

export function addAdmin(program: Command, done: (exitCode: number) => void): void {
  const admin = program
    .command('admin')
    .description('list and close sessions, revoke users and publish, through the admin listener of a server')
    .addHelpText('after', HELP);

  const add = (usage: string, description: string) =>
    admin
      .command(usage)
      .description(description)
      .option('--url <url>', 'the admin listener (default: SALLYPORT_ADMIN_URL, or http://127.0.0.1:5679)')
      .option('--token-file <file>', 'send the bearer token in this file (env: SALLYPORT_ADMIN_TOKEN_FILE)');

  add('sessions', 'list the sessions, oldest first')
    .option('--user <name>', 'only those of this user')
    .option('--state <state>', 'only those in this state, such as established or authenticating')
    .option('--address <address>', 'only those from this address')
    .option('--limit <number>', 'this many at most (default: all)', wholeNumber)
    .option('--json', 'print one JSON object a line')
    .action(async (values: Values) => {
      await listSessions(new AdminClient(values), values);
      done(exitCodes.ok);
    });

  add('kick <id>', 'close a session with code 1000; the client may connect again').action(
    async (id: string, values: Values) => {
      await new AdminClient(values).ask('DELETE', ['sessions', id]);
      print(`closed session ${id}`);
      done(exitCodes.ok);
    },
  );

  add(
    'revoke <user>',
    'end all sessions of a user with code 4403, on all servers that share a broker',
  ).action(async (user: string, values: Values) => {
    print(await revoke(new AdminClient(values), user));
    done(exitCodes.ok);
  });

  add('channels', 'list the channels that the server follows, those with the most subscribers first')
    .option('--json', 'print one JSON object a line')
    .action(async (values: Values) => {
      const { channels, followed } = await new AdminClient(values).ask<{
        channels: { channel: string; state: string; subscribers: number }[];
        followed: number;
      }>('GET', ['channels']);
      for (const entry of channels)
        print(values.json ? JSON.stringify(entry) : `${entry.subscribers}  ${entry.state}  ${entry.channel}`);
      if (followed > channels.length) note(`${followed - channels.length} more channels are not listed`);
      done(exitCodes.ok);
    });

  add('publish <channel> <data>', 'publish data to a channel in the name of the server')
    .option('--key <key>', 'a publication with the same key takes effect once')
    .action(async (channel: string, data: string, values: Values) => {
      const body = { data: dataOf(data), ...(values.key !== undefined && { key: values.key }) };
      const { position } = await new AdminClient(values).ask<{ position: { offset: number } }>(
        'POST',
        ['channels', channel, 'publish'],
        body,
      );
      print(`published at offset ${position.offset}`);
      done(exitCodes.ok);
    });
}

const HELP = `
The server must run with --admin-port. A listener with a token needs --token-file.
Data is JSON; anything else is a text: publish news hi publishes the text "hi".
A user who may still sign in can come back after revoke: change the user file first.
Other servers that share the broker end their sessions too. If the broker is not
available, revoke says so and ends with 1.

Examples:
  sallyport admin sessions --user ada
  sallyport admin kick 17
  sallyport admin revoke ada --url http://10.0.0.7:5679 --token-file admin-token
  sallyport admin publish news '{"text":"hi"}'

Exit codes: 0 done; 1 the server refused it; 2 wrong usage; 3 no answer;
4 the token is missing or wrong.`;

/** Asks for page after page, until the last one or the limit. */
async function listSessions(client: AdminClient, values: Values): Promise<void> {
  const { user, state, address, json, limit = Number.POSITIVE_INFINITY } = values;
  const filters = Object.entries({ user, state, address }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as [string, string]],
  );
  let [after, listed]: [number | string | undefined, number] = [0, 0];
  while (after !== undefined && listed < limit) {
    const query = [...filters, ['after', String(after)], ['limit', String(Math.min(PAGE, limit - listed))]];
    const page: { sessions: Entry[]; next?: number | string } = await client.ask(
      'GET',
      ['sessions'],
      undefined,
      query as [string, string][],
    );
    for (const entry of page.sessions) print(json ? JSON.stringify(entry) : lineOf(entry));
    listed += page.sessions.length;
    after = page.next;
  }
}

function lineOf({ id, state, user = '-', address, protocol }: Entry): string {
  return `${id}  ${state}  ${user}  ${address === '' ? '-' : address}  ${protocol}`;
}

function dataOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1 to 999999999.');
}

/** Names come from clients, and must not control the terminal. */
function print(line: string): void {
  process.stdout.write(`${stripUnprintable(line)}\n`);
}

function note(line: string): void {
  process.stderr.write(`sallyport: ${stripUnprintable(line)}\n`);
}
