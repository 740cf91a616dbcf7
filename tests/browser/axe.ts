/** Runs axe in a page. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The violations of these rules of axe, by default all. */
export async function violations(page: Page, runOnly?: readonly string[]): Promise<string[]> {
  // The policy of the page does not apply to code that Playwright evaluates.
  await page.evaluate(axe);
  const found = await page.evaluate(
    (options) =>
      (window as unknown as { axe: { run(options: object): Promise<AxeResults> } }).axe.run(options),
    runOnly ? { runOnly } : {},
  );
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}
