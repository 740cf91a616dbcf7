/** Stories of connections that are lost, and of what one sees of it. */
import { expect, it } from 'vitest';
import {
  expectNoComplaints,
  lastingPort,
  onBothBinaries,
  reads,
  say,
  serve,
  signIn,
  stands,
  visit,
} from './stage.ts';

onBothBinaries((binary) => {
  it('a server that is killed and comes back: the page says so, counts down, and is signed in again', async () => {
    const { url, port, server } = await serve(binary, [], await lastingPort());
    const visitor = await visit(url);
    const { page } = visitor;
    await signIn(page);
    await stands(page, 'Signed in as admin');
    server.process.kill('SIGKILL');
    await server.ended;

    await reads(page, 'The connection to the server was lost.');
    await page.getByText(/^Trying again in \d+ s$/).waitFor();
    expect(await page.locator('[data-state="waiting"]').count()).toBe(1);
    await reads(page, 'The server is not there, or does not let this page connect.');

    // What is written meanwhile is not lost.
    const message = page.getByRole('textbox', { name: 'Message' });
    await message.fill('still here');
    await message.press('Enter');
    await page
      .getByRole('alert')
      .getByText(/Not sent/)
      .waitFor();

    await serve(binary, [], port);
    await page
      .getByRole('button', { name: 'Try now' })
      .click({ timeout: 60_000 })
      .catch(() => {});
    await stands(page, 'Signed in as admin');
    expect(await page.getByRole('button', { name: 'Try now' }).isVisible()).toBe(false);
    expect(await message.inputValue()).toBe('still here');
    await message.press('Enter');
    await reads(page, 'your submit context: still here');
    expectNoComplaints(visitor);
  });

  it('a server that is stopped says that it restarts', async () => {
    const { url, server } = await serve(binary);
    const { page } = await visit(url);
    await signIn(page);
    await stands(page, 'Signed in as admin');
    await say(page, 'hello');
    await reads(page, 'your submit context: hello');
    await server.stop();
    await reads(page, 'The server is restarting.');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await stands(page, 'Signed out');
  });

  it('no server at all: it is said, and trying goes on', async () => {
    const { url, server } = await serve(binary);
    const { page } = await visit(url);
    await server.stop();
    await signIn(page);
    await reads(page, 'The server is not there, or does not let this page connect.');
    await stands(page, 'No connection');
  });

  it('no server at all, by keyboard: whoever tries now is not lost, and cancelling leads back to the form', async () => {
    const { url, server } = await serve(binary);
    const visitor = await visit(url);
    const { page } = visitor;
    await server.stop();
    await signIn(page);
    const retry = page.getByRole('button', { name: 'Try now' });
    await retry.press('Enter');
    await page.waitForFunction(() => document.activeElement?.id === 'sign-out');
    const cancel = page.getByRole('button', { name: 'Cancel' });
    expect(await page.getByRole('button', { name: 'Sign out' }).count()).toBe(0);
    await cancel.press('Enter');
    await reads(page, 'You have cancelled the sign-in.');
    await stands(page, 'Not signed in');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('password');
    expect(await page.getByRole('textbox', { name: 'Password' }).inputValue()).toBe('');
    expect(await page.locator('#frame-rows').textContent()).not.toContain('123456');
    expectNoComplaints(visitor);
  });
});
