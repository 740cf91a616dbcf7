/** axe finds nothing, in the light and in the dark, signed out and in, wide and narrow; and the page fits. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { onOneBinary, reads, say, serve, signIn, stands, visit } from './stage.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

async function violations(page: Page): Promise<string[]> {
  // What is evaluated so is not held by the page's policy.
  await page.evaluate(axe);
  const found = await page.evaluate(() =>
    (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

onOneBinary((binary) => {
  it.each([
    ['light', 1_280],
    ['dark', 1_280],
    ['light', 360],
    ['dark', 360],
  ] as const)('%s, %d wide', async (colorScheme, width) => {
    const { url, server } = await serve(binary);
    const { page } = await visit(url, {
      colorScheme,
      viewport: { width, height: 800 },
      reducedMotion: 'reduce',
    });
    await stands(page, 'Not signed in');
    expect(await violations(page)).toEqual([]);

    await signIn(page, '1');
    await page.getByRole('alert').getByText('Wrong').waitFor();
    expect(await violations(page)).toEqual([]);

    await signIn(page);
    await stands(page, 'Signed in as admin');
    await say(page, 'a-very-long-word-'.repeat(20));
    await reads(page, `your submit context: ${'a-very-long-word-'.repeat(20)}`);
    expect(await violations(page)).toEqual([]);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);

    server.process.kill('SIGKILL');
    await stands(page, 'Connection lost');
    expect(await violations(page)).toEqual([]);
  });
});
