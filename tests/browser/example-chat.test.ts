/** `examples/chat`: rooms with history and presence in two browsers, over losses of the connection and of the server. */

import { once } from 'node:events';
import { connect } from 'node:net';
import type { Page } from 'playwright-core';
import { afterEach, expect, it } from 'vitest';
import { freePort } from '../fixtures/src/free-port.ts';
import { violations } from './axe.ts';
import { type CuttableProxy, startProxy } from './cuttable-proxy.ts';
import { ExampleProcess } from './example-process.ts';
import {
  expectNoBrowserErrors,
  type OpenedPage,
  onOneBinary,
  openPage,
  sendMessage,
  signIn,
  waitForStatus,
} from './fixture.ts';

const servers: ExampleProcess[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())));

async function start(port = 0): Promise<{ server: ExampleProcess; url: string }> {
  const server = new ExampleProcess('chat', 'chat/dist/server.js', [], { PORT: String(port) });
  servers.push(server);
  return { server, url: await server.url() };
}

/** Opens the chat in a browser of its own. */
async function enter(url: string, user: string, password: string): Promise<OpenedPage> {
  const opened = await openPage(url);
  await signIn(opened.page, password, user);
  await waitForStatus(opened.page, `Signed in as ${user}`);
  return opened;
}

/** The browser reports what a request of the page was answered. A page without a cookie asks for it once. */
const withoutRefusals = ({ page, browserErrors }: OpenedPage): OpenedPage => ({
  page,
  browserErrors: browserErrors.filter((error) => !/Failed to load resource.*40[13]/.test(error)),
});

/** The messages and notes of the room that is shown. */
const shown = (page: Page) =>
  page
    .locator('.room:not([hidden]) :is(.message, .note)')
    .evaluateAll((entries) =>
      entries.map((entry) =>
        entry.classList.contains('note')
          ? `(${entry.textContent})`
          : `${entry.querySelector('strong')?.textContent}: ${entry.querySelector('p')?.textContent}`,
      ),
    );

async function waitForMessage(page: Page, text: string): Promise<void> {
  await page.locator('.room:not([hidden]) .message p').getByText(text, { exact: true }).waitFor();
}

const waitForNote = (page: Page, text: string) =>
  page.locator('.room:not([hidden]) .note').getByText(text).waitFor();

