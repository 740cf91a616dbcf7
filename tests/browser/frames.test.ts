/** The Frames panel, compared with what Chromium reports to its developer tools. */
import { text } from 'node:stream/consumers';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import {
  expectNoBrowserErrors,
  onBothBinaries,
  onOneBinary,
  openNewPage,
  openPage,
  sendMessage,
  sharedServer,
  signIn,
  waitForStatus,
  waitForTranscript,
} from './fixture.ts';

interface Seen {
  readonly type: 'send' | 'receive';
  readonly opcode: number;
  readonly data: string;
}

/** Records the frames that the developer tools receive, in the form that a HAR has. */
async function developerTools(page: Page): Promise<{ seen: Seen[]; created: string[]; closed: number[] }> {
  const tools = await page.context().newCDPSession(page);
  const noted = { seen: [] as Seen[], created: [] as string[], closed: [] as number[] };
  await tools.send('Network.enable');
  tools.on('Network.webSocketCreated', ({ url }) => noted.created.push(url));
  tools.on('Network.webSocketClosed', ({ timestamp }) => noted.closed.push(timestamp));
  const note = (type: Seen['type']) => (event: { response: { opcode: number; payloadData: string } }) => {
    const { opcode, payloadData } = event.response;
    if (opcode <= 2) noted.seen.push({ type, opcode, data: payloadData });
  };
  tools.on('Network.webSocketFrameSent', note('send'));
  tools.on('Network.webSocketFrameReceived', note('receive'));
  return noted;
}

/** The rows of the panel, as a user reads them. */
async function rowsOf(page: Page): Promise<string[][]> {
  // The panel draws them once per frame of the screen.
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
  return page
    .locator('#frame-rows tr')
    .evaluateAll((rows) =>
      rows.map((row) => [...(row as HTMLTableRowElement).cells].map((cell) => cell.textContent)),
    );
}

async function exported(page: Page): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export HAR' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^sallyport-[\dTZ-]+\.har$/);
  return text(await download.createReadStream());
}

onBothBinaries((binary) => {
  it.each(['sallyport.v1', 'text'])(
    'the Frames panel shows and exports the same frames as the developer tools, in %s',
    async (protocol) => {
      const { url } = sharedServer(binary);
      const opened = await openNewPage(url);
      const { page } = opened;
      const tools = await developerTools(page);
      await page.getByLabel('Protocol').selectOption(protocol);
      await signIn(page, '1');
      await page.getByRole('alert').getByText('Wrong username or password.').waitFor();
      await signIn(page);
      await waitForStatus(page, 'Signed in');
      for (const words of ['hello', 'ünïcödé 👋', 'two\nlines', '"quoted" \\ {}']) {
        await sendMessage(page, words);
        await waitForTranscript(page, `your submit context: ${words}`);
      }
      const hidden = await exported(page);
      expect(hidden).not.toContain('123456');
      expect(hidden).toContain('••••••');
      await page.getByRole('checkbox', { name: 'Show passwords' }).check();
      const shown = await rowsOf(page);
      const har = JSON.parse(await exported(page)) as { log: { entries: HarEntry[] } };
      await page.getByRole('button', { name: 'Sign out' }).click();
      await waitForStatus(page, 'Signed out');
      await page.locator('#frame-rows tr.close').waitFor();

      // The page has forgotten the passwords, also those that it showed.
      const after = await rowsOf(page);
      expect(JSON.stringify(after) + (await exported(page))).not.toContain('123456');
      expect(after.slice(0, -1).map((row) => row.slice(0, 4))).toEqual(shown.map((row) => row.slice(0, 4)));

      const rows = [...shown, ...after.slice(-1)];
      expect(rows.map(([, , type]) => type)).toEqual(['open', ...tools.seen.map(() => 'text'), 'close']);
      expect(tools.seen.length).toBe(12);
      expect(
        rows.slice(1, -1).map(([, direction, , length, payload]) => [direction, length, payload]),
      ).toEqual(
        tools.seen.map(({ type, data }) => [
          type === 'send' ? 'sent' : 'received',
          String(Buffer.byteLength(data)),
          data.replaceAll('\r\n', '\n'),
        ]),
      );
      for (const [time] of rows) expect(time).toMatch(/^\d\d:\d\d:\d\d\.\d{3}$/);
      expect(rows.at(-1)?.[4]).toBe('1000 client left');

      expect(har.log.entries.map(({ request }) => request.url)).toEqual(tools.created);
      const [entry] = har.log.entries;
      expect(entry?._webSocketMessages.map(({ time: _, ...message }) => message)).toEqual(tools.seen);
      for (const { time } of entry?._webSocketMessages ?? [])
        expect(Math.abs(time - Date.now() / 1_000)).toBeLessThan(60);
      expect(tools.closed).toHaveLength(1);
      expectNoBrowserErrors(opened);
    },
  );
});

