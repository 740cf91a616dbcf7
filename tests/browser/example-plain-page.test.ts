/** `examples/plain-page`: the built page and its own server. */

import { afterEach, expect, it } from 'vitest';
import { freePort } from '../fixtures/src/free-port.ts';
import { ExampleProcess } from './example-process.ts';
import {
  expectNoBrowserErrors,
  onOneBinary,
  openPage,
  sendMessage,
  signIn,
  waitForStatus,
  waitForTranscript,
} from './fixture.ts';

const servers: ExampleProcess[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())));

async function start(port = 0): Promise<{ server: ExampleProcess; url: string }> {
  const server = new ExampleProcess('plain-page', 'plain-page/dist/server.js', [], { PORT: String(port) });
  servers.push(server);
  return { server, url: await server.url() };
}

// The server is the example's own; the browser is the same for all binaries.
onOneBinary(() => {
  it('the page without a framework signs in, talks to another window and asks for the users', async () => {
    const { url } = await start();
    const ada = await openPage(url);
    await signIn(ada.page, 'wrong', 'ada');
    await waitForStatus(ada.page, 'Wrong username or password');
    await signIn(ada.page, 'lovelace', 'ada');
    await waitForStatus(ada.page, 'Signed in as ada');

    const grace = await openPage(url);
    await signIn(grace.page, 'hopper', 'grace');
    await waitForStatus(grace.page, 'Signed in as grace');
    await sendMessage(grace.page, '<b>hello</b>');
    await waitForTranscript(ada.page, 'grace: <b>hello</b>');
    await ada.page.getByRole('button', { name: 'Users' }).click();
    await waitForTranscript(ada.page, 'here now: ada, grace');

    await grace.page.getByRole('button', { name: 'Sign out' }).click();
    await waitForStatus(grace.page, 'Signed out');
    expect(await grace.page.getByRole('button', { name: 'Send' }).isVisible()).toBe(false);
    await signIn(grace.page, 'hopper', 'grace');
    await waitForStatus(grace.page, 'Signed in as grace');
    for (const opened of [ada, grace]) expectNoBrowserErrors(opened);
  });

  it('the page without a framework connects again after its server has restarted', async () => {
    const port = await freePort();
    const { server, url } = await start(port);
    const opened = await openPage(url);
    await signIn(opened.page, 'lovelace', 'ada');
    await waitForStatus(opened.page, 'Signed in as ada');
    await server.stop();
    await waitForStatus(opened.page, 'The connection is lost');
    await start(port);
    await waitForStatus(opened.page, 'Signed in as ada');
    await sendMessage(opened.page, 'again');
    await waitForTranscript(opened.page, 'ada: again');
    expectNoBrowserErrors(opened);
  });
});
