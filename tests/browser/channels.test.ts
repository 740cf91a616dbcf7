/** The Channels panel: tabs talk to each other, see who is present, and recover what they missed or are told that it is lost. */

import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { Binary } from '../../packages/server/test/binary.ts';
import { Client } from '../../packages/server/test/client.ts';
import { violations } from './axe.ts';
import { channelsApp } from './channels-app.ts';
import { startProxy } from './cuttable-proxy.ts';
import {
  expectNoBrowserErrors,
  type OpenedPage,
  onBothBinaries,
  onOneBinary,
  openNewPage,
  openPage,
  sharedServer,
  signIn,
  startServer,
  waitForStatus,
} from './fixture.ts';

/** Opens a tab, signs in and subscribes. */
async function openTab(url: string, user: string, channel = 'demo:lobby'): Promise<OpenedPage> {
  const opened = await openPage(url);
  await signIn(opened.page, '123456', user);
  await waitForStatus(opened.page, `Signed in as ${user}`);
  await subscribe(opened.page, channel);
  await waitForState(opened.page, 'live');
  return opened;
}

async function subscribe(page: Page, channel: string): Promise<void> {
  const name = page.getByRole('textbox', { name: 'Channel' });
  await name.fill(channel);
  await name.press('Enter');
}

/** What the selected channel shows. */
const shownView = (page: Page) => page.getByRole('tabpanel');

async function waitForState(page: Page, state: string): Promise<void> {
  await shownView(page).locator('[data-part="state"]').getByText(state, { exact: true }).waitFor();
}

async function publish(page: Page, text: string): Promise<void> {
  const field = shownView(page).getByRole('textbox', { name: 'Publication' });
  await field.fill(text);
  await field.press('Enter');
}

async function waitForPublication(page: Page, text: string): Promise<void> {
  await shownView(page).locator('.publication .text').getByText(text, { exact: true }).waitFor();
}

/** A program publishes, one after the other. */
async function publishAll(url: string, username: string, texts: readonly string[]): Promise<void> {
  const client = new Client(url.replace(/^http/, 'ws'), {}, ['sallyport.v1']);
  await client.opened;
  await client.ask(JSON.stringify({ type: 'authenticate', username, password: '123456' }));
  for (const [index, data] of texts.entries())
    await client.ask(
      JSON.stringify({ type: 'publish', id: index + 1, channel: 'demo:lobby', data, key: `${index}` }),
    );
  client.socket.close();
  await client.closed;
}

/** The publications that are shown: offset, user, text. */
async function publications(page: Page): Promise<string[]> {
  return shownView(page)
    .locator('.publication')
    .evaluateAll((entries) =>
      entries.map((entry) =>
        ['.offset', '.user', '.text']
          .map((part) => entry.querySelector(part)?.textContent?.replace('Offset ', ''))
          .join(' '),
      ),
    );
}

/** The texts of the publications that have this mark. */
async function marked(page: Page, mark: string): Promise<string[]> {
  return shownView(page).locator(`.publication.${mark} .text`).allTextContents();
}

const offsetOf = (entry: string): number => Number(/^Offset (\d+) /.exec(entry)?.[1]);

const highlighted = (page: Page) =>
  page
    .locator('#channel-chart .box.active')
    .evaluateAll((boxes) => boxes.map((box) => box.getAttribute('data-state')));

const startChannels = (binary: Binary, port?: number, historySize = 100) =>
  startServer(binary, channelsApp(historySize), port);

