/** Stories of the bodies of plain requests and responses: how large they may be, and what becomes of those nobody wants. */
import { describe, expect, it, vi } from 'vitest';
import { openSocket } from '../../wire/client.ts';
import type { Adapter, ServeOptions } from '../adapter.ts';
import { openGate } from '../gate.ts';

/** All that comes back until the connection ends. */
async function wholeAnswer(port: number, request: string): Promise<string> {
  const socket = await openSocket({ port });
  let text = '';
  socket
    .on('error', () => {})
    .on('data', (chunk) => {
      text += String(chunk);
    })
    .write(request);
  await new Promise((resolve) => socket.on('close', resolve));
  return text;
}

export function bodyStories(adapter: Adapter): void {
  const open = async (answer: NonNullable<ServeOptions['fetch']>, maxBodyBytes?: number) =>
    (await openGate(adapter, {}, { fetch: answer, maxBodyBytes })).port;

  describe('bodies', () => {
    it.each([
      [undefined, 2 ** 20],
      [10, 10],
    ])(
      'with a limit of %s, says 413 to what is declared past it, reads none of it, and hangs up',
      async (limit, most) => {
        const port = await open(() => new Response('ok'), limit);
        const answer = await wholeAnswer(
          port,
          `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${most + 1}\r\n\r\n`,
        );
        expect(answer).toMatch(/^HTTP\/1.1 413 Payload Too Large\r\n/);
        expect(answer.toLowerCase()).toContain('\r\nconnection: close\r\n');
        expect(answer).toContain('request too large\n');
      },
    );

    it.each([
      ['', 'Content-Length: 1\r\n', 'x', 413],
      ['', 'Transfer-Encoding: chunked\r\n', '1\r\nx\r\n0\r\n\r\n', 413],
      ['an empty body: ', 'Content-Length: 0\r\n', '', 200],
      ['an empty body: ', 'Transfer-Encoding: chunked\r\n', '0\r\n\r\n', 200],
    ])('takes no bodies where the limit is 0, %s%s', async (_, headers, body, status) => {
      const port = await open(() => new Response('ok'), 0);
      const head = `POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n`;
      expect(await wholeAnswer(port, head + body)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    });

    it('does not begin with a limit that is none', async () => {
      await expect(open(() => new Response('ok'), -1)).rejects.toMatchObject({
        code: 'ERR_BODY',
        message: 'maxBodyBytes must be a whole number from 0 on, not -1',
      });
    });

    it('lets go of a body whose client went while the answer was thought of', async () => {
      let canceled = 0;
      let think = () => {};
      const port = await open(({ signal }) => {
        const body = new ReadableStream({
          cancel() {
            canceled += 1;
          },
        });
        return new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve(new Response(body)));
          think();
        });
      });
      const socket = await openSocket({ port });
      const asked = new Promise<void>((resolve) => {
        think = resolve;
      });
      socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      await asked;
      socket.destroy();
      await vi.waitUntil(() => canceled === 1, { interval: 1, timeout: 10_000 });
    });

    it('says of an answer under way when the server is closed that it is the last', async () => {
      let finish = () => {};
      let ask = () => {};
      const asked = new Promise<void>((resolve) => {
        ask = resolve;
      });
      const { port, listening } = await openGate(
        adapter,
        {},
        {
          fetch: () => {
            ask();
            return new Promise((resolve) => {
              finish = () => resolve(new Response('at last'));
            });
          },
        },
      );
      const answer = wholeAnswer(port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      await asked;
      const closed = listening.close();
      finish();
      expect((await answer).toLowerCase()).toContain('\r\nconnection: close\r\n');
      await closed;
    });

    it('has no words for a status that has none', async () => {
      const port = await open(() => new Response(null, { status: 299 }));
      const answer = await wholeAnswer(port, 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
      expect(answer).toMatch(/^HTTP\/1.1 299 ?\r\n/);
    });
  });
}
