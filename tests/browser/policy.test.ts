/** What the page may do, and what others may do with it, as Chromium enforces it. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import {
  expectNoBrowserErrors,
  onBothBinaries,
  openPage,
  openWindow,
  sharedServer,
  signIn,
  startServer,
  waitForStatus,
} from './fixture.ts';

let elsewhere: Server | undefined;
afterEach(() => elsewhere?.close());

/** A page of another origin. */
async function foreignPage(html: string): Promise<string> {
  elsewhere = createServer((_request, response) => response.setHeader('content-type', 'text/html').end(html));
  await new Promise<void>((resolve) => elsewhere?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`;
}

onBothBinaries((binary) => {
  it('E25: nothing that got into the page would run, load or connect elsewhere', async () => {
    const { url } = await sharedServer(binary);
    const { page, browserErrors } = await openPage(url);
    const other = await foreignPage('');
    const ran = await page.evaluate(async (other) => {
      const script = document.createElement('script');
      script.textContent = 'window.ran = true';
      const image = document.createElement('img');
      image.setAttribute('onerror', 'window.ran = true');
      image.src = `${other}x.png`;
      document.body.append(script, image);
      await fetch(other, { mode: 'no-cors' }).catch(() => {});
      const style = document.createElement('style');
      style.textContent = 'body { display: none }';
      document.head.append(style);
      await new Promise((resolve) => setTimeout(resolve, 100));
      return [(window as { ran?: boolean }).ran, getComputedStyle(document.body).display];
    }, other);
    expect(ran).toEqual([undefined, 'block']);
    for (const directive of ['script-src', 'img-src', 'connect-src', 'style-src'])
      expect(
        browserErrors.some((complaint) => complaint.startsWith(`policy: ${directive}`)),
        directive,
      ).toBe(true);
  });

  it('A40: a page of another origin is not let in, unless it is on the list', async () => {
    const other = await foreignPage('<title>elsewhere</title>');
    const knock = async (port: number) => {
      const page = await openWindow();
      await page.goto(other);
      return page.evaluate(
        (port) =>
          new Promise<string>((resolve) => {
            const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
            socket.addEventListener('open', () => resolve('open'));
            socket.addEventListener('close', ({ code }) => resolve(`closed ${code}`));
          }),
        port,
      );
    };
    expect(await knock((await startServer(binary)).port)).toBe('closed 1006');
    expect(await knock((await startServer(binary, ['--allow-origin', new URL(other).origin])).port)).toBe(
      'open',
    );
  });

  it('no other page can frame it', async () => {
    const { url } = await sharedServer(binary);
    const page = await openWindow();
    await page.goto(await foreignPage(`<iframe src="${url}"></iframe>`));
    const [, frame] = page.frames();
    await frame?.waitForLoadState();
    expect(await frame?.title().catch(() => '')).not.toBe('Sallyport');
  });

  it('works where it is called localhost as well', async () => {
    const { port } = await startServer(binary);
    const opened = await openPage(`http://localhost:${port}/?from=somewhere#here`);
    await signIn(opened.page);
    await waitForStatus(opened.page, 'Signed in as admin');
    expectNoBrowserErrors(opened);
  });
});
