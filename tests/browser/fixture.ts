/** What every story needs: a server, and a window with its page; and in the end a look at whether the browser complained. */
import { createServer } from 'node:net';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, inject } from 'vitest';
import { type Binary, binaries, Running } from '../../packages/server/test/binary.ts';

const endpoint = inject('browserEndpoint');
const contexts: BrowserContext[] = [];
const servers: Running[] = [];
let browser: Browser;
let shared: Running | undefined;

/** Both binaries, each with a browser; skipped where there is none. */
export function onBothBinaries(stories: (binary: Binary) => void): void {
  on(binaries, stories);
}

/** Where nothing depends on the server: both hand out the same page. */
export function onOneBinary(stories: (binary: Binary) => void): void {
  on(binaries.slice(0, 1), stories);
}

function on(some: readonly Binary[], stories: (binary: Binary) => void): void {
  describe.each(some.map((binary) => [binary.name, binary] as const))('%s', (_name, binary) => {
    describe.skipIf(endpoint === undefined || binary.unusable)('', () => {
      beforeAll(async () => {
        browser = await chromium.connect(endpoint ?? '');
      });
      afterEach(async () => {
        await Promise.all(contexts.splice(0).map((context) => context.close()));
        await Promise.all(servers.splice(0).map((server) => server.stop()));
      });
      afterAll(async () => {
        await browser.close();
        await shared?.stop();
        shared = undefined;
      });
      stories(binary);
    });
  });
}

export interface StartedServer {
  readonly server: Running;
  readonly port: number;
  readonly url: string;
}

export async function startServer(
  binary: Binary,
  args: readonly string[] = [],
  port = 0,
): Promise<StartedServer> {
  const server = new Running(binary, ['--port', String(port), '--log-level', 'debug', ...args]);
  servers.push(server);
  const listening = await server.listening();
  return { server, port: listening.port, url: `http://127.0.0.1:${listening.port}/` };
}

/** The address of a server with the usual options, one for all stories of the file. It is not to be stopped. */
export async function sharedServer(binary: Binary): Promise<{ url: string }> {
  shared ??= new Running(binary, ['--port', '0', '--log-level', 'debug']);
  const { port } = await shared.listening();
  return { url: `http://127.0.0.1:${port}/` };
}

export async function openWindow(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ acceptDownloads: true, ...options });
  // For what hangs, and for nothing else.
  context.setDefaultTimeout(60_000);
  contexts.push(context);
  return context.newPage();
}

/** A free port that nobody gets by chance while its server is away: systems give out those above. */
export async function stablePort(): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    const probe = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => probe.close(resolve));
    return port;
  }
}

export interface OpenedPage {
  readonly page: Page;
  /** What the browser complained of, but for connections that it could not make. */
  readonly browserErrors: string[];
}

/** Opens the page, signed out. */
export async function openPage(url: string, options: BrowserContextOptions = {}): Promise<OpenedPage> {
  const page = await openWindow(options);
  const browserErrors: string[] = [];
  page.on('pageerror', (error) => browserErrors.push(String(error)));
  page.on('console', (message) => {
    const isAbsence = /^WebSocket connection to .* failed/.test(message.text());
    if (!isAbsence && ['error', 'warning'].includes(message.type())) browserErrors.push(message.text());
  });
  // A page of another origin has no such events of ours to tell.
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  await page.goto(url);
  return { page, browserErrors };
}

export async function signIn(page: Page, password = '123456', username = 'admin'): Promise<void> {
  await page.getByRole('textbox', { name: 'Username' }).fill(username);
  await page.getByRole('textbox', { name: 'Password' }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Waits until the page says that it stands like this. */
export async function waitForStatus(page: Page, words: string | RegExp): Promise<void> {
  await page.getByRole('status').filter({ hasText: words }).waitFor();
}

export async function sendMessage(page: Page, text: string): Promise<void> {
  const message = page.getByRole('textbox', { name: 'Message' });
  await message.fill(text);
  await page.getByRole('button', { name: 'Send' }).click();
}

/** Waits until this stands in the transcript. */
export async function waitForTranscript(page: Page, words: string): Promise<void> {
  await page.getByRole('log').getByText(words, { exact: true }).last().waitFor();
}

export function expectNoBrowserErrors({ browserErrors }: OpenedPage): void {
  expect(browserErrors).toEqual([]);
}
