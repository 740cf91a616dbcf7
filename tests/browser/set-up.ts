/** One Chromium for all tests of a run, each of which has a window of its own. Where it cannot start, that is said aloud. */
import type { TestProject } from 'vitest/node';
import { startChromium } from './chromium.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the browser is, if there is one. */
    browserEndpoint: string | undefined;
  }
}

export async function setup({ provide }: TestProject): Promise<(() => Promise<void>) | undefined> {
  try {
    const server = await startChromium();
    provide('browserEndpoint', server.wsEndpoint());
    return () => server.close();
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    console.warn(`SKIPPED: all that runs in a browser. Chromium does not start here: ${reason}`);
    provide('browserEndpoint', undefined);
    return undefined;
  }
}
