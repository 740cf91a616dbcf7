/** `examples/html-client`: one file that a browser opens from the disk. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import {
  onBothBinaries,
  onOneBinary,
  openWindow,
  sendMessage,
  signIn,
  startServer,
  waitForStatus,
  waitForTranscript,
} from './fixture.ts';

const file = new URL('../../examples/html-client/index.html', import.meta.url);

it('the HTML client has at most 80 lines and loads nothing', () => {
  const html = readFileSync(file, 'utf8');
  expect(html.split('\n').length - 1).toBeLessThanOrEqual(80);
  expect(html).not.toMatch(/\ssrc=|<link|import\b|innerHTML/);
});

onBothBinaries((binary) => {
  it('the HTML client signs in, sends a message and signs out, if the server allows pages from the disk', async () => {
    const { port, server } = await startServer(binary, ['--allow-origin', 'null']);
    const page = await openWindow();
    await page.goto(file.href);
    await page.getByRole('textbox', { name: 'Server' }).fill(`ws://127.0.0.1:${port}`);
    await signIn(page, '1');
    await waitForTranscript(page, '< sorry, the username or password is wrong, please submit again');
    await signIn(page);
    await waitForStatus(page, 'signed in');
    await sendMessage(page, '<b>hello</b>');
    await waitForTranscript(page, '< your submit context: <b>hello</b>');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await waitForStatus(page, 'closed: 1000 user exit');
    await server.event('session.closed', { code: 1000 });
  });

  it('A40: a server that does not allow pages from the disk refuses the HTML client', async () => {
    const { port, server } = await startServer(binary);
    const page = await openWindow();
    await page.goto(file.href);
    await page.getByRole('textbox', { name: 'Server' }).fill(`ws://127.0.0.1:${port}`);
    await signIn(page);
    await waitForStatus(page, 'closed: 1006');
    await server.event('upgrade.refused', { status: 403 });
  });
});

onOneBinary((binary) => {
  it('the HTML client sends credentials only to the chosen server and keeps none', async () => {
    const { port } = await startServer(binary, ['--allow-origin', 'null']);
    const page = await openWindow();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(String(error)));
    await page.goto(file.href);
    const server = page.getByRole('textbox', { name: 'Server' });
    const button = page.getByRole('button', { name: 'Sign in' });

    await server.fill('127.0.0.1');
    await signIn(page);
    await waitForStatus(page, /scheme|invalid/);
    await server.fill(`ws://127.0.0.1:${port}`);
    // A colon in the username would change where the password begins.
    await signIn(page, '123456', 'admin:1');
    expect(await page.evaluate(() => document.querySelector('input:invalid')?.getAttribute('name'))).toBe(
      'username',
    );
    await signIn(page, '1');
    await waitForTranscript(page, '< sorry, the username or password is wrong, please submit again');
    // Two sign-ins at once: the client gives up the first.
    await page.getByRole('textbox', { name: 'Password' }).fill('123456');
    await page.evaluate(() => {
      const form = document.querySelector('form');
      const password = document.querySelector<HTMLInputElement>('[type=password]');
      const address = document.querySelector<HTMLInputElement>('[name=server]');
      if (!form || !password || !address) throw new Error('missing');
      address.value = `${address.value}/`.replace('127.0.0.1', 'localhost');
      form.requestSubmit();
      password.value = '123456';
      form.requestSubmit();
    });
    await waitForStatus(page, 'signed in');
    expect(await button.isEnabled()).toBe(false);
    expect(await page.getByLabel('Password').inputValue()).toBe('');
    await sendMessage(page, 'hello');
    await waitForTranscript(page, '< your submit context: hello');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await waitForStatus(page, 'closed: 1000 user exit');
    expect(await button.isEnabled()).toBe(true);
    expect(await page.getByRole('log').textContent()).not.toContain('123456');
    expect(faults).toEqual([]);
  });
});
