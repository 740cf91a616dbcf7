/** What Chromium allows the page to do, and other pages to do with it. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import {
  expectNoBrowserErrors,
  onBothBinaries,
  openNewPage,
  openWindow,
  sharedServer,
  signIn,
  startServer,
  waitForStatus,
} from './fixture.ts';

let foreignServer: Server | undefined;
afterEach(() => foreignServer?.close());

/** A page of another origin. */
async function foreignPage(html: string): Promise<string> {
  foreignServer = createServer((_request, response) =>
    response.setHeader('content-type', 'text/html').end(html),
  );
  await new Promise<void>((resolve) => foreignServer?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(foreignServer.address() as AddressInfo).port}/`;
}

onBothBinaries((binary) => {
  it('E25: injected elements do not run, load or connect to other origins', async () => {
    const { url } = sharedServer(binary);
    const { page, browserErrors } = await openNewPage(url);
    const other = await foreignPage('');
    await page.evaluate((other) => {
      const script = document.createElement('script');
      script.textContent = 'window.ran = true';
      const image = document.createElement('img');
      image.setAttribute('onerror', 'window.ran = true');
      image.src = `${other}x.png`;
      document.body.append(script, image);
      void fetch(other, { mode: 'no-cors' }).catch(() => {});
      const style = document.createElement('style');
      style.textContent = 'body { display: none }';
      document.head.append(style);
    }, other);
    // The browser reports each of the four that it has stopped.
    const isReported = (directive: string) =>
      browserErrors.some((error) => error.startsWith(`policy: ${directive}`));
    const directives = ['script-src', 'img-src', 'connect-src', 'style-src'];
    await vi.waitUntil(() => directives.every(isReported), { timeout: 60_000 });
    expect(
      await page.evaluate(() => [(window as { ran?: boolean }).ran, getComputedStyle(document.body).display]),
    ).toEqual([undefined, 'block']);
  });

  it('A40: the server refuses a page of another origin unless it is on the list', async () => {
    const other = await foreignPage('<title>elsewhere</title>');
    const connectFrom = async (port: number) => {
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
    expect(await connectFrom(sharedServer(binary).port)).toBe('closed 1006');
    expect(
      await connectFrom((await startServer(binary, ['--allow-origin', new URL(other).origin])).port),
    ).toBe('open');
  });

  it('no other page can show the page in a frame', async () => {
    const { url } = sharedServer(binary);
    const page = await openWindow();
    await page.goto(await foreignPage(`<iframe src="${url}"></iframe>`));
    const [, frame] = page.frames();
    await frame?.waitForLoadState();
    expect(await frame?.title().catch(() => '')).not.toBe('Sallyport');
  });

  it('the page works under the name localhost', async () => {
    const { port } = sharedServer(binary);
    const opened = await openNewPage(`http://localhost:${port}/?from=somewhere#here`);
    await signIn(opened.page);
    await waitForStatus(opened.page, 'Signed in as admin');
    expectNoBrowserErrors(opened);
  });
});
