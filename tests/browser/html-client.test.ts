/** `examples/html-client`: one file, opened from disk. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import {
  onBothBinaries,
  openWindow,
  sendMessage,
  signIn,
  startServer,
  waitForStatus,
  waitForTranscript,
} from './fixture.ts';

const file = new URL('../../examples/html-client/index.html', import.meta.url);

it('is at most 80 lines, and nothing of it comes from elsewhere', () => {
  const html = readFileSync(file, 'utf8');
  expect(html.split('\n').length - 1).toBeLessThanOrEqual(80);
  expect(html).not.toMatch(/\ssrc=|<link|import\b|innerHTML/);
});

onBothBinaries((binary) => {
  it('signs in, talks and signs out, where pages from disk are let in', async () => {
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

  it('says no credentials where they do not belong, and keeps none', async () => {
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
    // A colon would make another name and password of the two.
    await signIn(page, '123456', 'admin:1');
    expect(await page.evaluate(() => document.querySelector('input:invalid')?.getAttribute('name'))).toBe(
      'username',
    );
    await signIn(page, '1');
    await waitForTranscript(page, '< sorry, the username or password is wrong, please submit again');
    // Twice at once: the first is left for the second.
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

  it('A40: is not let in elsewhere', async () => {
    const { port, server } = await startServer(binary);
    const page = await openWindow();
    await page.goto(file.href);
    await page.getByRole('textbox', { name: 'Server' }).fill(`ws://127.0.0.1:${port}`);
    await signIn(page);
    await waitForStatus(page, 'closed: 1006');
    await server.event('upgrade.refused', { status: 403 });
  });
});
