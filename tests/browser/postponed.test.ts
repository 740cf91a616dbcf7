/** A server that postpones sign-ins, as somebody in front of a browser has it. What the server says is the test's own. */
import { expect, it } from 'vitest';
import {
  expectNoBrowserErrors,
  onOneBinary,
  openPage,
  signIn,
  startServer,
  waitForStatus,
  waitForTranscript,
} from './fixture.ts';

const NOT_LOOKING =
  'The server is not looking at sign-ins for this account right now. This page tries again by itself.';
type Said = Record<string, unknown>;

/** The page of a real server, whose WebSockets answer what `answer` says to the attempt of this number, the first being 1. */
async function openScripted(url: string, answer: (attempt: number) => object) {
  const heard: Said[] = [];
  const opened = await openPage(url);
  const { page } = opened;
  await page.routeWebSocket(/.*/, (socket) => {
    socket.onMessage((data) => {
      heard.push(JSON.parse(String(data)));
      socket.send(JSON.stringify(answer(heard.length)));
    });
  });
  await page.reload();
  return { ...opened, opened, heard };
}

onOneBinary((binary) => {
  it('an attempt that is postponed: the page says so, counts down, and signs in by itself', async () => {
    const { url } = await startServer(binary);
    const { page, heard, opened } = await openScripted(url, (attempt) =>
      attempt === 1
        ? { type: 'postponed', retryInMs: 2_000 }
        : { type: 'authenticated', user: 'admin', deviceToken: 'c2VjcmV0' },
    );
    await signIn(page);
    await waitForTranscript(page, NOT_LOOKING);
    await waitForStatus(page, 'Waiting to sign in');
    await page.getByText(/^Trying again in \d+ s$/).waitFor();
    expect(await page.getByRole('button', { name: 'Try now' }).isVisible()).toBe(false);
    await waitForStatus(page, 'Signed in as admin');
    expect(heard.map(({ password }) => password)).toEqual(['123456', '123456']);
    expectNoBrowserErrors(opened);
  });

  it('Cancel stops it', async () => {
    const { url } = await startServer(binary);
    const { page, heard } = await openScripted(url, () => ({ type: 'postponed', retryInMs: 3_600_000 }));
    await signIn(page);
    await waitForTranscript(page, NOT_LOOKING);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await waitForTranscript(page, 'You have cancelled the sign-in.');
    await waitForStatus(page, 'Not signed in');
    expect(heard).toHaveLength(1);
  });

  it('a device token outlives the page, and is not shown', async () => {
    const { url } = await startServer(binary);
    const { page, heard } = await openScripted(url, () => ({
      type: 'authenticated',
      user: 'admin',
      deviceToken: 'c2VjcmV0',
    }));
    await signIn(page);
    await waitForStatus(page, 'Signed in as admin');
    expect(await page.content()).not.toContain('c2VjcmV0');
    await page.reload();
    await signIn(page);
    await waitForStatus(page, 'Signed in as admin');
    expect(heard.map(({ deviceToken }) => deviceToken)).toEqual([undefined, 'c2VjcmV0']);
    expect(await page.content()).not.toContain('c2VjcmV0');
  });
});
