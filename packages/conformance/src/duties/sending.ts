/** Duties with sent messages. */
import { deepStrictEqual, notEqual } from 'node:assert/strict';
import type { Data } from '@sallyport/protocol';
import type { Bare, Stage } from '../kit/stage.ts';
import type { StoryDefinition } from '../kit/story.ts';
import { fill } from './backpressure.ts';
import { SIZES } from './receiving.ts';

const MANY = 2_000;

async function expectHeard(
  stage: Stage,
  { client, connection }: Bare,
  messages: readonly Data[],
): Promise<void> {
  for (const message of messages) connection.send(message);
  await stage.until(
    `${messages.length} messages at the client`,
    () => client.messages.length >= messages.length,
  );
  client.expect(messages);
}

export const sending: readonly StoryDefinition[] = [
  {
    duty: 'sends text as text and bytes as bytes',
    async run(stage) {
      await stage.serveBare();
      const messages: Data[] = ['é', '', '\ufeff€😀'];
      if (stage.capabilities.lineBreaks) messages.push('two\r\nlines\n');
      if (stage.capabilities.binary)
        messages.push(new Uint8Array([1, 2, 3, 4]).subarray(1, 3), new Uint8Array(), 'text');
      await expectHeard(stage, await stage.bare(), messages);
    },
  },
  {
    duty: 'leaves nothing unsent if the client reads',
    async run(stage) {
      await stage.serveBare();
      const bare = await stage.bare();
      notEqual(bare.connection.send('short'), 'dropped');
      await stage.until('the message', () => bare.client.messages.length === 1);
      await stage.until('`bufferedAmount` of 0', () => bare.connection.bufferedAmount === 0);
    },
  },
  {
    duty: 'keeps the order of sent messages',
    async run(stage) {
      await stage.serveBare();
      await expectHeard(
        stage,
        await stage.bare(),
        Array.from({ length: MANY }, (_, i) =>
          stage.capabilities.binary && i % 3 === 0 ? new Uint8Array(i % 300).fill(i) : `message ${i}`,
        ),
      );
    },
  },
  {
    duty: 'keeps the messages that it sends to two clients in turn apart',
    async run(stage) {
      await stage.serveBare();
      const both = [await stage.bare(), await stage.bare()] as const;
      // One of them reads late, so some of its messages wait while the other one's leave.
      both[0].client.pause();
      await fill(both[0].connection);
      const messages = both.map((_, client) => Array.from({ length: MANY }, (__, i) => `to ${client}: ${i}`));
      for (let i = 0; i < MANY; i += 1) {
        for (const [client, { connection }] of both.entries()) connection.send(messages[client]?.[i] ?? '');
        if (i % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      both[0].client.resume();
      for (const [client, one] of both.entries()) {
        await stage.until(
          'the last message',
          () => one.client.messages.at(-1) === `to ${client}: ${MANY - 1}`,
        );
        deepStrictEqual(one.client.messages.slice(-MANY), messages[client]);
      }
    },
  },
  ...SIZES.map(
    (size): StoryDefinition => ({
      duty: `sends a message of ${size} bytes`,
      async run(stage) {
        await stage.serveBare();
        const messages: Data[] = ['x'.repeat(size)];
        if (stage.capabilities.binary) messages.push(new Uint8Array(size).fill(7));
        await expectHeard(stage, await stage.bare(), messages);
      },
    }),
  ),
];
