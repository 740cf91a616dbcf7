/** The live view on the admin listener: what an operator sees in Chromium, of whom, and what never. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { sessionMachine } from '../../packages/core/src/index.ts';
import type { Binary } from '../../packages/server/test/binary.ts';
import { Client } from '../../packages/server/test/client.ts';
import { freePort } from '../fixtures/src/free-port.ts';
import { violations } from './axe.ts';
import {
  expectNoBrowserErrors,
  onBothBinaries,
  onOneBinary,
  openNewPage,
  startServer,
  waitForStatus,
} from './fixture.ts';

const TOKEN = '0123456789abcdef-token';
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-live-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function start(binary: Binary, ...args: string[]) {
  // The page goes on asking after the server has ended, so no other program may get the port.
  const adminPort = String(await freePort());
  const { server, port } = await startServer(binary, ['--admin-port', adminPort, ...args]);
  const { url } = await server.event('admin.listening');
  return { server, admin: `${url}/`, url: `ws://127.0.0.1:${port}/` };
}

/** A server that requires the token. */
async function startWithToken(binary: Binary) {
  const file = join(folder, 'token');
  writeFileSync(file, TOKEN, { mode: 0o600 });
  return start(binary, '--admin-token-file', file);
}

/** A client of the JSON protocol, signed in. */
async function jsonClient(url: string): Promise<Client> {
  const client = new Client(url, {}, ['sallyport.v1']);
  await client.opened;
  await client.ask(JSON.stringify({ type: 'authenticate', username: 'admin', password: '123456' }));
  return client;
}

/** The number in the box of a state. */
const countIn = (page: Page, state: string) =>
  page.locator(`#chart [data-state="${state}"] > .sessions-count`);
const waitForCount = (page: Page, state: string, count: number) =>
  countIn(page, state)
    .filter({ hasText: new RegExp(`^${count}$`) })
    .waitFor();

const rowsOf = (page: Page, table: string) => page.getByRole('region', { name: table }).locator('tbody tr');

async function openFirst(page: Page): Promise<void> {
  await page
    .getByRole('button', { name: /^Open session/ })
    .first()
    .click();
  await page.getByRole('heading', { name: /^Session \d+$/ }).waitFor();
}

/** The step rows with these words. */
const steps = (page: Page, words: string | RegExp) =>
  rowsOf(page, 'Facts, transitions and commands, as a table').filter({ hasText: words });

onBothBinaries((binary) => {
  it('the live view counts the sessions in each state, lists them, and says why the last ones ended', async () => {
    const { admin, url } = await start(binary);
    const opened = await openNewPage(admin);
    const { page } = opened;
    await waitForStatus(page, 'Live');
    await waitForCount(page, 'established.steady', 0);
    const stranger = new Client(url);
    await stranger.opened;
    const client = await Client.signedIn(url);
    await waitForCount(page, 'authenticating.awaitingCredentials', 1);
    await waitForCount(page, 'established.steady', 1);
    await waitForCount(page, 'established', 1);
    expect(await page.locator('#chart svg').getAttribute('aria-label')).toContain('established, steady: 1');
    const sessions = rowsOf(page, 'Sessions, as a table');
    await sessions.filter({ hasText: 'admin' }).filter({ hasText: 'established.steady' }).waitFor();
    await page.getByRole('combobox', { name: 'State' }).selectOption('authenticating');
    await vi.waitFor(async () => expect(await sessions.count()).toBe(1), 60_000);
    client.socket.close(1000);
    await waitForCount(page, 'closed', 1);
    await rowsOf(page, 'Last ends, as a table')
      .filter({ hasText: 'admin' })
      .filter({ hasText: '1000' })
      .waitFor();
    stranger.socket.close();
    expectNoBrowserErrors(opened);
  });

  it('an opened session shows its facts, transitions and commands as they come, and its end', async () => {
    const { admin, url } = await start(binary);
    const client = await Client.signedIn(url);
    const opened = await openNewPage(admin);
    const { page } = opened;
    await openFirst(page);
    // The server watches the session once it has answered.
    await page.getByText('admin · 127.0.0.1 · text · established.steady').waitFor();
    await client.ask('between us');
    await steps(page, 'message.received').waitFor();
    await steps(page, 'deliver').getByText('{"message":{"kind":"text","bytes":10}}').waitFor();
    client.socket.close(1000);
    await steps(page, 'established.steady → closed').waitFor();
    await page.getByText('ended:').waitFor();
    expect(await page.locator('body').textContent()).not.toContain('between us');
    expectNoBrowserErrors(opened);
  });
});

