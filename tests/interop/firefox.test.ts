/** The page in a real Firefox, over both binaries: a user signs in, talks and signs out. */
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { binaries, isUnavailable, start } from './binaries.ts';
import { type Firefox, startFirefox, whyNoFirefox } from './marionette.ts';

const HANG_MS = 300_000;

if (whyNoFirefox) console.warn(`SKIPPED: the page in Firefox. ${whyNoFirefox}`);

describe.skipIf(whyNoFirefox)('the page in Firefox', { timeout: HANG_MS }, () => {
  let firefox: Firefox;
  beforeAll(async () => {
    firefox = await startFirefox();
  }, HANG_MS);
  afterAll(() => firefox?.stop(), HANG_MS);

  for (const binary of binaries)
    it.skipIf(isUnavailable(binary))(
      `a user in Firefox is refused, signs in, talks and signs out, at ${binary}`,
      async () => {
        const server = await start(binary, ['--log-level', 'debug']);
        try {
          await firefox.goTo(server.url.replace(/^ws/, 'http'));
          await firefox.text('#sign-in', 'Sign in');
          await firefox.type(await firefox.element('#username'), 'admin');
          await firefox.type(await firefox.element('#password'), '1');
          await firefox.click(await firefox.element('#sign-in button[type=submit]'));
          await firefox.text('[role=alert]', '4 attempts left');
          await firefox.type(await firefox.element('#password'), '123456');
          await firefox.click(await firefox.element('#sign-in button[type=submit]'));
          await firefox.text('[role=status]', 'Signed in as');
          await firefox.type(await firefox.element('#message'), 'é€😀');
          await firefox.click(await firefox.element('#send'));
          const reply = 'your submit context: é€😀';
          expect(await firefox.text('[role=log] .server .said', 'é€😀')).toBe(reply);
          // A developer can name a PNG file here to see the page.
          const { SCREENSHOT } = process.env;
          if (SCREENSHOT) await writeFile(SCREENSHOT, await firefox.screenshot());
          await firefox.click(await firefox.element('#sign-out'));
          await firefox.text('#sign-in', 'Sign in');
          await server.logged('session.closed', { code: 1000 });
        } finally {
          await server.stop();
        }
      },
    );
});
