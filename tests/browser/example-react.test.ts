/** `examples/react`, built by Vite, with `examples/app` behind it: one connection in StrictMode, that comes back. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Binary } from '../../packages/server/test/binary.ts';
import { freePort } from '../fixtures/src/free-port.ts';
import { ExampleProcess } from './example-process.ts';
import {
  expectNoBrowserErrors,
  onBothBinaries,
  onOneBinary,
  openWindow,
  sendMessage,
  signIn,
  startServer,
  waitForStatus,
  waitForTranscript,
} from './fixture.ts';

const app = fileURLToPath(new URL('../../examples/app/dist/app.js', import.meta.url));
const vite = 'react/node_modules/vite/bin/vite.js';
const outDir = mkdtempSync(join(tmpdir(), 'sallyport-react-'));
let port = 0;
let site: ExampleProcess;
let url: string;

beforeAll(async () => {
  port = await freePort();
  // React mounts twice only in its development build.
  const build = new ExampleProcess('react', vite, ['build', '--outDir', outDir, '--emptyOutDir'], {
    NODE_ENV: 'development',
    VITE_SALLYPORT_URL: `ws://127.0.0.1:${port}`,
  });
  await build.succeeded();
  site = new ExampleProcess('react', vite, [
    'preview',
    '--outDir',
    outDir,
    '--host',
    '127.0.0.1',
    '--port',
    '0',
  ]);
  url = await site.url();
});
afterAll(async () => {
  await site?.stop();
  rmSync(outDir, { recursive: true, force: true });
});

/** What the pages of the current test have said on the console, and the addresses of their WebSockets. */
const said: string[] = [];
const sockets: string[] = [];
afterEach(() => {
  said.length = 0;
  sockets.length = 0;
});

async function openRoom(): Promise<{ page: Page; browserErrors: string[] }> {
  const page = await openWindow();
  const browserErrors: string[] = [];
  page.on('websocket', (socket) => sockets.push(socket.url()));
  page.on('pageerror', (error) => browserErrors.push(String(error)));
  page.on('console', (message) => {
    said.push(message.text());
    const isAbsence = /^WebSocket connection to .* failed/.test(message.text());
    if (!isAbsence && ['error', 'warning'].includes(message.type())) browserErrors.push(message.text());
  });
  await page.goto(url);
  return { page, browserErrors };
}

const startRoom = (binary: Binary) =>
  startServer(binary, ['--app', app, '--allow-origin', new URL(url).origin], port);

onOneBinary((binary) => {
  it('a component that StrictMode mounts twice makes one connection, which stays', async () => {
    const { server } = await startRoom(binary);
    const opened = await openRoom();
    await signIn(opened.page, 'lovelace', 'ada');
    await waitForStatus(opened.page, 'Signed in as ada');
    await opened.page.getByText('In the room: ada').waitFor();
    await sendMessage(opened.page, 'hello');
    await waitForTranscript(opened.page, 'ada hello');
    // React recommends its tools in development only, and only then mounts twice.
    expect(said.some((text) => text.includes('React DevTools'))).toBe(true);
    expect(sockets).toHaveLength(1);
    await opened.page.getByRole('button', { name: 'Leave' }).click();
    await server.event('session.closed', { code: 1000 });
    expect(server.events.filter(({ event }) => event === 'session.opened')).toHaveLength(1);
    expectNoBrowserErrors(opened);
  });

  it('a user signs in after a refusal, sees the history, and talks to another window', async () => {
    await startRoom(binary);
    const ada = await openRoom();
    await signIn(ada.page, 'lovelace', 'ada');
    await waitForStatus(ada.page, 'Signed in as ada');
    await sendMessage(ada.page, 'first');
    await waitForTranscript(ada.page, 'ada first');

    const grace = await openRoom();
    await signIn(grace.page, 'wrong', 'grace');
    await waitForStatus(grace.page, 'Signed out (credentialsRefused)');
    await signIn(grace.page, 'hopper', 'grace');
    await waitForStatus(grace.page, 'Signed in as grace');
    await waitForTranscript(grace.page, 'ada first');
    await ada.page.getByText('In the room: ada, grace').waitFor();
    await sendMessage(grace.page, '<b>second</b>');
    await waitForTranscript(ada.page, 'grace <b>second</b>');
    await sendMessage(ada.page, '   ');
    await ada.page.getByRole('alert').waitFor();
    await grace.page.getByRole('button', { name: 'Leave' }).click();
    await ada.page.getByText('In the room: ada', { exact: true }).waitFor();
    for (const opened of [ada, grace]) expectNoBrowserErrors(opened);
  });
});

onBothBinaries((binary) => {
  it('the room is entered again after the server has restarted', async () => {
    const { server } = await startRoom(binary);
    const opened = await openRoom();
    await signIn(opened.page, 'lovelace', 'ada');
    await opened.page.getByText('In the room: ada').waitFor();
    await server.stop();
    await waitForStatus(opened.page, 'The connection is lost');
    const { server: second } = await startRoom(binary);
    await waitForStatus(opened.page, 'Signed in as ada');
    await sendMessage(opened.page, 'again');
    await waitForTranscript(opened.page, 'ada again');
    expect(second.events.filter(({ event }) => event === 'session.opened')).toHaveLength(1);
    expectNoBrowserErrors(opened);
  });
});
