/** `run`: an app in a program of its own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { run } from '../src/run.ts';
import { Running } from './binary.ts';
import { Client } from './client.ts';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-run-'));
afterAll(() => rmSync(folder, { recursive: true }));
const started: Running[] = [];
afterEach(() => {
  for (const running of started.splice(0)) running.process.kill('SIGKILL');
});

/** Runs a program that calls `run` with these options, written as source code. */
function program(options: string, args: readonly string[] = ['--port', '0']): Running {
  const file = join(folder, 'main.mjs');
  const entry = new URL('../dist/index.js', import.meta.url).href;
  writeFileSync(file, `import { run } from ${JSON.stringify(entry)};\nawait run(${options});\n`);
  const running = new Running({ name: 'main', file }, args);
  started.push(running);
  return running;
}

it('runs an app on ws by default, with the options of the command line', async () => {
  const server = program('{ application: (message) => message.toUpperCase() }', [
    '--port',
    '0',
    '--log-level',
    'debug',
  ]);
  const client = await Client.signedIn((await server.listening()).url);
  expect(await client.ask('hello')).toBe('HELLO');
  await server.event('session.opened');
  expect((await server.stop()).code).toBe(0);
});

it('names the program in --help and in messages', async () => {
  const { stdout } = await program("{ name: 'my-server' }", ['--help']).ended;
  expect(stdout).toMatch(/^Usage: my-server /);
  const { code, stderr } = await program("{ name: 'my-server' }", ['--port', 'x']).ended;
  expect([code, stderr.startsWith('my-server: ')]).toEqual([2, true]);
});

it('refuses --app, because the program has an app of its own', async () => {
  const { code, stderr } = await program('{}', ['--app', 'app.js']).ended;
  expect([code, stderr]).toEqual([
    2,
    'sallyport-ws: --app has no effect: this program brings an app of its own\n',
  ]);
});

it.each([
  [{ aplication: () => {} }, 'aplication is not an option of run; did you mean application?'],
  [{ application: 'hi' }, 'application must be a function, not "hi"'],
  [{ transport: 'http' }, "transport must be 'ws', 'uws' or a transport, not \"http\""],
  [
    { transport: { name: 'x', serve() {} } },
    'transport.serve is not an option of run; did you mean transport.loadServe?',
  ],
])('run rejects %j with a UsageError', async (options, message) => {
  await expect(run(options as object)).rejects.toThrow(message);
});
