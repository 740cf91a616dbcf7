/** The throttle of a real server, as a user of the page meets it: strangers guess, and then the user signs in. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Account, guessUntilClosed, makeAccount } from '../../packages/cli/test/guesses.ts';
import {
  expectNoBrowserErrors,
  onOneBinary,
  openPage,
  startServer,
  waitForStatus,
  waitForTranscript,
} from './fixture.ts';

let account: Account;
beforeEach(async () => {
  account = await makeAccount();
});
afterEach(() => {
  account.remove();
});

onOneBinary((binary) => {
  it('the right password gets in by itself after strangers have closed the account, and the page says to wait', async () => {
    const { url } = await startServer(binary, ['--users', account.file]);
    const opened = await openPage(url);
    const { page } = opened;
    await page.getByRole('textbox', { name: 'Username' }).fill('ada');
    await page.getByRole('textbox', { name: 'Password' }).fill(account.password);
    await guessUntilClosed(url.replace('http', 'ws'), 'ada', 4_000);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await waitForTranscript(
      page,
      'The server is not looking at sign-ins for this account right now. This page tries again by itself.',
    );
    await waitForStatus(page, 'Waiting to sign in');
    await waitForStatus(page, 'Signed in as ada');
    expect(
      await page
        .getByRole('log')
        .getByText(/wrong|refused/)
        .count(),
    ).toBe(0);
    expectNoBrowserErrors(opened);
  });
});