onBothBinaries((binary) => {
  it('the demo user talks in two tabs on a server without any option, as the README says', async () => {
    const { url } = await startServer(binary);
    const tabs = [await openPage(url), await openPage(url)];
    for (const { page } of tabs) {
      await signIn(page);
      await waitForStatus(page, 'Signed in as admin');
      // The field has the channel demo:lobby.
      await page.locator('#subscribe').click();
      await waitForState(page, 'live');
    }
    const [one, two] = tabs.map(({ page }) => page) as [Page, Page];
    await publish(one, 'hello');
    await publish(two, 'hello back');
    for (const page of [one, two]) {
      for (const text of ['hello', 'hello back']) await waitForPublication(page, text);
      await page.getByRole('tab', { name: 'demo:lobby' }).waitFor();
    }
    expect(await publications(one)).toEqual(await publications(two));
    for (const opened of tabs) expectNoBrowserErrors(opened);
  });

  it('two tabs talk to each other, and see who joins and leaves', async () => {
    const { url } = await startChannels(binary);
    const ada = await openTab(url, 'ada');
    const present = (page: Page) => shownView(page).getByRole('list', { name: 'Present users' });
    await shownView(ada.page).getByText('1 present').waitFor();
    const grace = await openTab(url, 'grace');
    await shownView(ada.page).getByText('2 present').waitFor();
    await shownView(ada.page).getByText('grace joined.').waitFor();
    expect(await present(ada.page).getByRole('listitem').allTextContents()).toEqual(['ada', 'grace']);

    await publish(ada.page, 'hello');
    await waitForPublication(grace.page, 'hello');
    await publish(grace.page, '<b>hello</b>');
    await waitForPublication(ada.page, '<b>hello</b>');
    await shownView(grace.page).getByText('Published at offset 2').waitFor();
    for (const { page } of [ada, grace])
      expect(await publications(page)).toEqual(['1 ada hello', '2 grace <b>hello</b>']);
    expect(await marked(ada.page, 'own')).toEqual(['hello']);
    expect(await marked(grace.page, 'own')).toEqual(['<b>hello</b>']);

    // A closed tab leaves.
    await grace.page.close();
    await shownView(ada.page).getByText('grace left.').waitFor();
    await shownView(ada.page).getByText('1 present').waitFor();
    expect(await present(ada.page).getByRole('listitem').allTextContents()).toEqual(['ada']);
    expectNoBrowserErrors(ada);
  });

  it('a tab that loses its connection gets what it missed, marked as recovered, and one order for all', async () => {
    const { url, port } = await startChannels(binary);
    const proxy = await startProxy(port);
    const ada = await openTab(url, 'ada');
    const grace = await openTab(proxy.url, 'grace');
    await publish(grace.page, 'one');
    await waitForPublication(ada.page, 'one');
    proxy.cut();
    await waitForStatus(grace.page, 'Connection lost');
    await waitForState(grace.page, 'recovering');
    expect(await highlighted(grace.page)).toEqual(['joining', 'joining.asking']);
    for (const text of ['two', 'three']) {
      await publish(ada.page, text);
      await waitForPublication(ada.page, text);
    }
    // It is published once, when the connection is there again.
    await publish(grace.page, 'four');
    await shownView(grace.page).getByText('Publishing 1').waitFor();
    proxy.mend();
    await waitForPublication(grace.page, 'four');
    await waitForPublication(ada.page, 'four');
    await waitForState(grace.page, 'live');
    const all = ['1 grace one', '2 ada two', '3 ada three', '4 grace four'];
    expect(await publications(ada.page)).toEqual(all);
    expect(await publications(grace.page)).toEqual(all);
    expect((await marked(grace.page, 'recovered')).slice(0, 2)).toEqual(['two', 'three']);
    expect(await marked(ada.page, 'recovered')).toEqual([]);
    for (const opened of [ada, grace]) expectNoBrowserErrors(opened);
  });

  it('after the server was killed the tabs say that publications are lost, and talk again', async () => {
    const { url, port, server } = await startChannels(binary);
    const [ada, grace] = [await openTab(url, 'ada'), await openTab(url, 'grace')];
    await publish(ada.page, 'before');
    for (const { page } of [ada, grace]) await waitForPublication(page, 'before');
    // A publication without an answer would be published again.
    await shownView(ada.page).getByText('Published at offset 1').waitFor();
    server.process.kill('SIGKILL');
    await server.ended;
    for (const { page } of [ada, grace]) await waitForState(page, 'recovering');
    // The log was in the memory of the server.
    await startChannels(binary, port);
    for (const { page } of [ada, grace]) {
      await waitForState(page, 'lost');
      await shownView(page).getByText('Some publications are lost.').waitFor();
      expect(await highlighted(page)).toEqual(['lost']);
    }
    await publish(grace.page, 'after');
    for (const { page } of [ada, grace]) {
      await waitForPublication(page, 'after');
      await waitForState(page, 'live');
      expect(await publications(page)).toEqual(['1 ada before', '1 grace after']);
    }
    for (const opened of [ada, grace]) expectNoBrowserErrors(opened);
  });
});

