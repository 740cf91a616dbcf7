import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type ConsoleMessage,
  chromium,
  type Locator,
  type Page,
} from 'playwright-core';
import { afterEach, describe, expect, inject } from 'vitest';
import { type Binary, binaries, Running } from '../../packages/server/test/binary.ts';
import { freePort } from '../fixtures/src/free-port.ts';

const endpoint = inject('browserEndpoint');
const sharedServers = inject('sharedServers');
const contexts: BrowserContext[] = [];
/** Windows that a test has left. The next one uses them: a new window costs a second of CPU time. */
const idleWindows: Page[] = [];
const usedWindows: (() => Promise<void>)[] = [];
const servers: Running[] = [];
let browser: Promise<Browser> | undefined;

/** Runs the stories on both binaries. Without a browser they are skipped. */
export function onBothBinaries(stories: (binary: Binary) => void): void {
  on(binaries, stories);
}

/** Runs stories that depend on the page alone. Both binaries serve the same page, so one is enough. */
export function onOneBinary(stories: (binary: Binary) => void): void {
  on(binaries.slice(0, 1), stories);
}

function on(some: readonly Binary[], stories: (binary: Binary) => void): void {
  describe.each(some.map((binary) => [binary.name, binary] as const))('%s', (_name, binary) => {
    describe.skipIf(endpoint === undefined || binary.unusable)('', () => {
      afterEach(async () => {
        await Promise.all(usedWindows.splice(0).map((leave) => leave()));
        await Promise.all(contexts.splice(0).map((context) => context.close()));
        await Promise.all(servers.splice(0).map((server) => server.stop()));
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

/**
 * Starts a server that this test stops. A page goes on trying after the server has stopped: a port that the system gives would
 * let it sign in to the server of another test, which got the port next.
 */
export async function startServer(
  binary: Binary,
  args: readonly string[] = [],
  givenPort?: number,
): Promise<StartedServer> {
  const port = givenPort ?? (await freePort());
  const server = new Running(binary, ['--port', String(port), '--log-level', 'debug', ...args]);
  servers.push(server);
  await server.listening();
  return { server, port, url: `http://127.0.0.1:${port}/` };
}

/** The address of a server with the default options. All tests share it: a test must not stop it. */
export function sharedServer(binary: Binary): { url: string; port: number } {
  const url = sharedServers[binary.name] ?? '';
  return { url, port: Number(new URL(url).port) };
}

/** Opens a window that only this test uses. */
export async function openWindow(options: BrowserContextOptions = {}): Promise<Page> {
  const page = await makeWindow(options);
  contexts.push(page.context());
  return page;
}

async function makeWindow(options: BrowserContextOptions): Promise<Page> {
  browser ??= chromium.connect(endpoint ?? '');
  const context = await (await browser).newContext({ acceptDownloads: true, ...options });
  // Only to end a test that hangs: a busy machine may be many times slower.
  context.setDefaultTimeout(240_000);
  return context.newPage();
}

export interface OpenedPage {
  readonly page: Page;
  /** The errors and warnings of the browser, without those about failed connections. */
  readonly browserErrors: string[];
}

/** Opens the page, signed out, in a window that later tests use too. A test that changes the window opens a new one. */
export async function openPage(url: string): Promise<OpenedPage> {
  let page = idleWindows.pop();
  if (!page) {
    page = await makeWindow({});
    await reportViolations(page);
  }
  const { browserErrors, stop } = collectErrors(page);
  usedWindows.push(() => leaveWindow(page, stop));
  await page.goto(url);
  return { page, browserErrors };
}

/** Opens the page, signed out, in a window that only this test uses. */
export async function openNewPage(url: string, options: BrowserContextOptions = {}): Promise<OpenedPage> {
  const page = await openWindow(options);
  await reportViolations(page);
  const { browserErrors } = collectErrors(page);
  await page.goto(url);
  return { page, browserErrors };
}

async function reportViolations(page: Page): Promise<void> {
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
}

function collectErrors(page: Page): { browserErrors: string[]; stop: () => void } {
  const browserErrors: string[] = [];
  const onError = (error: Error) => void browserErrors.push(String(error));
  const onConsole = (message: ConsoleMessage) => {
    const isFailedConnection = /^WebSocket connection to .* failed/.test(message.text());
    if (!isFailedConnection && ['error', 'warning'].includes(message.type()))
      browserErrors.push(message.text());
  };
  page.on('pageerror', onError);
  page.on('console', onConsole);
  return { browserErrors, stop: () => void page.off('pageerror', onError).off('console', onConsole) };
}

/** Empties a window for the next test: nothing stays of what its page has kept. A window that a test has closed is not used again. */
async function leaveWindow(page: Page, stop: () => void): Promise<void> {
  stop();
  const context = page.context();
  if (page.isClosed() || context.pages().length > 1) return context.close();
  await page.evaluate(() => {
    localStorage.clear();
    sessionStorage.clear();
  });
  await context.clearCookies();
  // Away from the page, so that it ends its connection.
  await page.goto('about:blank');
  idleWindows.push(page);
}

export async function signIn(page: Page, password = '123456', username = 'admin'): Promise<void> {
  await page.getByRole('textbox', { name: 'Username' }).fill(username);
  await page.getByRole('textbox', { name: 'Password' }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Waits until the status of the page has these words. The error says what the page shows instead. */
export async function waitForStatus(page: Page, words: string | RegExp): Promise<void> {
  await shown(page, page.getByRole('status').filter({ hasText: words }));
}

export async function sendMessage(page: Page, text: string): Promise<void> {
  const message = page.getByRole('textbox', { name: 'Message' });
  await message.fill(text);
  await page.getByRole('button', { name: 'Send' }).click();
}

/** Waits until the transcript has this line. The error says what the page shows instead. */
export async function waitForTranscript(page: Page, words: string): Promise<void> {
  await shown(page, page.getByRole('log').getByText(words, { exact: true }).last());
}

async function shown(page: Page, locator: Locator): Promise<void> {
  try {
    await locator.waitFor();
  } catch (error) {
    const [status, log] = await Promise.all([
      page.getByRole('status').allInnerTexts(),
      page.getByRole('log').allInnerTexts(),
    ]);
    throw new Error(`The page shows ${JSON.stringify({ status, log })}`, { cause: error });
  }
}

export function expectNoBrowserErrors({ browserErrors }: OpenedPage): void {
  expect(browserErrors).toEqual([]);
}
