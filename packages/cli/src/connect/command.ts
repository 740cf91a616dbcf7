/** `sallyport connect`: checks all options before it connects. Proven by: test/options.test.ts. */
import { readFileSync } from 'node:fs';
import { createSecureContext, rootCertificates } from 'node:tls';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { Refusal } from '../refusal.ts';
import { channelOf, channelsOf } from './channel-input.ts';
import type { ConnectionPlan } from './connection-plan.ts';
import { devicesDirectory, deviceTokenFiles } from './device-token-files.ts';
import { Dialer } from './dialer.ts';
import { addHeader, type Headers, originOf } from './headers.ts';
import { PipedClient } from './piped.ts';
import { agentFor, proxyFor } from './proxy.ts';
import { requestOf } from './request-input.ts';
import { DEFAULT_URL, parseTarget, shownUrl } from './target.ts';
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
  readonly byRequest?: true;
  readonly request?: string;
  readonly params?: string;
  readonly subscribe?: readonly string[];
  readonly publish?: string;
  readonly header?: Headers;
  readonly origin?: string;
  readonly proxy?: string;
  readonly ca?: string;
  readonly insecure?: true;
  readonly ping?: number;
  readonly wait?: number;
}

export function addConnect(program: Command, done: (exitCode: number) => void): void {
  program
    .command('connect')
    .description('sign in to a server and exchange messages, at a terminal or in a pipe')
    .argument('[url]', 'the server: ws://… or wss://…', DEFAULT_URL)
    .option('--username <name>', 'sign in as this user; ask for the password only')
    .option('--token-file <file>', 'sign in with the token in this file; read it again for each sign-in')
    .option(
      '--by-request',
      'sign in by the upgrade request, with a --header or the query of the URL; ask for no credentials; implies --json',
    )
    .option(
      '--json',
      'use the protocol sallyport.v1: it shows the user and the attempts left, and renews tokens before they expire',
    )
    .option(
      '--request <method>',
      'send this request, print its result as a line of JSON, and leave; implies --json',
    )
    .option('--params <json>', 'the parameters of --request: JSON, or @FILE with JSON')
    .addOption(
      new Option(
        '--subscribe <channel>',
        'print the publications of this channel, in a pipe as lines of JSON; repeatable; implies --json',
      ).argParser(channelsOf),
    )
    .addOption(
      new Option(
        '--publish <channel>',
        'publish each line to this channel, as JSON or else as text; implies --json',
      ).argParser(channelOf),
    )
    .option('--binary', 'send each line as a binary message')
    .option('--frames', 'show each frame: time, direction, type, bytes, payload; in a pipe on standard error')
    .addOption(
      new Option(
        '--header <line>',
        "add the header 'Name: value', or the headers in @FILE, to the upgrade request; repeatable",
      ).argParser(addHeader),
    )
    .addOption(
      new Option('--origin <origin>', 'send this Origin header, as a web page would').argParser(originOf),
    )
    .option(
      '--proxy <url>',
      'connect through this HTTP proxy; HTTPS_PROXY, HTTP_PROXY and NO_PROXY are then ignored',
    )
    .option('--ca <file>', 'also trust the certificate authorities in this PEM file')
    .option('--insecure', 'trust any certificate: a machine in between can then read the password')
    .addOption(
      new Option(
        '--ping <seconds>',
        'send a ping this often, and close a connection that does not respond',
      ).argParser(secondsOf),
    )
    .addOption(
      new Option(
        '--wait <seconds>',
        'wait this long for a missing reply in a pipe (default: 5), or for the answer to --request or --publish (default: 35)',
      ).argParser(secondsOf),
    )
    .option(
      '-q, --quiet',
      'in a pipe: print no prompts and no sign-in texts, and send lines ahead of their replies',
    )
    .addHelpText('after', HELP)
    .action(async (url: string, values: Values) => done(await connectTo(url, values)));
}

