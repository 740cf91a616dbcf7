/** Duties at the end of a connection. */
import { deepStrictEqual, equal } from 'node:assert/strict';
import type { Stage } from '../kit/stage.ts';
import type { StoryDefinition } from '../kit/story.ts';
import { fill } from './backpressure.ts';
import { CUT, expectNoCloseFrame } from './cut.ts';

const names = (calls: readonly (readonly [string, ...unknown[]])[]) => calls.map(([name]) => name);

/** Waits for the end, and expects that `closed` came once. A second connection opens and closes, so that any late call has come. */
export async function expectOver(stage: Stage, bare: Parameters<Stage['untilOver']>[0]): Promise<void> {
  await stage.untilOver(bare);
  const other = await stage.bare();
  other.client.close(1000, '');
  await stage.untilOver(other);
  equal(names(bare.calls).filter((name) => name === 'closed').length, 1);
  equal(names(bare.calls).at(-1), 'closed');
}

export const closing: readonly StoryDefinition[] = [
  {
    duty: 'calls closed once: the client closes',
    async run(stage) {
      await stage.serveBare();
      const bare = await stage.bare();
      bare.client.close(1000, 'bye');
      await expectOver(stage, bare);
      // On a transport without codes, every close has no code.
      const said = stage.capabilities.closeCodes ? [1000, 'bye'] : [1005, ''];
      deepStrictEqual(bare.calls.at(-1), ['closed', ...said]);
    },
  },
  {
    duty: 'reports the close code and reason of the client',
    needs: ['closeCodes'],
    async run(stage) {
      await stage.serveBare();
      for (const [code, reason] of [
        [1000, ''],
        [1001, 'é'],
        [4000, 'é'.repeat(61)],
        [4999, 'why not'],
        // A close frame without a code.
        [1005, ''],
      ] as const) {
        const bare = await stage.bare();
        bare.client.close(code, reason);
        await stage.untilOver(bare);
        deepStrictEqual(bare.calls.at(-1), ['closed', code, reason]);
      }
    },
  },
  {
    duty: 'calls closed once: the connection breaks',
    async run(stage) {
      await stage.serveBare();
      const bare = await stage.bare();
      bare.client.cut();
      await expectOver(stage, bare);
      equal(bare.calls.at(-1)?.[1], CUT);
    },
  },
  {
    duty: 'calls closed once: the client violates the transport protocol',
    needs: ['rules'],
    async run(stage) {
      await stage.serveBare();
      const bare = await stage.bare();
      bare.client.breakRules();
      await expectOver(stage, bare);
      deepStrictEqual(names(bare.calls), ['opened', 'closed']);
    },
  },
  {
    duty: 'calls closed once: the server closes',
    async run(stage) {
      await stage.serveBare();
      const bare = await stage.bare();
      bare.connection.close(1000, 'bye');
      await expectOver(stage, bare);
    },
  },
  {
    duty: 'calls closed once: the server terminates',
    async run(stage) {
      await stage.serveBare();
      const bare = await stage.bare();
      bare.connection.terminate();
      await expectOver(stage, bare);
      expectNoCloseFrame(stage, bare.client);
    },
  },
  {
    duty: 'calls closed once: both sides close at the same time',
    async run(stage) {
      await stage.serveBare();
      const bare = await stage.bare();
      bare.client.close(1000, 'bye');
      bare.connection.close(1000, 'bye');
      await expectOver(stage, bare);
    },
  },
  {
    duty: 'calls nothing after closed, whatever was in progress',
    async run(stage) {
      await stage.serveBare();
      const bare = await stage.bare();
      bare.client.send(...Array.from({ length: 500 }, (_, i) => `message ${i}`));
      bare.client.cut();
      await expectOver(stage, bare);
      const gone = await stage.bare();
      gone.client.close(1000, 'bye');
      gone.client.send('too late');
      await expectOver(stage, gone);
    },
  },
  {
    duty: 'terminates at once, without the unsent bytes',
    async run(stage) {
      await stage.serveBare();
      const bare = await stage.bare();
      bare.client.pause();
      await fill(bare.connection);
      bare.connection.terminate();
      await stage.until('`closed`', () => names(bare.calls).includes('closed'));
      bare.client.resume();
      await expectOver(stage, bare);
      expectNoCloseFrame(stage, bare.client);
    },
  },
];