onOneBinary((binary) => {
  it('the chart of the live view has every state of the session machine', async () => {
    const { admin } = await start(binary);
    const { page } = await openNewPage(admin);
    const drawn = await page
      .locator('#chart [data-state]')
      .evaluateAll((boxes) => boxes.map((box) => box.getAttribute('data-state')));
    const states = Object.entries(sessionMachine.states).flatMap(([name, { states: inner }]) => [
      name,
      ...Object.keys(inner).map((one) => `${name}.${one}`),
    ]);
    expect(drawn.sort()).toEqual(states.sort());
  });

  it('the live view shows payloads only where the operator inspects them, and as text', async () => {
    const { admin, url } = await start(binary, '--inspect-payloads');
    const client = await Client.signedIn(url);
    const opened = await openNewPage(admin);
    const { page } = opened;
    await waitForStatus(page, 'Live, with payloads');
    await openFirst(page);
    await page.getByText('admin · 127.0.0.1 · text · established.steady').waitFor();
    await client.ask('<b>between us</b>\u202e');
    await steps(page, 'message.received').getByText('<b>between us</b>⟨U+202E⟩').waitFor();
    expect(await page.locator('#step-rows b').count()).toBe(0);
    expectNoBrowserErrors(opened);
  });

  it('the live view lists the channels with their subscribers', async () => {
    const { admin, url } = await start(binary);
    const { page } = await openNewPage(admin);
    await page.getByText('No session has subscribed to a channel.').waitFor();
    const client = await jsonClient(url);
    await client.ask(JSON.stringify({ type: 'subscribe', id: 1, channel: 'demo:lobby' }));
    await rowsOf(page, 'Channels, as a table')
      .filter({ hasText: 'demo:lobby' })
      .filter({ hasText: '1' })
      .waitFor();
    client.socket.close();
    await page.getByText('No session has subscribed to a channel.').waitFor();
  });

  it('the live view asks for the token, and sends it in a header only', async () => {
    const { admin, url } = await startWithToken(binary);
    const client = await Client.signedIn(url);
    const { page } = await openNewPage(admin);
    const urls: string[] = [];
    page.on('request', (request) => urls.push(request.url()));
    await waitForStatus(page, 'Waiting for the token');
    const field = page.getByLabel('Token of the admin listener');
    expect(await field.evaluate((element) => element === document.activeElement)).toBe(true);
    for (const [wrong, problem] of [
      ['two words', 'A token has no spaces, and ASCII characters only.'],
      ['0123456789abcdef-wrong', 'This token is wrong.'],
    ] as const) {
      await field.fill(wrong);
      await field.press('Enter');
      await page.getByRole('alert').getByText(problem).waitFor();
    }
    await field.fill(TOKEN);
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await waitForStatus(page, 'Live');
    await waitForCount(page, 'established.steady', 1);
    expect(await field.isVisible()).toBe(false);
    await page.reload();
    await waitForStatus(page, 'Live');
    expect(urls.some((one) => one.includes('/live'))).toBe(true);
    expect(urls.filter((one) => one.includes('token'))).toEqual([]);
    expect(page.url()).toBe(admin);
    expect(await page.evaluate(() => [localStorage.length, document.cookie])).toEqual([0, '']);
    client.socket.close();
  });

  it('the live view says that the server does not answer', async () => {
    const { admin, server } = await start(binary);
    const { page } = await openNewPage(admin);
    await waitForStatus(page, 'Live');
    server.process.kill('SIGKILL');
    await waitForStatus(page, 'The server does not answer');
  });

  it('the live view can be used with the keyboard, and keeps the focus while its rows change', async () => {
    const { admin, url } = await start(binary);
    const client = await Client.signedIn(url);
    const { page } = await openNewPage(admin);
    const button = page.getByRole('button', { name: /^Open session/ });
    await button.focus();
    const other = await Client.signedIn(url);
    await waitForCount(page, 'established.steady', 2);
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
      'Open session 1 of admin',
    );
    client.socket.close();
    other.socket.send('hello');
    await waitForCount(page, 'established.steady', 1);
    await page.getByRole('button', { name: /^Open session/ }).focus();
    await page.keyboard.press('Enter');
    const title = page.getByRole('heading', { name: /^Session \d+$/ });
    await title.waitFor();
    expect(await title.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await title.waitFor({ state: 'hidden' });
    other.socket.close();
  });

  it('E25: injected elements do not run in the live view, and no other page can show it in a frame', async () => {
    const { admin } = await start(binary);
    const { page, browserErrors } = await openNewPage(admin);
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.ran = true';
      const style = document.createElement('style');
      style.textContent = 'body { display: none }';
      document.body.append(script, style);
    });
    const isReported = (directive: string) =>
      browserErrors.some((error) => error.startsWith(`policy: ${directive}`));
    await vi.waitUntil(() => ['script-src', 'style-src'].every(isReported), { timeout: 60_000 });
    expect(await page.evaluate(() => (window as { ran?: boolean }).ran)).toBeUndefined();
    const { headers } = await fetch(admin);
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });

  it.each([1_280, 360])(
    'the live view has no accessibility violation and no overflow: light and dark, %d pixels wide',
    async (width) => {
      const { admin, url } = await startWithToken(binary);
      const client = await jsonClient(url);
      await client.ask(
        JSON.stringify({ type: 'subscribe', id: 1, channel: 'demo:a-channel-with-a-long-name' }),
      );
      const ended = await Client.signedIn(url);
      ended.socket.close(1000);
      const { page } = await openNewPage(admin, {
        viewport: { width, height: 800 },
        reducedMotion: 'reduce',
      });
      const expectNoViolation = async () => {
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          expect(await violations(page)).toEqual([]);
        }
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overflow).toBeLessThanOrEqual(0);
      };
      await waitForStatus(page, 'Waiting for the token');
      await expectNoViolation();
      await page.getByLabel('Token of the admin listener').fill(TOKEN);
      await page.getByRole('button', { name: 'Open', exact: true }).click();
      await waitForStatus(page, 'Live');
      await openFirst(page);
      await page.getByText('admin · 127.0.0.1 · json · established.steady').waitFor();
      await client.ask(JSON.stringify({ type: 'message', text: 'hello' }));
      await steps(page, 'message.received').waitFor();
      await rowsOf(page, 'Last ends, as a table').filter({ hasText: '1000' }).waitFor();
      await rowsOf(page, 'Channels, as a table').filter({ hasText: 'demo:' }).waitFor();
      await expectNoViolation();
      const shots = process.env['LIVE_SHOTS'];
      if (shots !== undefined)
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          await page.screenshot({ path: join(shots, `live-${width}-${colorScheme}.png`), fullPage: true });
        }
      client.socket.close();
    },
  );
});