const HELP = `
At a terminal the client asks for username and password. Then each line is a
message. Messages of the server begin with "< ", without control sequences.
Arrow keys recall earlier messages and Ctrl-R searches them, also those of
earlier runs. The client keeps them in $XDG_STATE_HOME/sallyport/history
(default ~/.local/state/sallyport/history), readable by you only. It keeps no
credentials there. To send several lines as one message, paste them. "exit",
Ctrl-D or Ctrl-C leaves. After a connection loss the client reconnects and signs
in again by itself. Enter tries at once.

With --json at a terminal, a line "/request METHOD JSON" is a request, such as
/request room.history {"room":"a"}. A line that begins with "//" is a message
without its first slash. In channels, "/subscribe CHANNEL" prints what is
published, "/publish CHANNEL TEXT" publishes a text or JSON, "/presence CHANNEL"
shows the present users, and "/unsubscribe CHANNEL" ends it. "/help" lists these
lines. After a connection loss the client gets what was published meanwhile, or
says that something is lost.

With --json a server under a guessing attack can postpone the sign-ins of an
account. The client then tries again by itself, at a terminal and in a pipe,
until the server accepts or refuses. Ctrl-C stops it. A server can give a device
token, to recognise this machine. The client keeps these tokens in
$XDG_STATE_HOME/sallyport/devices.

In a pipe the first line of standard input is username:password (with --username
the password; with --token-file there is no such line). If it is wrong, the next
line is the next attempt. The client sends each further line when the line
before it has its reply. "exit" or the end of the input leaves after the last
reply.
Standard output gets each message of the server, unchanged, and a line end.
Prompts and all else go to standard error. The client does not reconnect.

In a pipe, --subscribe prints each publication as a line of JSON with type,
channel, offset, user and data, and {"type":"lost",…} where some are lost. It
goes on until a signal comes or the server ends it, also after the end of the
input. --publish publishes each further line, one behind the other, and leaves
at the end of the input. Both reconnect by themselves. A publication without an
answer is sent again, and the server makes it once, unless it has lost its
history meanwhile.

Examples:
  sallyport connect
  printf 'admin:123456\\nhello\\nexit\\n' | sallyport connect ws://127.0.0.1:5678
  sallyport connect wss://example.org/chat --json --username ada --ca ca.pem
  sallyport connect --by-request --header @cookie --request time
  printf 'admin:123456\\n' | sallyport connect -q --subscribe demo:a
  printf 'admin:123456\\nhello\\n' | sallyport connect -q --publish demo:a

Exit codes: 0 you left, 1 the server or the network ended the session, or
standard output cannot be written, 2 wrong usage, 3 no connection, 4 not signed
in, 5 the server answered the request with an error, refused or ended a
subscription, or did not make a publication, 129, 130 or 143 ended by a
signal.`;

async function connectTo(text: string, values: Values): Promise<number> {
  const plan = await planOf(parseTarget(text), values);
  if (values.insecure)
    process.stderr.write('sallyport: --insecure: the certificate of the server is not checked\n');
  // Without a question to ask, a request needs no terminal.
  const asks = !(plan.request && (plan.signsInByRequest || plan.tokenFile !== undefined));
  return process.stdin.isTTY && asks ? new TerminalClient(plan).run() : new PipedClient(plan).run();
}

async function planOf(url: URL, values: Values): Promise<ConnectionPlan> {
  const { username, tokenFile, origin, ping, insecure } = values;
  const request = requestOf(values.request, values.params);
  const signsInByRequest = values.byRequest === true;
  const { subscribe = [], publish } = values;
  const hasChannels = subscribe.length > 0 || publish !== undefined;
  const isJson = values.json || request !== undefined || signsInByRequest || hasChannels;
  const protocol = isJson ? 'json' : 'text';
  if (username !== undefined && tokenFile !== undefined)
    throw new Refusal('--username and --token-file exclude each other: leave one out');
  if (signsInByRequest) checkSignInByRequest(url, values);
  if (request && values.binary) throw new Refusal('--request and --binary exclude each other: leave one out');
  if (hasChannels) checkChannels(values);
  const problem = username === undefined ? undefined : usernameProblem(username, protocol);
  if (problem !== undefined) throw new Refusal(`--username: ${problem}`);
  if (url.protocol === 'ws:' && (values.ca !== undefined || insecure))
    throw new Refusal(
      `${insecure ? '--insecure' : '--ca'} is for wss://, and ${shownUrl(url)} does not use TLS`,
    );
  if (values.ca !== undefined && insecure)
    throw new Refusal('--ca and --insecure exclude each other: leave one out');
  if (tokenFile !== undefined) readToken(tokenFile);
  const ca = values.ca === undefined ? undefined : authoritiesIn(values.ca);
  const proxy = proxyFor(url, values.proxy);
  const options = {
    url,
    subprotocol: isJson ? 'sallyport.v1' : undefined,
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
    signsInByRequest,
    request,
    subscribe,
    publish,
    waitMs: (values.wait ?? (request || publish !== undefined ? 35 : 5)) * 1_000,
  };
}

function checkSignInByRequest(url: URL, { username, tokenFile, header }: Values): void {
  const other = username !== undefined ? '--username' : tokenFile !== undefined ? '--token-file' : undefined;
  if (other) throw new Refusal(`--by-request and ${other} exclude each other: leave one out`);
  if (!header && url.search === '')
    throw new Refusal(
      "--by-request needs the credentials in a --header 'Name: value', or in the query of the URL",
    );
}

function checkChannels({ subscribe, request, binary }: Values): void {
  const option = subscribe ? '--subscribe' : '--publish';
  const other = request !== undefined ? '--request' : binary ? '--binary' : undefined;
  if (other) throw new Refusal(`${option} and ${other} exclude each other: leave one out`);
}

/** The authorities of a file and Node's own: `--ca` adds to what is trusted. */
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
    throw new Refusal(`--ca: ${file} contains no certificate in PEM format`);
  }
  return [...rootCertificates, pem];
}

function secondsOf(text: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  // A timer of Node takes at most 2^31 - 1 ms.
  if (!(seconds > 0 && seconds <= 2_000_000))
    throw new InvalidArgumentError('It must be a number of seconds, such as 20.');
  return seconds;
}
