/** Duties with received messages. */
import { deepStrictEqual, equal } from 'node:assert/strict';
import type { Data } from '@sallyport/protocol';
import type { Bare, Stage } from '../kit/stage.ts';
import { expectSame, plain } from '../kit/stage-client.ts';
import type { StoryDefinition } from '../kit/story.ts';

/** Sizes near the limits of the forms of a length (RFC 6455, 5.2), and near the sizes of transports' buffers. */
export const SIZES = [1, 125, 126, 127, 65_535, 65_536, 65_537, 1_048_576];
const MANY = 2_000;
const LARGE = 3_000_000;

const received = ({ calls }: Pick<Bare, 'calls'>): Data[] =>
  calls.flatMap((call) => (call[0] === 'receive' ? [plain(call[1])] : []));

async function expectReceived(stage: Stage, bare: Bare, messages: readonly Data[]): Promise<void> {
  await stage.until(`${messages.length} messages`, () => received(bare).length >= messages.length);
  expectSame(received(bare), messages);
}

const bytes = (size: number, value: number) => new Uint8Array(size).fill(value);

export const receiving: readonly StoryDefinition[] = [
  {
    duty: 'passes text on without a change',
    async run(stage) {
      await stage.serveBare();
      const bare = await stage.bare();
      const texts = ['plain', '\ufeffé€😀', ' \t ', '\u0000', '\\n'];
      if (stage.capabilities.lineBreaks) texts.push('two\r\nlines\n');
      for (const text of texts) bare.client.send(text);
      await expectReceived(stage, bare, texts);
    },
  },
  {
    duty: 'passes empty messages on',
    async run(stage) {
      await stage.serveBare();
      const bare = await stage.bare();
      const messages: Data[] = stage.capabilities.binary ? ['', new Uint8Array(), 'end'] : ['', '', 'end'];
      bare.client.send(...messages);
      await expectReceived(stage, bare, messages);
    },
  },
  {
    duty: 'passes bytes on as bytes',
    needs: ['binary'],
    async run(stage) {
      await stage.serveBare();
      const bare = await stage.bare();
      const messages = [new Uint8Array([0, 255, 10, 13]), 'text between', new Uint8Array([0xc3, 0x28])];
      bare.client.send(...messages);
      await expectReceived(stage, bare, messages);
    },
  },
  {
    duty: 'gives each message its own bytes',
    needs: ['binary'],
    async run(stage) {
      await stage.serveBare();
      const bare = await stage.bare();
      const messages = Array.from({ length: 200 }, (_, i) => bytes(100, i));
      for (const message of messages) bare.client.send(message);
      await expectReceived(stage, bare, messages);
    },
  },
  {
    duty: 'keeps the order of received messages under load',
    async run(stage) {
      await stage.serveBare();
      const bare = await stage.bare();
      const messages = Array.from({ length: MANY }, (_, i) =>
        stage.capabilities.binary && i % 3 === 0 ? bytes(i % 300, i) : `message ${i}`,
      );
      bare.client.send(...messages);
      await expectReceived(stage, bare, messages);
    },
  },
  {
    duty: 'keeps the messages of two clients apart',
    async run(stage) {
      await stage.serveBare();
      const both = [await stage.bare(), await stage.bare()];
      // Too large for one read, so that the reads of both connections alternate.
      const messages = ['a', 'b'].map((letter) => letter.repeat(LARGE));
      for (const [i, { client }] of both.entries()) client.send(messages[i] ?? '', 'end');
      for (const [i, bare] of both.entries()) await expectReceived(stage, bare, [messages[i] ?? '', 'end']);
    },
  },
  ...SIZES.map(
    (size): StoryDefinition => ({
      duty: `receives a message of ${size} bytes`,
      async run(stage) {
        await stage.serveBare();
        const bare = await stage.bare();
        const messages: Data[] = ['x'.repeat(size), `${'é'.repeat(Math.floor(size / 2))}`];
        if (stage.capabilities.binary) messages.push(bytes(size, 7));
        bare.client.send(...messages);
        await expectReceived(stage, bare, messages);
      },
    }),
  ),
  {
    duty: 'passes a fragmented message on once, when it is complete',
    needs: ['fragments'],
    async run(stage) {
      await stage.serveBare();
      const bare = await stage.bare();
      bare.client.sendFragments('one ', '', 'mes', 'sage');
      // Splits each character after one byte and after two.
      const text = Buffer.from('é€😀');
      bare.client.sendFragments('', ...Array.from(text, (byte) => bytes(1, byte)));
      if (stage.capabilities.binary) bare.client.sendFragments(bytes(65_536, 1), bytes(1, 2));
      bare.client.send('and another');
      const whole: Data[] = stage.capabilities.binary ? [Buffer.concat([bytes(65_536, 1), bytes(1, 2)])] : [];
      await expectReceived(stage, bare, ['one message', text.toString(), ...whole, 'and another']);
    },
  },
  {
    duty: 'leaves the message limits to the core',
    async run(stage) {
      const limits = { credentialBytes: 300, messageBytes: 70_000, attempts: 9 };
      for (const [isSignedIn, limit] of [
        [false, limits.credentialBytes],
        [true, limits.messageBytes],
      ] as const) {
        const before = stage.endings.length;
        if (before === 0) await stage.serve({ limits });
        const client = isSignedIn ? await stage.enter() : await stage.connect();
        const received = client.messages.length;
        client.send('x'.repeat(limit));
        await stage.until('an answer at the limit', () => client.messages.length > received);
        client.send('x'.repeat(limit + 1));
        await stage.until('the end past the limit', () => stage.hasEnded(client));
        if (stage.capabilities.closeCodes)
          deepStrictEqual(client.closeFrame, { close: 1009, reason: 'message too big' });
        await stage.until('the end of the session', () => stage.endings.length > before);
        equal(stage.endings.at(-1)?.reason, 'messageTooBig');
      }
    },
  },
  {
    duty: 'answers the messages before one that is too large, then closes with 1009',
    async run(stage) {
      const limits = { credentialBytes: 30_000, messageBytes: 65_536, attempts: 100 };
      await stage.serve({ limits });
      // Up to twice the limit, in the same write as the messages before it.
      for (const size of [limits.messageBytes + 1, 2 * limits.messageBytes]) {
        const client = await stage.enter();
        const before = Array.from({ length: 100 }, (_, i) => `small ${i}`);
        client.send(...before, 'x'.repeat(size));
        await stage.until('the end past the limit', () => stage.hasEnded(client));
        client.expect(['accepted admin', ...before.map((one) => `your submit context: ${one}`)]);
        if (stage.capabilities.closeCodes) equal(client.closeFrame?.close, 1009);
      }
      for (const size of [limits.credentialBytes + 1, 2 * limits.messageBytes]) {
        const client = await stage.connect();
        client.send('no credentials', 'none either', 'x'.repeat(size));
        await stage.until('the end past the limit', () => stage.hasEnded(client));
        client.expect(['refused, 99 left', 'refused, 98 left']);
        if (stage.capabilities.closeCodes) equal(client.closeFrame?.close, 1009);
      }
      await stage.until('the ends of the sessions', () => stage.endings.length === 4);
      for (const { reason } of stage.endings) equal(reason, 'messageTooBig');
    },
  },
  {
    duty: 'terminates from within receive while more messages arrive',
    async run(stage) {
      await stage.serveBare((connection) => ({ receive: () => connection.terminate() }));
      const bare = await stage.bare();
      bare.client.send(...Array.from({ length: 50 }, (_, i) => `message ${i}`));
      await stage.untilOver(bare);
    },
  },
  {
    duty: 'closes from within receive while more messages arrive',
    async run(stage) {
      await stage.serveBare((connection) => {
        let isClosing = false;
        return {
          receive: () => {
            if (!isClosing) connection.close(1000, 'enough');
            isClosing = true;
          },
        };
      });
      const bare = await stage.bare();
      bare.client.send(...Array.from({ length: 50 }, (_, i) => `message ${i}`));
      await stage.untilOver(bare);
    },
  },
];
