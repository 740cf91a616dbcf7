/** `examples/html-client`: one file, opened from disk. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { onBothBinaries, openWindow, reads, say, serve, signIn, stands } from './stage.ts';

const file = new URL('../examples/html-client/index.html', import.meta.url);

it('is at most 80 lines, and nothing of it comes from elsewhere', () => {
  const html = readFileSync(file, 'utf8');
  expect(html.split('\n').length - 1).toBeLessThanOrEqual(80);
  expect(html).not.toMatch(/\ssrc=|<link|import\b|innerHTML/);
});

onBothBinaries((binary) => {
  it('signs in, talks and signs out, where pages from disk are let in', async () => {
    const { port, server } = await serve(binary, ['--allow-origin', 'null']);
    const page = await openWindow();
    await page.goto(file.href);
    await page.getByRole('textbox', { name: 'Server' }).fill(`ws://127.0.0.1:${port}`);
    await signIn(page, '1');
    await reads(page, '< sorry, the username or password is wrong, please submit again');
    await signIn(page);
    await stands(page, 'signed in');
    await say(page, '<b>hello</b>');
    await reads(page, '< your submit context: <b>hello</b>');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await stands(page, 'closed: 1000 user exit');
    await server.event('session.closed', { code: 1000 });
  });

  it('A40: is not let in elsewhere', async () => {
    const { port, server } = await serve(binary);
    const page = await openWindow();
    await page.goto(file.href);
    await page.getByRole('textbox', { name: 'Server' }).fill(`ws://127.0.0.1:${port}`);
    await signIn(page);
    await stands(page, 'closed: 1006');
    await server.event('upgrade.refused', { status: 403 });
  });
});
