/** `sallyport connect`: its options, checked in full before anything is dialled. Proven by: test/options.test.ts. */
import { readFileSync } from 'node:fs';
import { createSecureContext, rootCertificates } from 'node:tls';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { Refusal } from '../refusal.ts';
import type { ConnectionPlan } from './connection-plan.ts';
import { devicesDirectory, deviceTokenFiles } from './device-token-files.ts';
import { Dialer } from './dialer.ts';
import { addHeader, type Headers, originOf } from './headers.ts';
import { PipedClient } from './piped.ts';
import { agentFor, proxyFor } from './proxy.ts';
import { DEFAULT_URL, parseTarget } from './target.ts';
import { TerminalClient } from './terminal.ts';
import { readToken } from './token-file.ts';
import { usernameProblem } from './username.ts';

interface Values {
  readonly json?: true;
  readonly binary?: true;
  readonly frames?: true;
  readonly quiet?: true;
  readonly username?: string;
  readonly tokenFile?: string;
  readonly header?: Headers;
  readonly origin?: string;
  readonly proxy?: string;
  readonly ca?: string;
  readonly insecure?: true;
  readonly ping?: number;
  readonly wait: number;
}

export function addConnect(program: Command, done: (exitCode: number) => void): void {
  program
    .command('connect')
    .description('sign in to a server and talk to it, at the terminal or in a pipe')
    .argument('[url]', 'what to connect to: ws://… or wss://…', DEFAULT_URL)
    .option('--username <name>', 'sign in as this user; only the password is asked for')
    .option('--token-file <file>', 'sign in by the token in this file, read anew for every sign-in')
    .option(
      '--json',
      'speak sallyport.v1: it says who is signed in and how many attempts are left, and tokens are renewed before they expire',
    )
    .option('--binary', 'send each line as a binary message')
    .option(
      '--frames',
      'show every frame: time, direction, type, bytes, payload; in a pipe on standard error',
    )
    .addOption(
      new Option(
        '--header <line>',
        "add 'Name: value' to the upgrade request, or those in @FILE; repeatable",
      ).argParser(addHeader),
    )
    .addOption(
      new Option('--origin <origin>', 'connect as a web page of this origin would').argParser(originOf),
    )
    .option('--proxy <url>', 'go through this HTTP proxy, whatever HTTPS_PROXY, HTTP_PROXY and NO_PROXY say')
    .option('--ca <file>', 'trust the certificate authorities in this PEM file too')
    .option('--insecure', 'trust any certificate: whoever is in between can read the password')
    .addOption(
      new Option(
        '--ping <seconds>',
        'send a ping this often, and cut a connection that gives no sign of life',
      ).argParser(secondsOf),
    )
    .addOption(
      new Option('--wait <seconds>', 'in a pipe: wait this long for replies that do not come')
        .argParser(secondsOf)
        .default(5),
    )
    .option(
      '-q, --quiet',
      'in a pipe: no prompts and no words of signing in, and lines go ahead of their replies',
    )
    .addHelpText('after', HELP)
    .action(async (url: string, values: Values) => done(await connectTo(url, values)));
}

const HELP = `
At a terminal it asks for username and password. Then every line is a message,
the arrow keys bring back earlier ones, and "exit", Ctrl-D or Ctrl-C leaves.
What the server says begins with "< ", and is stripped of control sequences.
A lost connection is made anew, and signed in again by what was typed.

With --json a server under a guessing attack can say that it does not look at
sign-ins of an account for now. The client then tries again by itself, at a
terminal and in a pipe, until the server accepts or refuses. Ctrl-C stops it.
A device token of the server, which lets it know this machine again, is kept in
$XDG_STATE_HOME/sallyport/devices (default ~/.local/state/sallyport/devices).

In a pipe the first line of standard input is username:password (with --username
the password, with --token-file there is none); where it is wrong, the next line
is the next attempt. Each further line is sent once the one before it has its
reply; "exit" or the end leaves when all replies have come. Standard output has
what the server says, as it is, with a line end after each message; prompts and
all else is on standard error. A lost connection is not made anew.

Examples:
  sallyport connect
  printf 'admin:123456\\nhello\\nexit\\n' | sallyport connect ws://127.0.0.1:5678
  sallyport connect wss://example.org/chat --json --username ada --ca ca.pem

Exit codes: 0 left by you, 1 the session was ended otherwise, or standard output
cannot be written, 2 used wrongly, 3 no connection, 4 not signed in, 129, 130 or
143 ended by a signal.`;

async function connectTo(text: string, values: Values): Promise<number> {
  const plan = await planOf(parseTarget(text), values);
  if (values.insecure)
    process.stderr.write('sallyport: --insecure: the certificate of the server is not checked\n');
  return process.stdin.isTTY ? new TerminalClient(plan).run() : new PipedClient(plan).run();
}

async function planOf(url: URL, values: Values): Promise<ConnectionPlan> {
  const { username, tokenFile, origin, ping, insecure } = values;
  const protocol = values.json ? 'json' : 'text';
  if (username !== undefined && tokenFile !== undefined)
    throw new Refusal('--username and --token-file are two ways to sign in: leave one out');
  const problem = username === undefined ? undefined : usernameProblem(username, protocol);
  if (problem !== undefined) throw new Refusal(`--username: ${problem}`);
  if (url.protocol === 'ws:' && (values.ca !== undefined || insecure))
    throw new Refusal(`${insecure ? '--insecure' : '--ca'} is for wss://, and ${url.href} has no TLS`);
  if (values.ca !== undefined && insecure)
    throw new Refusal('--ca and --insecure contradict each other: leave one out');
  if (tokenFile !== undefined) readToken(tokenFile);
  const ca = values.ca === undefined ? undefined : authoritiesIn(values.ca);
  const proxy = proxyFor(url, values.proxy);
  const options = {
    url,
    subprotocol: values.json && 'sallyport.v1',
    headers: values.header ?? new Map(),
    origin,
    tls: { ...(ca && { ca }), ...(insecure && { rejectUnauthorized: false }) },
    proxy,
    pingMs: ping === undefined ? undefined : ping * 1_000,
  };
  const makeAgent = proxy && (await agentFor(proxy, ca));
  return {
    url,
    dialer: new Dialer(options, makeAgent),
    protocol,
    isBinary: values.binary === true,
    showsFrames: values.frames === true,
    isQuiet: values.quiet === true,
    username,
    tokenFile,
    deviceTokens: deviceTokenFiles(url, devicesDirectory(process.env)),
    waitMs: values.wait * 1_000,
  };
}

/** With those that are trusted anyhow: an option that adds one shall take none away. */
function authoritiesIn(file: string): readonly string[] {
  let pem: string;
  try {
    pem = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Refusal(`--ca: ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  try {
    if (!pem.includes('-----BEGIN CERTIFICATE-----')) throw new Error('none');
    createSecureContext({ ca: pem });
  } catch {
    throw new Refusal(`--ca: ${file} holds no certificate in PEM format`);
  }
  return [...rootCertificates, pem];
}

function secondsOf(text: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  // What a timer of Node's can hold.
  if (!(seconds > 0 && seconds <= 2_000_000))
    throw new InvalidArgumentError('It must be seconds, such as 20.');
  return seconds;
}
