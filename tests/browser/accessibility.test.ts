/** axe finds no violation, in both colour schemes, signed out and signed in, wide and narrow; and the page fits. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { violations } from './axe.ts';
import {
  onOneBinary,
  openNewPage,
  openPage,
  sendMessage,
  sharedServer,
  signIn,
  startServer,
  waitForStatus,
  waitForTranscript,
} from './fixture.ts';

/** The contrast between the border of each visible field and its background. WCAG 2.2, 1.4.11, asks for 3 to 1; axe does not check it. */
async function borderContrasts(page: Page): Promise<[string, number][]> {
  return page.evaluate(() => {
    const luminance = (colour: string) => {
      const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map((part) => {
        const share = Number(part) / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const fields = [...document.querySelectorAll<HTMLElement>('input, select, textarea, button.small')];
    return fields
      .filter((field) => field.matches(':not([type="checkbox"])') && field.checkVisibility())
      .map((field) => {
        const card = field.closest('.card') ?? document.body;
        const [border, ground] = [
          luminance(getComputedStyle(field).borderTopColor),
          luminance(getComputedStyle(card).backgroundColor),
        ];
        const ratio = (Math.max(border, ground) + 0.05) / (Math.min(border, ground) + 0.05);
        return [field.id, ratio];
      });
  });
}

onOneBinary((binary) => {
  it('an invalid field is marked as invalid and described by the error', async () => {
    const { url } = sharedServer(binary);
    const { page } = await openPage(url);
    const described = () =>
      page.evaluate(() =>
        [...document.querySelectorAll('[aria-invalid="true"]')].map(
          (field) =>
            `${field.id}: ${document.getElementById(field.getAttribute('aria-describedby') ?? '')?.textContent}`,
        ),
      );
    expect(await described()).toEqual([]);
    await signIn(page, '1');
    await page.getByRole('alert').getByText('Wrong').waitFor();
    const wrong = 'Wrong username or password. 4 attempts left.';
    expect(await described()).toEqual([`username: ${wrong}`, `password: ${wrong}`]);
    await page.getByRole('button', { name: 'Use a token' }).click();
    expect(await described()).toEqual([]);
    const token = page.getByRole('textbox', { name: 'Token' });
    await token.fill('abc');
    await token.press('Enter');
    await page.getByRole('alert').getByText('refused').waitFor();
    expect(await described()).toEqual(['password: The token was refused. 3 attempts left.']);
    await page.getByRole('button', { name: 'Use a token' }).click();
    await page.getByLabel('Protocol').selectOption('text');
    await signIn(page, '1', 'a:b');
    expect(await described()).toEqual(['username: In the text protocol a username cannot have a colon.']);
  });

  it.each([1_280, 360])(
    'the page has no accessibility violation and no overflow: light and dark, %d pixels wide',
    async (width) => {
      const { url, server } = await startServer(binary);
      const { page } = await openNewPage(url, {
        viewport: { width, height: 800 },
        reducedMotion: 'reduce',
      });
      /** Checks the page as it is, in both colour schemes. */
      const expectNoViolation = async (alsoCheck = async () => {}) => {
        await page.emulateMedia({ colorScheme: 'light' });
        expect(await violations(page)).toEqual([]);
        await alsoCheck();
        await page.emulateMedia({ colorScheme: 'dark' });
        // The document is the same in both colour schemes. Only its colours differ.
        expect(await violations(page, ['color-contrast', 'link-in-text-block'])).toEqual([]);
        await alsoCheck();
      };

      await waitForStatus(page, 'Not signed in');
      await expectNoViolation(async () => {
        const contrasts = await borderContrasts(page);
        expect(contrasts.length).toBeGreaterThan(6);
        expect(contrasts.filter(([, ratio]) => ratio < 3)).toEqual([]);
      });

      await signIn(page, '1');
      await page.getByRole('alert').getByText('Wrong').waitFor();
      await expectNoViolation();

      await signIn(page);
      await waitForStatus(page, 'Signed in as admin');
      await sendMessage(page, 'a-very-long-word-'.repeat(20));
      await waitForTranscript(page, `your submit context: ${'a-very-long-word-'.repeat(20)}`);
      await expectNoViolation(async () => {
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overflow).toBeLessThanOrEqual(0);
      });

      server.process.kill('SIGKILL');
      await waitForStatus(page, 'Connection lost');
      await expectNoViolation();
    },
  );
});
