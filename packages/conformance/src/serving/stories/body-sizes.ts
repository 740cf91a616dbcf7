/** Stories of the largest body of a plain request. */
import { describe, expect, it } from 'vitest';
import type { Adapter } from '../adapter.ts';
import { openSite, untilItEnds, wholeAnswer } from '../site.ts';

const ok = () => new Response('ok');

export function bodySizeStories(adapter: Adapter): void {
  describe('the body size limit of plain HTTP', () => {
    it.each([
      [undefined, 2 ** 20],
      [10, 10],
    ])(
      'with a limit of %s, a larger declared body gets 413 without being read, and the connection closes',
      async (limit, most) => {
        const { port } = await openSite(adapter, ok, limit);
        const answer = await untilItEnds(
          port,
          `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${most + 1}\r\n\r\n`,
        );
        expect(answer).toMatch(/^HTTP\/1.1 413 Payload Too Large\r\n/);
        expect(answer.toLowerCase()).toContain('\r\nconnection: close\r\n');
        expect(answer).toContain('request too large\n');
      },
    );

    it.each([
      ['', 'Content-Length: 1', 'x', 413],
      ['', 'Transfer-Encoding: chunked', '1\r\nx\r\n0\r\n\r\n', 413],
      ['an empty body: ', 'Content-Length: 0', '', 200],
      ['an empty body: ', 'Transfer-Encoding: chunked', '0\r\n\r\n', 200],
    ])('a limit of 0 allows no body: %s%s', async (_, headers, body, status) => {
      const { port } = await openSite(adapter, ok, 0);
      expect(await wholeAnswer(port, `POST / HTTP/1.1\r\n${headers}`, body)).toMatch(
        new RegExp(`^HTTP/1.1 ${status} `),
      );
    });

    it('a negative limit fails at the start', async () => {
      await expect(openSite(adapter, ok, -1)).rejects.toMatchObject({
        code: 'ERR_BODY',
        message: 'maxBodyBytes must be a whole number from 0 on, not -1',
      });
    });
  });
}
