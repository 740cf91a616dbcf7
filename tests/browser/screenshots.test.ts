/** Takes the screenshots of the README (`pnpm screenshots`). No test compares them. */
import { mkdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import {
  onOneBinary,
  openNewPage,
  sendMessage,
  signIn,
  stablePort,
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

onOneBinary((binary) => {
  it.each([
    ['light', { width: 1_200, height: 976 }],
    ['dark', { width: 1_200, height: 976 }],
    ['phone', { width: 390, height: 844 }],
    ['lost', { width: 1_200, height: 976 }],
  ] as const)('takes the screenshot %s', async (name, viewport) => {
    const { url, server } = await startServer(binary, [], await stablePort());
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
    if (name === 'lost') {
      server.process.kill('SIGKILL');
      await waitForStatus(page, 'Connection lost');
      await page.getByText(/^Trying again in [1-9]/).waitFor();
    }
    // The port of the test would change with each run.
    await page.evaluate(() => {
      const host = document.querySelector('#host');
      if (host) host.textContent = '127.0.0.1:5678';
    });
    const path = `${folder}${name}.png`;
    await page.screenshot({ path });
    expect(statSync(path).size).toBeLessThan(160 * 1_024);
  });
});
