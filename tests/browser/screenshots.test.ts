/** Takes the screenshots of the README (`pnpm screenshots`). No test compares them. */
import { mkdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { Client } from '../../packages/server/test/client.ts';
import { startProxy } from './cuttable-proxy.ts';
import {
  onOneBinary,
  openNewPage,
  openWindow,
  sendMessage,
  signIn,
  startServer,
  waitForStatus,
  waitForTranscript,
} from './fixture.ts';

const folder = fileURLToPath(new URL('../../docs/screenshots/', import.meta.url));
mkdirSync(folder, { recursive: true });

const said = [
  'hello',
  'A sally port has two doors. Only one of them is ever open.',
  '<b>text stays text</b>',
];

/** What two tabs publish, in turn. */
const published = [
  'Hello, other tab.',
  'Hello. One of us is enough to open a door.',
  'But never two doors at once.',
];

async function subscribe(page: Page): Promise<void> {
  await page.getByRole('textbox', { name: 'Channel' }).press('Enter');
  await page.locator('[data-part="state"]').getByText('live', { exact: true }).waitFor();
}

async function publish(from: Page, text: string, shownIn: readonly Page[]): Promise<void> {
  const field = from.getByRole('textbox', { name: 'Publication' });
  await field.fill(text);
  await field.press('Enter');
  for (const page of shownIn)
    await page.locator('.publication .text').getByText(text, { exact: true }).waitFor();
}

/** The port of a test would change with each run. */
async function showPort(page: Page): Promise<void> {
  await page.evaluate(() => {
    const host = document.querySelector('#host');
    if (host) host.textContent = '127.0.0.1:5678';
  });
}

function expectSmall(path: string): void {
  expect(statSync(path).size).toBeLessThan(200 * 1_024);
}

onOneBinary((binary) => {
  it.each([
    ['light', { width: 1_200, height: 1_136 }],
    ['dark', { width: 1_200, height: 1_136 }],
    ['phone', { width: 390, height: 844 }],
    ['lost', { width: 1_200, height: 1_136 }],
  ] as const)('takes the screenshot %s', async (name, viewport) => {
    const { url, server } = await startServer(binary);
    const { page } = await openNewPage(url, {
      viewport,
      colorScheme: name === 'dark' ? 'dark' : 'light',
      deviceScaleFactor: name === 'phone' ? 2 : 1,
      reducedMotion: 'reduce',
    });
    await signIn(page, '1');
    await page.getByRole('alert').getByText('Wrong').waitFor();
    await signIn(page);
    await waitForStatus(page, 'Signed in as admin');
    for (const text of name === 'phone' ? said.slice(0, 2) : said) {
      await sendMessage(page, text);
      await waitForTranscript(page, `your submit context: ${text}`);
    }
    if (name !== 'phone') {
      const { page: other } = await openNewPage(url);
      await signIn(other);
      await waitForStatus(other, 'Signed in as admin');
      await subscribe(other);
      await subscribe(page);
      for (const [index, text] of published.entries())
        await publish(index % 2 === 0 ? page : other, text, [page, other]);
    }
    if (name === 'lost') {
      server.process.kill('SIGKILL');
      await waitForStatus(page, 'Connection lost');
      await page.getByText(/^Trying again in [1-9]/).waitFor();
    }
    await showPort(page);
    const path = `${folder}${name}.png`;
    await page.screenshot({ path });
    expectSmall(path);
  });

  it('takes the screenshot live', async () => {
    const { server, port } = await startServer(binary, ['--admin-port', '0']);
    const { url: admin } = await server.event('admin.listening');
    const clients: Client[] = [];
    const connect = async (protocols: string[] = []) => {
      const client = new Client(`ws://127.0.0.1:${port}/`, {}, protocols);
      clients.push(client);
      await client.opened;
      return client;
    };
    await connect();
    for (const channel of ['demo:lobby', 'demo:lobby', 'demo:news']) {
      const client = await connect(['sallyport.v1']);
      await client.ask(JSON.stringify({ type: 'authenticate', username: 'admin', password: '123456' }));
      await client.ask(JSON.stringify({ type: 'subscribe', id: 1, channel }));
    }
    const { page } = await openNewPage(`${admin}/`, {
      viewport: { width: 1_200, height: 1_000 },
      reducedMotion: 'reduce',
    });
    await waitForStatus(page, 'Live');
    const watched = await connect();
    await page.getByRole('button', { name: 'Open session 5' }).click();
    await page.getByText('not signed in · 127.0.0.1').waitFor();
    await watched.ask('admin:1');
    await watched.ask('admin:123456');
    await watched.ask('hello');
    await page.locator('#step-rows').getByText('deliver').waitFor();
    (await connect()).socket.close(1000);
    await page.locator('#end-rows').getByText('1000').waitFor();
    await page.locator('#opened-title').evaluate(() => window.scrollTo(0, 0));
    await showPort(page);
    const path = `${folder}live.png`;
    await page.screenshot({ path });
    expectSmall(path);
    for (const { socket } of clients) socket.close();
  });

  it('takes the screenshot two-tabs', async () => {
    const { url, port } = await startServer(binary);
    const proxy = await startProxy(port);
    const tabs: Page[] = [];
    for (const address of [url, proxy.url]) {
      const { page } = await openNewPage(address, {
        viewport: { width: 606, height: 800 },
        deviceScaleFactor: 2,
        reducedMotion: 'reduce',
      });
      await signIn(page);
      await waitForStatus(page, 'Signed in as admin');
      await subscribe(page);
      tabs.push(page);
    }
    const [one, two] = tabs as [Page, Page];
    await publish(one, 'Hello, other tab.', tabs);
    await publish(two, 'Hello. I am about to lose my connection.', tabs);
    proxy.cut();
    await waitForStatus(two, 'Connection lost');
    await publish(one, 'Can you read this?', [one]);
    proxy.mend();
    await two.locator('.publication .text').getByText('Can you read this?', { exact: true }).waitFor();
    await publish(two, 'All of it. Nothing is missing.', tabs);
    for (const page of tabs) await page.getByText(/^1 present$/).waitFor();

    const pictures = await Promise.all(tabs.map((page) => page.locator('.channels').screenshot()));
    const table = await openWindow({ viewport: { width: 1_220, height: 560 } });
    await table.setContent(
      `<!doctype html><style>
        body { display: flex; gap: 20px; margin: 0; padding: 20px; background: #f5f4f0; }
        figure { flex: 1; margin: 0; overflow: hidden; border: 1px solid #c9c6bd; border-radius: 12px; background: #e9e7e1; }
        figcaption { padding: 7px 14px; font: 14px system-ui; color: #4c545b; }
        img { display: block; width: 100%; }
      </style>${pictures
        .map((picture) => picture.toString('base64'))
        .map(
          (data, index) =>
            `<figure><figcaption>Tab ${index + 1} · 127.0.0.1:5678</figcaption><img src="data:image/png;base64,${data}"></figure>`,
        )
        .join('')}`,
    );
    const path = `${folder}two-tabs.png`;
    await table.screenshot({ path, fullPage: true });
    expectSmall(path);
  });
});