onOneBinary((binary) => {
  it('tabs that publish while the server is killed and started again show one order, or the word that publications are lost', async () => {
    const { url, port, server } = await startChannels(binary);
    const tabs = [await openTab(url, 'ada'), await openTab(url, 'grace')] as const;
    const [ada, grace] = tabs;
    /** The field keeps no text, so a loop in the page is as fast as a user cannot be. */
    const publishAll = (page: Page, texts: readonly string[]) =>
      shownView(page)
        .locator('form')
        .evaluate((form, all) => {
          const field = form.querySelector('textarea');
          for (const text of all) {
            if (field) field.value = text;
            (form as HTMLFormElement).requestSubmit();
          }
        }, texts);
    const texts = (name: string) => Array.from({ length: 20 }, (_, index) => `${name} ${index + 1}`);
    await publishAll(ada.page, texts('ada'));
    await publishAll(grace.page, texts('grace'));
    server.process.kill('SIGKILL');
    await server.ended;
    for (const { page } of tabs) await waitForState(page, 'recovering');
    await publishAll(ada.page, texts('later'));
    await startChannels(binary, port);
    for (const { page } of tabs) await shownView(page).locator('.channel-trouble').first().waitFor();
    await shownView(ada.page)
      .getByText(/^Published at/)
      .waitFor();
    await publish(grace.page, 'the end');
    const logs: string[][] = [];
    for (const { page } of tabs) {
      await waitForPublication(page, 'the end');
      logs.push(
        await shownView(page)
          .locator('.publication, .channel-trouble')
          .evaluateAll((entries) =>
            entries.map((entry) =>
              entry.classList.contains('publication')
                ? `${entry.querySelector('.offset')?.textContent} ${entry.querySelector('.text')?.textContent}`
                : 'lost',
            ),
          ),
      );
    }
    const last = logs.map((log) => log.slice(log.lastIndexOf('lost') + 1));
    for (const log of logs)
      for (const [index, entry] of log.entries()) {
        const before = log[index - 1];
        if (entry === 'lost' || before === undefined || before === 'lost') continue;
        expect(offsetOf(entry), `${before}, ${entry}`).toBe(offsetOf(before) + 1);
      }
    // What both show of the new log is the same.
    const [shorter = [], longer = []] = last.toSorted((one, other) => one.length - other.length);
    expect(longer.slice(-shorter.length)).toEqual(shorter);
  });

  it('E25: the page shows hostile publications, users and channels as text', async () => {
    const { url } = await startChannels(binary);
    const channel = 'demo:<img/src=x/onerror=alert(1)>';
    const ada = await openTab(url, 'ada', channel);
    const other = await openTab(url, '<b>\u202eadmin', channel);
    const { page } = ada;
    await shownView(page).getByText('<b>⟨U+202E⟩admin joined.').waitFor();
    for (const [text, shown] of [
      ['<img src=x onerror=alert(1)><script>alert(2)</script>', undefined],
      ['\u202egnp.exe\u202c', '⟨U+202E⟩gnp.exe⟨U+202C⟩'],
    ] as const) {
      await publish(other.page, text);
      await waitForPublication(page, shown ?? text);
    }
    expect(await publications(page)).toHaveLength(2);
    expect(await page.getByRole('tab').allTextContents()).toEqual([channel]);
    expect(
      await page.evaluate(() => document.querySelectorAll('#channel-views :is(img, script, b)').length),
    ).toBe(0);
    for (const opened of [ada, other]) expectNoBrowserErrors(opened);
  });

  it('a tab that is busy for a while shows every publication once and in order afterwards', async () => {
    const { url } = await startChannels(binary);
    const { page } = await openTab(url, 'slow');
    const busy = page.evaluate(() => {
      const until = Date.now() + 3_000;
      while (Date.now() < until);
    });
    const texts = Array.from({ length: 300 }, (_, index) => `text ${index + 1}`);
    await publishAll(url, 'ada', texts);
    await busy;
    await waitForPublication(page, 'text 300');
    expect(await publications(page)).toEqual(texts.map((text, index) => `${index + 1} ada ${text}`));
  });

  it('a tab that missed more than the history of the channel has says that publications are lost', async () => {
    const { url, port } = await startChannels(binary, undefined, 2);
    const proxy = await startProxy(port);
    const [ada, grace] = [await openTab(url, 'ada'), await openTab(proxy.url, 'grace')];
    await publish(ada.page, 'one');
    await waitForPublication(grace.page, 'one');
    proxy.cut();
    await waitForState(grace.page, 'recovering');
    for (const text of ['two', 'three', 'four', 'five']) {
      await publish(ada.page, text);
      await waitForPublication(ada.page, text);
    }
    proxy.mend();
    await waitForState(grace.page, 'lost');
    await publish(ada.page, 'six');
    await waitForPublication(grace.page, 'six');
    expect(
      await shownView(grace.page).locator('.publication .text, .channel-trouble').allTextContents(),
    ).toEqual(['one', 'Some publications are lost. The next ones follow here.', 'six']);
  });

  it('a channel that the user may not read is refused, with the reason, and the others go on', async () => {
    const { url } = await startChannels(binary);
    const opened = await openTab(url, 'ada');
    const { page } = opened;
    await subscribe(page, 'secret:plans');
    await waitForState(page, 'unsubscribed');
    await shownView(page)
      .getByText('Not subscribed: the user may not do this in this channel (forbidden).')
      .waitFor();
    await publish(page, 'hello');
    await shownView(page)
      .getByRole('alert')
      .getByText('Not published: the user may not do this in this channel (forbidden).')
      .waitFor();
    expect(await shownView(page).getByRole('textbox', { name: 'Publication' }).inputValue()).toBe('hello');
    await subscribe(page, 'nowhere');
    await shownView(page)
      .getByText('Not subscribed: the server has no such channel (channelNotFound).')
      .waitFor();
    await page.getByRole('tab', { name: 'demo:lobby' }).click();
    await waitForState(page, 'live');
    await subscribe(page, 'two words');
    await page.getByRole('alert').getByText('Not subscribed: a channel has 1 to 255').waitFor();
    expect(await page.getByRole('tab').allTextContents()).toEqual(['demo:lobby', 'secret:plans', 'nowhere']);
    expectNoBrowserErrors(opened);
  });

  it('a user unsubscribes and subscribes again, and the page says what it did not show', async () => {
    const { url } = await startChannels(binary);
    const [ada, grace] = [await openTab(url, 'ada'), await openTab(url, 'grace')];
    await publish(ada.page, 'one');
    await waitForPublication(grace.page, 'one');
    await shownView(grace.page).getByRole('button', { name: 'Unsubscribe' }).click();
    await waitForState(grace.page, 'unsubscribed');
    for (let number = 2; number <= 25; number += 1) await publish(ada.page, `number ${number}`);
    await waitForPublication(ada.page, 'number 25');
    expect(await publications(grace.page)).toEqual(['1 ada one']);
    await shownView(grace.page).getByRole('button', { name: 'Subscribe', exact: true }).click();
    await waitForPublication(grace.page, 'number 25');
    // The page asks for the last 20.
    await shownView(grace.page).getByText('This page was not subscribed from 2 to 5.').waitFor();
    expect(await publications(grace.page)).toHaveLength(21);
    expect((await marked(grace.page, 'history')).at(0)).toBe('number 6');
    // The history of a third subscription has only what is shown already.
    await shownView(grace.page).getByRole('button', { name: 'Unsubscribe' }).click();
    await waitForState(grace.page, 'unsubscribed');
    await shownView(grace.page).getByRole('button', { name: 'Subscribe', exact: true }).click();
    await waitForState(grace.page, 'live');
    await publish(ada.page, 'the last');
    await waitForPublication(grace.page, 'the last');
    expect(await publications(grace.page)).toHaveLength(22);
  });

  it('the keyboard moves between the tabs of channels, and a closed channel leaves the focus in the panel', async () => {
    const { url } = await startChannels(binary);
    const { page } = await openTab(url, 'ada');
    await subscribe(page, 'demo:two');
    await waitForState(page, 'live');
    const focused = () =>
      page.evaluate(() => document.activeElement?.textContent || document.activeElement?.id);
    await publish(page, 'in the second');
    await waitForPublication(page, 'in the second');
    await page.getByRole('tab', { name: 'demo:two' }).focus();
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toBe('demo:lobby');
    expect(await publications(page)).toEqual([]);
    await page.keyboard.press('End');
    expect(await focused()).toBe('demo:two');
    expect(await publications(page)).toEqual(['1 ada in the second']);
    await page.getByRole('button', { name: 'Close' }).press('Enter');
    expect(await focused()).toBe('channel-name');
    expect(await page.getByRole('tab').allTextContents()).toEqual(['demo:lobby']);
  });

  it('a user who is not signed in, or who speaks the text protocol, reads why there are no channels', async () => {
    const { url } = sharedServer(binary);
    const { page } = await openPage(url);
    await page.getByText('Sign in, and subscribe to a channel.').waitFor();
    await subscribe(page, 'demo:lobby');
    await page.getByRole('alert').getByText('Not subscribed: sign in first.').waitFor();
    await page.getByLabel('Protocol').selectOption('text');
    await page.getByText('Channels are part of the protocol sallyport.v1.').waitFor();
    expect(await page.locator('#subscribe').isVisible()).toBe(false);
  });

  it('a sign-out ends the channels, and the next user begins without them', async () => {
    const { url } = await startChannels(binary);
    const { page } = await openTab(url, 'ada');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await waitForState(page, 'unsubscribed');
    await signIn(page, '123456', 'grace');
    await waitForStatus(page, 'Signed in as grace');
    expect(await page.getByRole('tab').count()).toBe(0);
    expect(await page.locator('.publication').count()).toBe(0);
    await page.getByText('Subscribe to a channel.').waitFor();
  });

  it.each([1_280, 360])(
    'the Channels panel has no accessibility violation and fits: light and dark, %d pixels wide',
    async (width) => {
      const { url, server } = await startChannels(binary);
      const { page } = await openNewPage(url, { viewport: { width, height: 800 }, reducedMotion: 'reduce' });
      await signIn(page, '123456', 'a-user-with-a-very-long-name-'.repeat(4));
      await waitForStatus(page, 'Signed in as');
      const expectNoViolation = async () => {
        await page.emulateMedia({ colorScheme: 'light' });
        expect(await violations(page)).toEqual([]);
        await page.emulateMedia({ colorScheme: 'dark' });
        expect(await violations(page, ['color-contrast', 'link-in-text-block'])).toEqual([]);
        expect(
          await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
        ).toBeLessThanOrEqual(0);
      };
      await subscribe(page, 'demo:two');
      await subscribe(page, `demo:${'long-name-'.repeat(20)}`);
      await waitForState(page, 'live');
      await publish(page, 'a-very-long-word-'.repeat(20));
      await waitForPublication(page, 'a-very-long-word-'.repeat(20));
      await expectNoViolation();
      server.process.kill('SIGKILL');
      await waitForState(page, 'recovering');
      await expectNoViolation();
    },
  );
});
