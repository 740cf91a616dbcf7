/** Stories of the bodies of plain HTTP, and of clients that close before the end. */
import { describe, expect, it, vi } from 'vitest';
import { openSocket } from '../../wire/client.ts';
import { readAnswer } from '../../wire/http-answer.ts';
import type { Adapter, ServeOptions } from '../adapter.ts';
import { openSite, untilItEnds, wholeAnswer } from '../site.ts';

export function httpBodyStories(adapter: Adapter): void {
  const open = (answer: NonNullable<ServeOptions['fetch']>) => openSite(adapter, answer);

  /** A site that answers when the story calls `finish`. */
  const openThinking = async () => {
    let finish = () => {};
    let ask = () => {};
    const asked = new Promise<void>((resolve) => {
      ask = resolve;
    });
    const site = await open(() => {
      ask();
      return new Promise((resolve) => {
        finish = () => resolve(new Response('at last'));
      });
    });
    return { ...site, asked, finish: () => finish() };
  };

  describe('plain HTTP with bodies', () => {
    it('the body of a GET is dropped, since a Request cannot have one', async () => {
      const { port } = await open(async (request) => new Response(`[${await request.text()}]`));
      const answer = await wholeAnswer(port, 'GET / HTTP/1.1\r\nContent-Length: 2', 'hi');
      expect(answer).toMatch(/^HTTP\/1.1 200 /);
      expect(answer).toContain('[]');
    });

    it('the body of an answer to HEAD is cancelled and not read', async () => {
      let canceled = 0;
      const { port } = await open(() => {
        const cancel = () => {
          canceled += 1;
        };
        return new Response(new ReadableStream({ cancel }));
      });
      const socket = await openSocket({ port });
      socket.write('HEAD / HTTP/1.1\r\nHost: x\r\n\r\n');
      const { answer } = await readAnswer(socket);
      expect(answer.status).toBe(200);
      expect(answer.headers.has('content-length')).toBe(false);
      socket.destroy();
      await vi.waitUntil(() => canceled === 1, { interval: 1, timeout: 60_000 });
    });

    it('the signal is not aborted after a complete answer', async () => {
      let signal: AbortSignal | undefined;
      const { port } = await open((request) => {
        signal = request.signal;
        return new Response('whole');
      });
      expect(await wholeAnswer(port, 'GET / HTTP/1.1')).toContain('whole');
      expect(signal?.aborted).toBe(false);
    });

    it('an answer whose body fails is terminated, and the error is reported', async () => {
      const { port, faults } = await open(() => {
        const pull = (controller: ReadableStreamDefaultController) => controller.error(new Error('no more'));
        return new Response(new ReadableStream({ pull }));
      });
      expect(await wholeAnswer(port, 'GET / HTTP/1.1')).not.toMatch(/0\r\n\r\n$/);
      await vi.waitUntil(() => faults.length > 0, { interval: 1, timeout: 60_000 });
      expect(faults).toEqual([new Error('no more')]);
    });

    it('a streamed body is read only as fast as the client reads', async () => {
      let pulled = 0;
      const { url } = await open(() => {
        const pull = (controller: ReadableStreamDefaultController) => {
          pulled += 1;
          if (pulled > 1_000) controller.close();
          else controller.enqueue(new Uint8Array(64 * 1_024).fill(pulled % 251));
        };
        return new Response(new ReadableStream({ pull }));
      });
      const response = await fetch(url);
      let taken = 0;
      for await (const chunk of response.body as ReadableStream<Uint8Array>) {
        taken += chunk.length;
        // 64 MiB in all; what the operating system and both ends buffer is far less.
        if (taken < 64 * 1_024) expect(pulled).toBeLessThan(900);
      }
      expect(taken).toBe(1_000 * 64 * 1_024);
    });

    it('the signal is aborted if the client closes, before the answer and during it', async () => {
      const aborted: string[] = [];
      const { url, faults } = await open((request) => {
        const path = new URL(request.url).pathname;
        request.signal.addEventListener('abort', () => aborted.push(path));
        if (path === '/thinks') return new Promise(() => {});
        return new Response(
          new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(10)) }),
        );
      });
      const thinking = new AbortController();
      const thought = fetch(`${url}/thinks`, { signal: thinking.signal }).catch(() => {});
      const streaming = new AbortController();
      const response = await fetch(`${url}/streams`, { signal: streaming.signal });
      await response.body?.getReader().read();
      streaming.abort();
      thinking.abort();
      await thought;
      await vi.waitFor(() => expect(aborted.sort()).toEqual(['/streams', '/thinks']), {
        interval: 5,
        timeout: 60_000,
      });
      expect(faults).toEqual([]);
    });

    it('an answer in progress is completed when the server closes', async () => {
      const { url, listening, asked, finish } = await openThinking();
      const answer = fetch(url);
      await asked;
      const closed = listening.close();
      finish();
      expect(await (await answer).text()).toBe('at last');
      await closed;
    });

    it('the body of an answer is cancelled if its client has closed', async () => {
      let canceled = 0;
      let think = () => {};
      const { port } = await open(({ signal }) => {
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
      await vi.waitUntil(() => canceled === 1, { interval: 1, timeout: 60_000 });
    });

    it('an answer in progress has Connection: close when the server closes', async () => {
      const { port, listening, asked, finish } = await openThinking();
      const answer = untilItEnds(port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      await asked;
      const closed = listening.close();
      finish();
      expect((await answer).toLowerCase()).toContain('\r\nconnection: close\r\n');
      await closed;
    });
  });
}
