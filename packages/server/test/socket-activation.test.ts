/** `--host fd:3`: a listening socket that the server inherits, as systemd passes it. Only `sallyport-ws` can use one. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { users } from '@sallyport/auth';
import { canary } from '@sallyport/core/testing/canary';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { binaries } from './binary.ts';
import { Client } from './client.ts';

const [ws] = binaries;
let folder: string;
let child: ChildProcess | undefined;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
  await users(join(folder, 'users')).add('ada', canary.password);
});
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const command = (): [string, ...string[]] => [
  process.execPath,
  ws?.file ?? '',
  ...['--host', 'fd:3', '--users', join(folder, 'users'), '--insecure', '--trusted-proxy', '127.0.0.1'],
];

async function listens(process: ChildProcess): Promise<void> {
  if (!process.stdout) throw new Error('no output');
  let text = '';
  for await (const line of createInterface({ input: process.stdout })) {
    text += `${line}\n`;
    if (line.includes('"listening"')) return;
  }
  throw new Error(`ended before it listened:\n${text}`);
}

async function expectSignIn(url: string): Promise<void> {
  const client = new Client(url);
  await client.opened;
  expect(await client.ask(`ada:${canary.password}`)).toMatch(/^congratulation/);
  client.socket.close();
}

it.each([
  ['the server listens', []],
  ['workers listen', ['--workers', '2']],
])('%s on an inherited descriptor', async (_title, more) => {
  const socket = createServer().listen(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address() as AddressInfo;
  const { fd } = (socket as unknown as { _handle: { fd: number } })._handle;
  const [file, ...args] = command();
  child = spawn(file, [...args, ...more], { stdio: ['ignore', 'pipe', 'inherit', fd] });
  // The child has a descriptor of its own. With two listeners, this process could get the connection.
  socket.close();
  await listens(child);
  await expectSignIn(`ws://127.0.0.1:${port}`);
  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([0, null]);
});

function hasSystemd(): boolean {
  try {
    execFileSync('systemd-socket-activate', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    console.warn('SKIPPED: socket activation by systemd. There is no systemd-socket-activate');
    return false;
  }
}

it.skipIf(!hasSystemd())(
  'systemd starts the server at the first connection, which the server then serves',
  async () => {
    const path = join(folder, 'socket');
    child = spawn('systemd-socket-activate', ['-l', path, ...command()], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'] },
    });
    const { stderr } = child;
    if (!stderr) throw new Error('no output');
    for await (const line of createInterface({ input: stderr })) if (line.includes('Listening on')) break;
    // The connection waits in the socket until the server takes it.
    await expectSignIn(`ws+unix:${path}:/`);
    child.kill('SIGTERM');
    // systemd-socket-activate has become the server.
    expect(await once(child, 'close')).toEqual([0, null]);
  },
);
