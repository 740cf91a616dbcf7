/** The page draws the machine that runs: all of its states, with the active ones highlighted. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { clientMachine } from '../../packages/client/src/index.ts';
import { onOneBinary, openPage, signIn, startServer, waitForStatus } from './fixture.ts';

interface Node {
  readonly path: string[];
  readonly states: Record<string, Node>;
}
const all = (node: Node): Node[] => Object.values(node.states).flatMap((child) => [child, ...all(child)]);
const paths = all(clientMachine.root as unknown as Node).map(({ path }) => path.join('.'));

/** The highlighted states, outermost first. */
async function highlighted(page: Page): Promise<(string | null)[]> {
  return page
    .locator('#chart .box.active')
    .evaluateAll((boxes) => boxes.map((box) => box.getAttribute('data-state')));
}

onOneBinary((binary) => {
  it('the chart has every state of the machine and highlights the active ones', async () => {
    const { url, server } = await startServer(binary);
    const { page } = await openPage(url);
    const drawn = await page
      .locator('#chart [data-state]')
      .evaluateAll((boxes) => boxes.map((box) => box.getAttribute('data-state')));
    expect(drawn.sort()).toEqual([...paths].sort());

    const name = () =>
      page.getByRole('img', { name: /^Statechart of the session/ }).getAttribute('aria-label');
    await waitForStatus(page, 'connecting.asking');
    expect(await highlighted(page)).toEqual(['connecting', 'connecting.asking']);
    await signIn(page, '1');
    await waitForStatus(page, 'authenticating.asking');
    expect(await highlighted(page)).toEqual(['authenticating', 'authenticating.asking']);
    await signIn(page);
    await waitForStatus(page, 'ready.steady');
    expect(await highlighted(page)).toEqual(['ready', 'ready.steady']);
    expect(await name()).toBe('Statechart of the session. Active: ready, steady.');
    const came = page.locator('#chart .line.came');
    expect([await came.getAttribute('data-from'), await came.getAttribute('data-to')]).toEqual([
      'authenticating.awaitingVerdict',
      'ready',
    ]);
    server.process.kill('SIGKILL');
    await waitForStatus(page, 'waiting');
    await page.locator('[data-state="waiting"].active').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await waitForStatus(page, 'closed');
    expect(await highlighted(page)).toEqual(['closed']);
  });
});
