/** The guide to channels: its file and its commands, run in the order of the page. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@sallyport/test-fixtures/free-port';
import { afterAll, expect, it } from 'vitest';
import { Pipe, pipe } from './pipe.ts';
import { ServerProcess } from './server-processes.ts';
import { ENTER, Terminal } from './terminal.ts';

const PASSWORD = 'a long password';
const folder = mkdtempSync(join(tmpdir(), 'sallyport-guide-'));
const running: { kill(): void }[] = [];
afterAll(() => {
  for (const one of running) one.kill();
  rmSync(folder, { recursive: true });
});

const page = readFileSync(new URL('../../../docs/guide/channels.md', import.meta.url), 'utf8');
const blocks = (language: string) =>
  [...page.matchAll(/^```(\w*)\n(.*?)^```$/gms)].flatMap(([, found, text = '']) =>
    found === language ? [text] : [],
  );

/** The commands of the page, as words. A quoted word is one. */
const commands = blocks('sh')
  .flatMap((block) => block.trim().split('\n'))
  .filter((line) => !line.startsWith('npm '))
  .map((line) => line.split(' | ').map(wordsOf));

function wordsOf(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word);
}

it('every command of the guide to channels does what the guide says', async () => {
  const [port, adminPort] = [await freePort(), await freePort()];
  const here = (word: string) =>
    word
      .replace('5678', String(port))
      .replace('5679', String(adminPort))
      .replace(/^(users|channels\.json)$/, join(folder, '$1'));
  const moved = commands.map((parts) => parts.map((words) => words.map(here)));
  const [ada, bob, server, connect, subscribe, publish, admin] = moved;
  expect(moved.length).toBe(7);

  writeFileSync(join(folder, 'channels.json'), blocks('json')[0] ?? '');
  for (const add of [ada, bob]) {
    const [[, users, ...args] = []] = add ?? [];
    // The subcommand is no file. A test has no terminal that could be asked.
    expect(users).toBe(join(folder, 'users'));
    expect((await pipe(['users', ...args, '--stdin'], `${PASSWORD}\n`)).code).toBe(0);
  }

  const [[binary, ...options] = []] = server ?? [];
  expect(binary).toBe('sallyport-ws');
  const started = await ServerProcess.start('sallyport-ws', options, port);
  running.push({ kill: () => void started.stop('SIGKILL') });

  const terminal = new Terminal((connect?.[0] ?? []).slice(1));
  running.push(terminal);
  await terminal.shows(/Password of bob:$/);
  terminal.type(`${PASSWORD}${ENTER}`);
  await terminal.shows(/"exit" leaves/);
  for (const line of (blocks('')[0] ?? '').trim().split('\n')) {
    if (line.startsWith('> ')) terminal.type(`${line.slice(2)}${ENTER}`);
    else await terminal.shows(new RegExp(line.replaceAll(/[*.()]/g, '\\$&')));
  }

  const reader = new Pipe((subscribe?.[1] ?? []).slice(1).filter((word) => word !== '-q'));
  running.push({ kill: () => void reader.process.kill('SIGKILL') });
  reader.process.stdin?.write(inputOf(subscribe));
  await reader.shows(/room:1: subscribed\n/);
  expect(await pipe((publish?.[1] ?? []).slice(1), inputOf(publish))).toMatchObject({ code: 0, stderr: '' });
  const listener = { SALLYPORT_ADMIN_URL: `http://127.0.0.1:${adminPort}` };
  expect((await pipe((admin?.[0] ?? []).slice(1), '', listener)).stdout).toBe('published at offset 2\n');
  await reader.shows(/closing soon.*\n/);
  expect(
    reader.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toMatchObject([
    { channel: 'room:1', user: 'ada', data: 'hello' },
    { channel: 'room:1', data: { text: 'closing soon' } },
  ]);
});

/** What `printf` writes. */
function inputOf(parts: readonly (readonly string[])[] | undefined): string {
  return (parts?.[0]?.[1] ?? '').replaceAll('\\n', '\n').replace('PASSWORD', PASSWORD);
}
