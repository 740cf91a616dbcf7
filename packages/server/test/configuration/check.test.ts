/** `--check` says whether the server could start, and starts nothing. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runInProcess } from '../in-process.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-check-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

it.each(['sallyport-ws'])('%s --check exits with code 0 if the server could start', async (name) => {
  const app = file('app.mjs', 'export function start() { throw new Error("started"); }\n');
  expect(await runInProcess(name, ['--check', '--app', app])).toEqual({
    code: 0,
    signal: null,
    stdout: `${name}: the configuration is valid\n`,
    stderr: '',
  });
});

it.each<[string, (path: (name: string, content: string) => string) => string[], RegExp]>([
  ['a bad value', () => ['--port', 'x'], /'--port <number>' argument 'x' is invalid/],
  ['a user file that is missing', () => ['--users', '/absent/users'], /--users: /],
  ['a demo user that other machines reach', () => ['--host', '0.0.0.0'], /the demo user/],
  [
    'a certificate that is none',
    (path) => ['--tls-cert', path('cert.pem', 'x'), '--tls-key', path('key.pem', 'x')],
    /key\.pem holds no private key/,
  ],
  [
    'rules of channels that are wrong',
    (path) => ['--channels', path('channels.json', '{ "namespaces": { "a": { "publish": "ada" } } }')],
    /--channels .*: namespaces\['a'\]\.publish is invalid: "ada"/,
  ],
  [
    'rules of channels beside an app with channels',
    (path) => [
      ...['--channels', path('rules.json', '{ "namespaces": {} }')],
      ...['--app', path('channels.mjs', 'export const channels = { serve() {} };\n')],
    ],
    /--channels and the app's `channels` exclude each other/,
  ],
  ['an app that exports nothing', (path) => ['--app', path('empty.mjs', '')], /it exports nothing/],
  ['a proxy that is no address', () => ['--trusted-proxy', 'nowhere'], /--trusted-proxy/],
])('--check exits with code 2 for %s', async (_, args, message) => {
  const { code, stdout, stderr } = await runInProcess('sallyport-ws', ['--check', ...args(file)]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(message);
});
