/** Duties with our close frame: when it is sent, and its code and reason. */
import { deepStrictEqual, equal, ok } from 'node:assert/strict';
import { reasons } from '@sallyport/protocol';
import type { StoryDefinition } from '../kit/story.ts';
import type { Arrival } from '../kit/transport.ts';
import { fill } from './backpressure.ts';
import { expectOver } from './closing.ts';
import { CUT, expectNoCloseFrame } from './cut.ts';

const isClosed = (calls: readonly (readonly [string, ...unknown[]])[]) =>
  calls.some(([name]) => name === 'closed');

export const closeFrames: readonly StoryDefinition[] = [
  {
    duty: 'terminates while a close frame waits for unsent messages',
    async run(stage) {
      await stage.serveBare();
      const bare = await stage.bare();
      bare.client.pause();
      await fill(bare.connection);
      bare.connection.close(1000, 'bye');
      await new Promise((resolve) => setImmediate(resolve));
      if (isClosed(bare.calls)) throw new Error('`closed` was called while messages were unsent');
      bare.connection.terminate();
      await stage.until('`closed`', () => isClosed(bare.calls));
      bare.client.resume();
      await expectOver(stage, bare);
      expectNoCloseFrame(stage, bare.client);
    },
  },
  {
    duty: 'sends two waiting close frames to the right clients',
    async run(stage) {
      await stage.serveBare();
      const both = [await stage.bare(), await stage.bare()];
      for (const [i, { client, connection }] of both.entries()) {
        client.pause();
        await fill(connection);
        connection.close(4000 + i, `bye ${i}`);
      }
      // The later connection first.
      for (const [i, bare] of [...both.entries()].reverse()) {
        bare.client.resume();
        await stage.until('the close frame', () => bare.client.closeFrame ?? bare.client.hasEnded);
        if (stage.capabilities.closeCodes)
          deepStrictEqual(bare.client.closeFrame, { close: 4000 + i, reason: `bye ${i}` });
        await stage.untilOver(bare);
      }
    },
  },
  {
    duty: 'sends the close frame after all messages',
    async run(stage) {
      await stage.serveBare();
      const bare = await stage.bare();
      bare.client.pause();
      await fill(bare.connection);
      bare.connection.send('last');
      bare.connection.close(1000, 'that was all');
      bare.client.resume();
      await stage.until('the close frame', () => bare.client.closeFrame ?? bare.client.hasEnded);
      equal(bare.client.messages.at(-1), 'last');
      const afterwards = bare.client.arrivals.slice(
        bare.client.arrivals.findLastIndex((one) => 'message' in one) + 1,
      );
      ok(
        !bare.client.closeFrame || afterwards.includes(bare.client.closeFrame as Arrival),
        'the close frame came before messages',
      );
      if (stage.capabilities.closeCodes)
        deepStrictEqual(bare.client.closeFrame, { close: 1000, reason: 'that was all' });
      await stage.untilOver(bare);
    },
  },
  ...Object.entries(reasons)
    .filter(([, { code }]) => code !== CUT)
    .map(
      ([reason, { code, text }]): StoryDefinition => ({
        duty: `closes with ${code}, ${reason}`,
        needs: ['closeCodes'],
        async run(stage) {
          await stage.serveBare();
          const bare = await stage.bare();
          bare.connection.close(code, text);
          await stage.untilOver(bare);
          deepStrictEqual(bare.client.closeFrame, { close: code, reason: text });
        },
      }),
    ),
  {
    duty: 'cuts a close reason to 123 bytes at a code point',
    needs: ['closeCodes'],
    async run(stage) {
      await stage.serve();
      for (const [text, cut] of [
        ['x'.repeat(200), 'x'.repeat(123)],
        ['é'.repeat(80), 'é'.repeat(61)],
        ['€'.repeat(80), '€'.repeat(41)],
        [`xy${'😀'.repeat(80)}`, `xy${'😀'.repeat(30)}`],
      ] as const) {
        const client = await stage.enter();
        stage.opened.at(-1)?.close(text);
        await stage.until('the close frame', () => client.closeFrame);
        deepStrictEqual(client.closeFrame, { close: 1000, reason: cut });
      }
    },
  },
];
