/** The page with a server that postpones sign-ins. The test scripts what the server answers. */
import { expect, it } from 'vitest';
import {
  expectNoBrowserErrors,
  onOneBinary,
  openNewPage,
  sharedServer,
  signIn,
  waitForStatus,
  waitForTranscript,
} from './fixture.ts';

const NOT_LOOKING =
  'The server is not looking at sign-ins for this account right now. This page tries again by itself.';
type Said = Record<string, unknown>;

/** Opens the page of a real server. Its WebSockets answer each attempt with `answer`; the first attempt has the number 1. */
async function openScripted(url: string, answer: (attempt: number) => object) {
  const heard: Said[] = [];
  const opened = await openNewPage(url);
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
  it('the page says that an attempt is postponed, counts down, and signs in by itself', async () => {
    const { url } = sharedServer(binary);
    const { page, heard, opened } = await openScripted(url, (attempt) =>
      attempt === 1
        ? { type: 'postponed', retryInMs: 1_000 }
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

  it('Cancel ends the attempts of a postponed sign-in', async () => {
    const { url } = sharedServer(binary);
    const { page, heard } = await openScripted(url, () => ({ type: 'postponed', retryInMs: 3_600_000 }));
    await signIn(page);
    await waitForTranscript(page, NOT_LOOKING);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await waitForTranscript(page, 'You have cancelled the sign-in.');
    await waitForStatus(page, 'Not signed in');
    expect(heard).toHaveLength(1);
  });

  it('the page keeps a device token across a reload and does not show it', async () => {
    const { url } = sharedServer(binary);
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
