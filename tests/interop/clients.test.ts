/**
 * Every foreign client plays the same stories on both binaries, with the same outcome. To add a client, add a row to `clients.ts`;
 * to add a story, add a test here.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { binaries, isUnavailable, type Running, start } from './binaries.ts';
import { clients } from './clients.ts';
import { type Happening, type Step, startTeller, type Teller } from './teller.ts';

const REFUSED = 'sorry, the username or password is wrong, please submit again';
const ACCEPTED = 'congratulation, you have connect with server\r\nnow, you can do something else';
const SIGN_IN: readonly Step[] = [{ text: 'admin:123456' }, { receive: 1 }];
const IS_IN: readonly Happening[] = [{ opened: '' }, { text: ACCEPTED }];
const HANG_MS = 120_000;

/** PROTOCOL.md, 5: `messageBytes`. */
const LARGEST = 65_536;
/** Up to this size the server must send a close frame, above the limit of any library. */
const TWICE_THE_LARGEST = 2 * LARGEST;
const everyByte = Buffer.from(Array.from({ length: 256 }, (_, i) => i)).toString('hex');

for (const { name, obstacle } of clients) if (obstacle) console.warn(`SKIPPED: ${name}. ${obstacle}`);

function echoOf(text: string): Happening {
  return { text: `your submit context: ${text}` };
}

describe.for(binaries)('%s', { timeout: HANG_MS }, (binary) => {
  if (isUnavailable(binary)) return it.skip('the server has its binary');

  for (const { name, command, obstacle, cannotPing, takes1012For } of clients)
    describe.skipIf(obstacle)(`${binary} and ${name}`, () => {
      let client: Teller;
      let server: Running;
      beforeAll(async () => {
        client = startTeller(command);
        server = await start(binary);
      }, HANG_MS);
      afterAll(async () => {
        await client?.stop();
        await server?.stop();
      }, HANG_MS);

      it('a client signs in at its second attempt, talks and closes by 1000', async () => {
        const steps: Step[] = [
          { text: 'admin:1' },
          { receive: 1 },
          ...SIGN_IN,
          { text: 'hello' },
          { receive: 1 },
          { close: 1000 },
        ];
        expect(await client.tell({ url: server.url, steps })).toEqual([
          { opened: '' },
          { text: REFUSED },
          { text: ACCEPTED },
          echoOf('hello'),
          { closed: 1000 },
        ]);
      });

      it('Unicode, an empty text, 60 KB of text and every byte come back as they were sent', async () => {
        const texts = ['é€😀', '', 'x'.repeat(60_000)];
        const steps: Step[] = [
          ...SIGN_IN,
          ...texts.map((text) => ({ text })),
          { binary: everyByte },
          { receive: 4 },
          { close: 1000 },
        ];
        expect(await client.tell({ url: server.url, steps })).toEqual([
          ...IS_IN,
          ...texts.map(echoOf),
          { binary: everyByte },
          { closed: 1000 },
        ]);
      });

      it('a client that offers sallyport.v1 speaks JSON', async () => {
        const steps: Step[] = [
          { text: JSON.stringify({ type: 'authenticate', username: 'admin', password: '1' }) },
          { receive: 1 },
          { text: JSON.stringify({ type: 'authenticate', username: 'admin', password: '123456' }) },
          { text: JSON.stringify({ type: 'message', text: 'é€😀' }) },
          { receive: 2 },
          { close: 1000 },
        ];
        const happened = await client.tell({ url: server.url, subprotocol: 'sallyport.v1', steps });
        const parsed = happened.map(({ text, ...rest }) =>
          text === undefined ? rest : JSON.parse(String(text)),
        );
        expect(parsed).toEqual([
          { opened: 'sallyport.v1' },
          { type: 'refused', attemptsLeft: 4 },
          { type: 'authenticated', user: 'admin', heartbeatMs: 25_000 },
          { type: 'message', text: 'your submit context: é€😀' },
          { closed: 1000 },
        ]);
      });

      it.skipIf(cannotPing)('a ping gets its pong, before and after the sign-in', async () => {
        const steps: Step[] = [{ ping: 'there?' }, ...SIGN_IN, { ping: 'there?' }, { close: 1000 }];
        expect(await client.tell({ url: server.url, steps })).toEqual([
          { opened: '' },
          { pong: 'there?' },
          { text: ACCEPTED },
          { pong: 'there?' },
          { closed: 1000 },
        ]);
      });

      it.for([LARGEST + 1, TWICE_THE_LARGEST])(
        'a message of %d bytes gets 1009, after the answers to earlier messages',
        async (size) => {
          const steps = [...SIGN_IN, { text: 'one' }, { text: 'two' }, { text: 'x'.repeat(size) }];
          expect(await client.tell({ url: server.url, steps })).toEqual([
            ...IS_IN,
            echoOf('one'),
            echoOf('two'),
            { closed: 1009 },
          ]);
        },
      );

      it('the fifth wrong password is refused, and gets 4401', async () => {
        const steps = [1, 2, 3, 4, 5].flatMap((i): Step[] => [{ text: `admin:${i}` }, { receive: 1 }]);
        expect(await client.tell({ url: server.url, steps })).toEqual([
          { opened: '' },
          ...Array(5).fill({ text: REFUSED }),
          { closed: 4401 },
        ]);
      });

      it('a server that stops answers the messages that it has accepted, and closes by 1012', async () => {
        const happened = await client.tell({
          url: server.url,
          steps: [...SIGN_IN, { text: 'hello' }],
          meanwhile({ text }) {
            if (text === echoOf('hello')['text']) void server.stop();
          },
        });
        expect(happened).toEqual([...IS_IN, echoOf('hello'), { closed: takes1012For ?? 1012 }]);
      });
    });
});