onOneBinary((binary) => {
  it('the Frames panel filters, copies and clears frames', async () => {
    const { url } = sharedServer(binary);
    const { page } = await openNewPage(url, { permissions: ['clipboard-read', 'clipboard-write'] });
    await signIn(page);
    await waitForStatus(page, 'Signed in as admin');
    await sendMessage(page, 'a needle');
    await waitForTranscript(page, 'your submit context: a needle');

    await page.getByRole('searchbox', { name: 'Filter' }).fill('NEEDLE');
    expect((await rowsOf(page)).length).toBe(2);
    await page.getByLabel('Direction').selectOption('Received');
    const [row, ...others] = await rowsOf(page);
    expect([row?.[1], others.length]).toEqual(['received', 0]);

    await page.getByRole('button', { name: 'Copy' }).click();
    await page.getByText('Copied 1', { exact: true }).waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied.split('\t').slice(1)).toEqual(row?.slice(1));

    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByText('Cleared', { exact: true }).waitFor();
    expect(await rowsOf(page)).toEqual([]);
    expect(await page.locator('#frame-count').textContent()).toBe('0');
  });

  it('the Frames panel draws at most five times a second, however fast frames come', async () => {
    const { url } = sharedServer(binary);
    const { page } = await openPage(url);
    await signIn(page);
    await waitForStatus(page, 'Signed in as admin');
    const { draws, elapsed, rows } = await page.evaluate(async () => {
      const body = document.querySelector('#frame-rows') as HTMLElement;
      const field = document.querySelector('#composer textarea') as HTMLTextAreaElement;
      const rowsBefore = body.childElementCount;
      const wanted = rowsBefore + 80;
      let draws = 0;
      const observer = new MutationObserver(() => {
        draws += 1;
      });
      observer.observe(body, { childList: true });
      const began = performance.now();
      // One message in each animation frame: each brings two frames.
      for (let sent = 0; sent < 40; sent += 1) {
        field.value = `message ${sent}`;
        field.form?.requestSubmit();
        await new Promise(requestAnimationFrame);
      }
      while (body.childElementCount < wanted) await new Promise(requestAnimationFrame);
      return { draws, elapsed: performance.now() - began, rows: body.childElementCount - rowsBefore };
    });
    expect(rows).toBeGreaterThanOrEqual(80);
    // The first and the last draw are not between two pauses.
    expect(draws).toBeLessThanOrEqual(elapsed / 200 + 2);
  });

  it('a click on a long payload shows all of it', async () => {
    const { url } = sharedServer(binary);
    const { page } = await openPage(url);
    await signIn(page);
    await waitForStatus(page, 'Signed in as admin');
    await sendMessage(page, 'long '.repeat(200));
    const payload = page.locator('#frame-rows tr.sent button', { hasText: 'long long' });
    await payload.waitFor();
    expect(await payload.textContent()).toMatch(/^\{"type":"message","text":"long/);
    const height = async () => (await payload.boundingBox())?.height ?? 0;
    const before = await height();
    await payload.press('Enter');
    expect(await payload.getAttribute('aria-expanded')).toBe('true');
    expect(await height()).toBeGreaterThan(2 * before);
    // The first click shows one member of the JSON a line. The second shows the text as it was sent.
    expect(await payload.textContent()).toMatch(/^\{\n {2}"type": "message",\n {2}"text": "long/);
    await payload.press('Enter');
    expect(await payload.textContent()).toMatch(/^\{"type":"message","text":"long/);
  });

  it('a button enlarges the Frames panel', async () => {
    const { url } = sharedServer(binary);
    const { page } = await openPage(url);
    const height = async () => (await page.locator('#frame-scroller').boundingBox())?.height ?? 0;
    const before = await height();
    const enlarge = page.getByRole('button', { name: 'Enlarge' });
    await enlarge.click();
    expect(await enlarge.getAttribute('aria-pressed')).toBe('true');
    expect(await height()).toBeGreaterThan(before);
    await enlarge.click();
    expect(await height()).toBe(before);
  });
});

interface HarEntry {
  readonly request: { readonly url: string };
  readonly _webSocketMessages: readonly (Seen & { readonly time: number })[];
}
