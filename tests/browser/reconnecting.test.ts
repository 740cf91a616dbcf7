/** Lost connections, and what the page shows of them. */

import { expect, it } from 'vitest';
import {
  expectNoBrowserErrors,
  onBothBinaries,
  onOneBinary,
  openNewPage,
  openPage,
  sendMessage,
  signIn,
  startServer,
  waitForStatus,
  waitForTranscript,
} from './fixture.ts';

onBothBinaries((binary) => {
  it('after the server was killed the page says so, counts down, and signs in again once the server is back', async () => {
    const { url, port, server } = await startServer(binary);
    const opened = await openPage(url);
    const { page } = opened;
    await signIn(page);
    await waitForStatus(page, 'Signed in as admin');
    server.process.kill('SIGKILL');
    await server.ended;

    await waitForTranscript(page, 'The connection to the server was lost.');
    await page.getByText(/^Trying again in \d+ s$/).waitFor();
    expect(await page.locator('[data-state="waiting"]').count()).toBe(1);
    await waitForTranscript(page, 'The server cannot be reached, or does not allow this page to connect.');

    // The page keeps the text that a user writes meanwhile.
    const message = page.getByRole('textbox', { name: 'Message' });
    await message.fill('still here');
    await message.press('Enter');
    await page
      .getByRole('alert')
      .getByText(/Not sent/)
      .waitFor();

    await startServer(binary, [], port);
    // The page may connect by itself before the click.
    const retry = page.getByRole('button', { name: 'Try now' });
    await Promise.race([retry.click().catch(() => {}), waitForStatus(page, 'Signed in as admin')]);
    await waitForStatus(page, 'Signed in as admin');
    expect(await page.getByRole('button', { name: 'Try now' }).isVisible()).toBe(false);
    expect(await message.inputValue()).toBe('still here');
    await message.press('Enter');
    await waitForTranscript(page, 'your submit context: still here');
    expectNoBrowserErrors(opened);
  });

  it('the page says that a stopped server is restarting', async () => {
    const { url, server } = await startServer(binary);
    const { page } = await openPage(url);
    await signIn(page);
    await waitForStatus(page, 'Signed in as admin');
    await sendMessage(page, 'hello');
    await waitForTranscript(page, 'your submit context: hello');
    await server.stop();
    await waitForTranscript(page, 'The server is restarting.');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await waitForStatus(page, 'Signed out');
  });
});

onOneBinary((binary) => {
  it('without a server the page says so and keeps trying', async () => {
    const { url, server } = await startServer(binary);
    const { page } = await openPage(url);
    await server.stop();
    await signIn(page);
    await waitForTranscript(page, 'The server cannot be reached, or does not allow this page to connect.');
    await waitForStatus(page, 'No connection');
  });

  it('without a server the keyboard focus stays useful: on Cancel after Try now, and on the form after Cancel', async () => {
    const { url, server } = await startServer(binary);
    const opened = await openNewPage(url);
    const { page } = opened;
    await server.stop();
    // The clock of the page stands still, so that no automatic attempt comes between the steps of this test.
    await page.clock.install();
    await page.clock.pauseAt(Date.now() + 60_000);
    await signIn(page);
    const retry = page.getByRole('button', { name: 'Try now' });
    await retry.press('Enter');
    await page.waitForFunction(() => document.activeElement?.id === 'sign-out');
    const cancel = page.getByRole('button', { name: 'Cancel' });
    expect(await page.getByRole('button', { name: 'Sign out' }).count()).toBe(0);
    await cancel.press('Enter');
    await waitForTranscript(page, 'You have cancelled the sign-in.');
    await waitForStatus(page, 'Not signed in');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('password');
    expect(await page.getByRole('textbox', { name: 'Password' }).inputValue()).toBe('');
    expect(await page.locator('#frame-rows').textContent()).not.toContain('123456');
    expectNoBrowserErrors(opened);
  });
});
