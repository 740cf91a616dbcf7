/**
 * The same exchange with every client and both binaries: each client sends the same lines and gets the same replies. To add a
 * client, add a row to `clients`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { connect } from '../../packages/client/src/index.ts';
import { binaries, isUnavailable, type Running, start } from './binaries.ts';
import { byPage, whyNoChromium } from './page-client.ts';
import { converse, whyNoTutorial } from './tutorial.ts';

/** Two wrong attempts first. In the second one the last colon is part of the password. */
const attempts = [
  { username: 'admin', password: '1' },
  { username: 'admin', password: '123456:' },
  { username: 'admin', password: '123456' },
] as const;

const messages = ['hello', '', 'é€😀', 'a:b', ' spaces ', 'x'.repeat(10_000), '{"type":"message"}'];

/** The page does not send an empty message, and shows the first 10 000 characters of a message. */
const shownWhole = messages.filter((message) => message !== '' && message.length < 9_000);

const expected = (said: readonly string[]): Exchange => ({
  refusals: 2,
  replies: said.map((message) => `your submit context: ${message}`),
});

interface Exchange {
  readonly refusals: number;
  readonly replies: readonly string[];
}

interface Client {
  readonly name: string;
  /** The reason why it cannot run here; undefined if it can. */
  readonly obstacle?: string | undefined;
  /** The messages that it can send, if not all. */
  readonly says?: readonly string[];
  exchange(url: string): Promise<Exchange>;
}

const clients: readonly Client[] = [
  {
    name: 'Python’s websockets, with the tutorial’s client',
    obstacle: whyNoTutorial(),
    exchange: async (url) => {
      const { output } = await converse(url, lines());
      return heardIn(output.replace(/please enter your (?:username and password|context): /g, ''));
    },
  },
  { name: 'sallyport connect', exchange: async (url) => heardIn(await sallyport(url)) },
  {
    // This protocol has no sentences to count. The third attempt succeeds, so two attempts failed before.
    name: 'sallyport connect --json',
    exchange: async (url) => ({ ...heardIn(await sallyport(url, '--json')), refusals: 2 }),
  },
  { name: '@sallyport/client, in text', exchange: (url) => byClient(url, 'text') },
  { name: '@sallyport/client, in JSON', exchange: (url) => byClient(url, 'json') },
  {
    name: 'the page, in Chromium',
    obstacle: await whyNoChromium(),
    says: shownWhole,
    exchange: (url) => byPage(url, { attempts, messages: shownWhole }),
  },
];

for (const { name, obstacle } of clients) if (obstacle) console.warn(`SKIPPED: ${name}. ${obstacle}`);

describe.for(binaries)('with %s', (binary) => {
  if (isUnavailable(binary)) return it.skip('the server has its binary');
  let server: Running;
  beforeAll(async () => {
    server = await start(binary);
  });
  afterAll(() => server?.stop());

  for (const { name, obstacle, exchange, says = messages } of clients)
    it.skipIf(obstacle)(name, async () => {
      expect(await exchange(server.url)).toEqual(expected(says));
    });
});

/** The lines that a user types at the tutorial's prompts. */
function lines(): string[] {
  return [...attempts.map(({ username, password }) => `${username}:${password}`), ...messages, 'exit'];
}

/** Reads the output of a terminal client, one message per line. */
function heardIn(output: string): Exchange {
  const heard = output
    .replace('congratulation, you have connect with server\r\nnow, you can do something else\n', '')
    .replace('you have enter "exit", goodbye\n', '')
    .split('\n')
    .slice(0, -1);
  const replies = heard.filter((line) => !line.startsWith('sorry, '));
  return { refusals: heard.length - replies.length, replies };
}

async function sallyport(url: string, ...options: string[]): Promise<string> {
  const file = fileURLToPath(new URL('../../packages/cli/dist/bin/sallyport.js', import.meta.url));
  const client = spawn(process.execPath, [file, 'connect', url, ...options], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let output = '';
  client.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  client.stdin.end(
    lines()
      .map((line) => `${line}\n`)
      .join(''),
  );
  const [code] = (await once(client, 'close')) as [number];
  if (code !== 0) throw new Error(`sallyport ended with ${code}: ${output}`);
  return output;
}

async function byClient(url: string, protocol: 'text' | 'json'): Promise<Exchange> {
  const left = [...attempts];
  let refusals = 0;
  const session = connect(url, {
    protocol,
    WebSocket: WebSocket as never,
    credentials: () => left.shift(),
  });
  session.on('refused', () => {
    refusals += 1;
  });
  await session.ready;
  for (const message of messages) session.send(message);
  const replies: string[] = [];
  for await (const message of session) {
    replies.push(String(message));
    if (replies.length === messages.length) break;
  }
  session.close();
  await session.closed;
  return { refusals, replies };
}
