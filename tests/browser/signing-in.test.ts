/** Signing in and out with a browser. */
import { createHmac } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  expectNoBrowserErrors,
  onBothBinaries,
  onOneBinary,
  openPage,
  sendMessage,
  sharedServer,
  signIn,
  startServer,
  waitForStatus,
  waitForTranscript,
} from './fixture.ts';

onBothBinaries((binary) => {
  it.each(['sallyport.v1', 'text'])(
    'a user signs in after a wrong password, gets an echo and signs out, in %s',
    async (protocol) => {
      const { url } = sharedServer(binary);
      const opened = await openPage(url);
      const { page } = opened;
      await waitForStatus(page, 'Not signed in');
      await page.getByLabel('Protocol').selectOption(protocol);

      await signIn(page, '1');
      const complaint =
        protocol === 'text' ? 'Wrong username or password.' : 'Wrong username or password. 4 attempts left.';
      await page.getByRole('alert').getByText(complaint, { exact: true }).waitFor();
      expect(await page.getByRole('textbox', { name: 'Username' }).inputValue()).toBe('admin');
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('password');

      await signIn(page);
      await waitForStatus(page, protocol === 'text' ? 'Signed in' : 'Signed in as admin');
      await sendMessage(page, 'hello');
      await waitForTranscript(page, 'your submit context: hello');

      await page.getByRole('button', { name: 'Sign out' }).click();
      await waitForStatus(page, 'Signed out');
      expect(await page.locator('[data-state="closed"]').getAttribute('class')).toContain('active');
      expect(await page.getByRole('textbox', { name: 'Password' }).inputValue()).toBe('');

      await signIn(page);
      await waitForStatus(page, 'Signed in');
      expectNoBrowserErrors(opened);
    },
  );

  it('after five wrong passwords the server closes the connection, and the page says so and asks again', async () => {
    const { url } = sharedServer(binary);
    const { page } = await openPage(url);
    for (const left of [4, 3, 2, 1]) {
      await signIn(page, `wrong-${left}`);
      await page.getByRole('alert').getByText(`${left} attempt`).waitFor();
    }
    await signIn(page, 'wrong-0');
    await waitForTranscript(page, 'Too many wrong attempts. The server closed the connection.');
    await signIn(page);
    await waitForStatus(page, 'Signed in as admin');
  });

  it.each(['sallyport.v1', 'text'])('a user signs in with a token, in %s', async (protocol) => {
    const secret = 'no shorter than 32 bytes, as it has to be';
    const file = join(mkdtempSync(join(tmpdir(), 'sallyport-page-')), 'secret');
    writeFileSync(file, secret);
    const { url } = await startServer(binary, ['--token-secret-file', file]);
    const opened = await openPage(url);
    const { page } = opened;
    await page.getByLabel('Protocol').selectOption(protocol);
    await page.getByRole('button', { name: 'Use a token' }).click();
    expect(await page.getByRole('textbox', { name: 'Username' }).isVisible()).toBe(false);
    const token = page.getByRole('textbox', { name: 'Token' });
    await token.fill(signed('ada', 'another secret, of another server'));
    await token.press('Enter');
    await page.getByRole('alert').getByText('The token was refused.').waitFor();
    await token.fill(`${signed('ada', secret)}\n`);
    await token.press('Enter');
    await waitForStatus(page, protocol === 'text' ? 'Signed in' : 'Signed in as ada');
    await sendMessage(page, 'hello');
    await waitForTranscript(page, 'your submit context: hello');
    expect(await page.locator('#frame-rows').textContent()).not.toContain(signed('ada', secret).slice(0, 10));
    expectNoBrowserErrors(opened);
  });

  it('closing the tab ends the session on the server', async () => {
    const { url, server } = await startServer(binary);
    const { page } = await openPage(url);
    await signIn(page);
    await waitForStatus(page, 'Signed in as admin');
    await page.close();
    await server.event('session.closed', { code: 1001 });
  });
});

onOneBinary((binary) => {
  it('the page sends the same wrong password again if the user enters it again', async () => {
    const { url } = sharedServer(binary);
    const { page } = await openPage(url);
    for (const left of [4, 3]) {
      await signIn(page, 'wrong');
      await page.getByRole('alert').getByText(`${left} attempts left.`).waitFor();
    }
    await signIn(page);
    await waitForStatus(page, 'Signed in as admin');
  });

  it('a user signs in, sends messages and signs out by keyboard', async () => {
    const { url } = sharedServer(binary);
    const { page } = await openPage(url);
    const { keyboard } = page;
    await waitForStatus(page, 'Not signed in');
    // The page puts the cursor into the first field.
    await keyboard.type('admin');
    await keyboard.press('Tab');
    await keyboard.type('1');
    await keyboard.press('Enter');
    await page.getByRole('alert').getByText('4 attempts left.').waitFor();
    await keyboard.type('123456');
    await keyboard.press('Enter');
    await waitForStatus(page, 'Signed in as admin');
    await keyboard.type('first');
    await keyboard.press('Shift+Enter');
    await keyboard.type('second');
    await keyboard.press('Enter');
    await waitForTranscript(page, 'your submit context: first\nsecond');
    await keyboard.press('ArrowUp');
    expect(await page.getByRole('textbox', { name: 'Message' }).inputValue()).toBe('first\nsecond');

    // Backwards: first the transcript, which scrolls, then the button before it.
    await keyboard.press('Shift+Tab');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('log');
    await keyboard.press('Shift+Tab');
    await keyboard.press('Enter');
    await waitForStatus(page, 'Signed out');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('password');
  });

  it('signing out clears the unsent text and the earlier messages', async () => {
    const { url } = sharedServer(binary);
    const { page } = await openPage(url);
    await signIn(page);
    await waitForStatus(page, 'Signed in as admin');
    await sendMessage(page, 'said before');
    await waitForTranscript(page, 'your submit context: said before');
    const message = page.getByRole('textbox', { name: 'Message' });
    await message.fill('half a sentence');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await waitForStatus(page, 'Signed out');
    await signIn(page);
    await waitForStatus(page, 'Signed in as admin');
    expect(await message.inputValue()).toBe('');
    await message.press('ArrowUp');
    expect(await message.inputValue()).toBe('');
  });
});

/** A token (RFC 7519) that is good for an hour. */
function signed(sub: string, secret: string): string {
  const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const exp = Math.floor(Date.now() / 1_000) + 3_600;
  const content = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded({ sub, exp })}`;
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
}