// The server is the example's own; the browser is the same for all binaries.
onOneBinary(() => {
  it('two users of the chat talk in a room, see who is there, and find what was said before', async () => {
    const { url } = await start();
    const ada = await enter(url, 'ada', 'lovelace');
    await sendMessage(ada.page, '<b>anyone here?</b>');
    await waitForMessage(ada.page, '<b>anyone here?</b>');
    const grace = await enter(url, 'grace', 'hopper');
    // What was said before she came.
    await waitForMessage(grace.page, '<b>anyone here?</b>');
    for (const { page } of [ada, grace])
      await page.locator('.room:not([hidden]) .present').getByText('Here: ada, grace').waitFor();
    await sendMessage(grace.page, 'I am');
    await waitForMessage(ada.page, 'I am');
    for (const { page } of [ada, grace])
      expect(await shown(page)).toEqual(['ada: <b>anyone here?</b>', 'grace: I am']);
    for (const opened of [ada, grace]) {
      expect(await violations(opened.page)).toEqual([]);
      expectNoBrowserErrors(withoutRefusals(opened));
    }
  });

  it('a room shows its unread messages, and only its members see it', async () => {
    const { url } = await start();
    const [ada, grace] = [await enter(url, 'ada', 'lovelace'), await enter(url, 'grace', 'hopper')];
    const rooms = (page: Page) => page.getByRole('navigation').getByRole('button').allTextContents();
    expect(await rooms(ada.page)).toEqual(['lobby', 'machines']);
    expect(await rooms(grace.page)).toEqual(['lobby', 'machines', 'navy']);
    await ada.page.getByRole('button', { name: 'machines' }).click();
    for (const text of ['one', 'two']) await sendMessage(ada.page, text);
    await grace.page.getByRole('button', { name: 'machines 2 unread' }).click();
    await waitForMessage(grace.page, 'two');
    expect(await rooms(grace.page)).toEqual(['lobby', 'machines', 'navy']);
  });

  it('the page of the chat gets what it missed when its connection was lost, once and in order', async () => {
    const port = await freePort();
    const { url } = await start(port);
    const proxy: CuttableProxy = await startProxy(port);
    const [ada, grace] = [await enter(url, 'ada', 'lovelace'), await enter(proxy.url, 'grace', 'hopper')];
    await sendMessage(ada.page, 'one');
    await waitForMessage(grace.page, 'one');
    proxy.cut();
    await waitForStatus(grace.page, 'The connection is lost');
    for (const text of ['two', 'three']) {
      await sendMessage(ada.page, text);
      await waitForMessage(ada.page, text);
    }
    proxy.mend();
    await waitForMessage(grace.page, 'three');
    expect(await shown(grace.page)).toEqual([
      'ada: one',
      '(2 messages came while the connection was lost:)',
      'ada: two',
      'ada: three',
    ]);
    expectNoBrowserErrors(withoutRefusals(grace));
  });

  it('after the server of the chat was killed its pages sign in by themselves, and say that messages are lost', async () => {
    const port = await freePort();
    const { server, url } = await start(port);
    const [ada, grace] = [await enter(url, 'ada', 'lovelace'), await enter(url, 'grace', 'hopper')];
    await sendMessage(ada.page, 'before');
    await waitForMessage(grace.page, 'before');
    // A publication without an answer would be sent to the next server again.
    await ada.page.getByText('Sending: before').waitFor({ state: 'detached' });
    await server.kill();
    for (const { page } of [ada, grace]) await waitForStatus(page, 'The connection is lost');
    // It waits for the connection, and is published once.
    await sendMessage(grace.page, 'after');
    await grace.page.getByText('Sending: after').waitFor();
    await start(port);
    for (const { page, ...rest } of [ada, grace]) {
      await waitForMessage(page, 'after');
      await waitForNote(page, 'Some messages are lost.');
      expect((await shown(page)).toSorted()).toEqual([
        '(Some messages are lost.)',
        'ada: before',
        'grace: after',
      ]);
      await page.getByText('Sending: after').waitFor({ state: 'detached' });
      expectNoBrowserErrors(withoutRefusals({ page, ...rest }));
    }
  });

  it('the server of the chat refuses a publication that is no message of its contract', async () => {
    const { url } = await start();
    const { page } = await enter(url, 'ada', 'lovelace');
    // Another client than the page, with the cookie of the page.
    const codes = await page.evaluate(async () => {
      const socket = new WebSocket(location.href.replace('http', 'ws').replace(/\/$/, '/session'), [
        'sallyport.v1',
      ]);
      const given: unknown[] = [{ text: 1 }, { text: '' }, { text: 'x'.repeat(1_001) }, 'hello'];
      return new Promise<string[]>((resolve) => {
        const found: string[] = [];
        socket.onmessage = ({ data }) => {
          const { type, error } = JSON.parse(data) as { type: string; error?: { code: string } };
          if (type === 'authenticated')
            given.forEach((one, index) => {
              socket.send(
                JSON.stringify({ type: 'publish', id: index + 1, channel: 'room:lobby', data: one }),
              );
            });
          if (error) found.push(error.code);
          if (found.length === given.length) resolve(found);
        };
      });
    });
    expect(codes).toEqual(['invalidParams', 'invalidParams', 'invalidParams', 'invalidParams']);
    await sendMessage(page, 'hello');
    await waitForMessage(page, 'hello');
    expect(await shown(page)).toEqual(['ada: hello']);
  });

  it('the server of the chat ends when it is told to, although a browser holds a connection that it has not used', async () => {
    const { server, url } = await start();
    const unused = connect(Number(new URL(url).port), '127.0.0.1');
    const closed = once(unused, 'close');
    await once(unused, 'connect');
    // The server has accepted it: it takes connections in order.
    await fetch(url);
    await server.stop();
    await closed;
  });

  it('a user signs out of the chat in all tabs of the browser, and the cookie is worth nothing afterwards', async () => {
    const { url } = await start();
    const { page } = await enter(url, 'ada', 'lovelace');
    const [cookie] = await page.context().cookies();
    const second = await page.context().newPage();
    await second.goto(url);
    await waitForStatus(second, 'Signed in as ada');
    await page.getByRole('button', { name: 'Sign out' }).click();
    for (const tab of [page, second]) await tab.getByRole('heading', { name: 'Sign in' }).waitFor();
    if (cookie) await page.context().addCookies([cookie]);
    await page.reload();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await signIn(page, 'wrong', 'ada');
    await page.getByRole('alert').getByText('Wrong username or password.').waitFor();
  });
});
