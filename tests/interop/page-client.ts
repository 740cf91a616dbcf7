/** The page in a real Chromium as one more client: a user types and reads there. */
import { chromium } from 'playwright-core';
import { startChromium } from '../browser/chromium.ts';

export interface Typed {
  readonly attempts: readonly { readonly username: string; readonly password: string }[];
  readonly messages: readonly string[];
}

/** The reason why Chromium cannot run here; undefined if it can. */
export async function whyNoChromium(): Promise<string | undefined> {
  try {
    await (await startChromium()).close();
    return undefined;
  } catch (error) {
    return `Chromium does not start here: ${(error as Error).message.split('\n')[0]}`;
  }
}

export async function byPage(
  url: string,
  { attempts, messages }: Typed,
): Promise<{ readonly refusals: number; readonly replies: readonly string[] }> {
  const server = await startChromium();
  const browser = await chromium.connect(server.wsEndpoint());
  try {
    const page = await browser.newPage();
    await page.goto(url.replace(/^ws/, 'http'));
    const isIn = page.getByRole('status').filter({ hasText: 'Signed in as' });
    let refusals = 0;
    for (const { username, password } of attempts) {
      await page.getByRole('textbox', { name: 'Username' }).fill(username);
      await page.getByRole('textbox', { name: 'Password' }).fill(password);
      await page.getByRole('button', { name: 'Sign in' }).click();
      const isRefused = page.getByRole('alert').filter({ hasText: `${4 - refusals} attempts left` });
      await isRefused.or(isIn).waitFor();
      if (await isIn.isVisible()) break;
      refusals += 1;
    }
    const replies = page.getByRole('log').locator('.server .said');
    for (const [place, message] of messages.entries()) {
      await page.getByRole('textbox', { name: 'Message' }).fill(message);
      await page.getByRole('button', { name: 'Send' }).click();
      await replies.nth(place).waitFor();
    }
    return { refusals, replies: await replies.allTextContents() };
  } finally {
    await browser.close();
    await server.close();
  }
}
