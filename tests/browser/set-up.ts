/**
 * One Chromium, and one server of each binary, for all tests of a run. Each test has a browser window of its own. If Chromium
 * cannot start, a warning says so and the tests are skipped.
 */
import type { TestProject } from 'vitest/node';
import { startChromium } from './chromium.ts';
import { startSharedServer } from './shared-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The address of the browser. Absent: there is none. */
    browserEndpoint: string | undefined;
    /** The address of the page on the shared server of each usable binary, by the name of the binary. */
    sharedServers: Readonly<Record<string, string>>;
  }
}

export async function setup({ provide }: TestProject): Promise<(() => Promise<void>) | undefined> {
  provide('browserEndpoint', undefined);
  provide('sharedServers', {});
  const browser = await startChromium().catch((error: unknown) => {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    console.warn(`SKIPPED: all tests that need a browser. Chromium does not start here: ${reason}`);
    return undefined;
  });
  if (!browser) return undefined;
  provide('browserEndpoint', browser.wsEndpoint());
  const started = await Promise.all(['sallyport-ws', 'sallyport-uws'].map(startSharedServer));
  const servers = started.filter((server) => server !== undefined);
  provide('sharedServers', Object.fromEntries(servers.map(({ name, url }) => [name, url])));
  return async () => {
    await Promise.all([browser.close(), ...servers.map((server) => server.stop())]);
  };
}
