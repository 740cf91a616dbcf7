/** Stories of requests over a real transport (PROTOCOL.md, section 7). */
import { RequestError } from '@sallyport/core';
import { describe, expect, it } from 'vitest';
import type { Adapter } from '../adapter.ts';
import { serveSessions } from '../served-sessions.ts';

const JSON_PROTOCOL = { headers: { 'Sec-WebSocket-Protocol': 'sallyport.v1' } };
const SIGN_IN = '{"type":"authenticate","username":"admin","password":"123456"}';
const request = (id: number, method: string, params?: unknown) =>
  JSON.stringify({ type: 'request', id, method, params });
const failed = (id: number, code: string) => ({ type: 'response', id, error: { code } });

/** A signed-in client that speaks JSON. */
async function enter(server: Awaited<ReturnType<typeof serveSessions>>) {
  const client = await server.connect(JSON_PROTOCOL);
  await client.ask(SIGN_IN);
  return { client, nextAnswer: async () => JSON.parse(await client.nextText()) as { id: number } };
}

export function requestStories(adapter: Adapter): void {
  describe('a request', () => {
    it('is answered in any order, with its result or its error', async () => {
      let finish: (result: string) => void = () => {};
      const server = await serveSessions(adapter, {
        requests: ({ method, params }) => {
          if (method === 'later')
            return new Promise((resolve) => {
              finish = resolve;
            });
          if (method === 'finish') finish('é'.repeat(10_000));
          if (method === 'fail') throw new RequestError('room.full', 'full', { seats: 8 });
          return params;
        },
      });
      const { client, nextAnswer } = await enter(server);
      for (const one of [request(1, 'later'), request(2, 'fail'), request(3, 'echo', [1, { a: 'ü' }])])
        client.text(one);
      expect(await nextAnswer()).toMatchObject({ id: 2, error: { code: 'room.full', data: { seats: 8 } } });
      expect(await nextAnswer()).toEqual({ type: 'response', id: 3, result: [1, { a: 'ü' }] });
      client.text(request(4, 'finish'));
      const answers = [await nextAnswer(), await nextAnswer()].sort((one, other) => one.id - other.id);
      expect(answers).toEqual([
        { type: 'response', id: 1, result: 'é'.repeat(10_000) },
        { type: 'response', id: 4, result: null },
      ]);
    });

    it('E30: never closes the session by an error, and its text stays on the server', async () => {
      const server = await serveSessions(adapter, {
        requests: () => {
          throw new Error('a secret');
        },
      });
      const { client, nextAnswer } = await enter(server);
      client.text(request(1, 'm'));
      client.text('{"type":"request","id":2,"method":"no method"}');
      client.text(`{"type":"request","id":3,"method":"m","params":${'['.repeat(5_000)}${']'.repeat(5_000)}}`);
      client.text('{"type":"message","text":"hello"}');
      expect(JSON.stringify(await nextAnswer())).not.toContain('secret');
      expect(await nextAnswer()).toMatchObject(failed(2, 'invalidRequest'));
      expect(await nextAnswer()).toMatchObject(failed(3, 'invalidRequest'));
      expect(await nextAnswer()).toMatchObject({ type: 'message' });
      expect(server.faults.map(({ source }) => source)).toEqual(['requests']);
    });

    it('E32: is given up when the connection is lost, and its late result is ignored', async () => {
      let finish: () => void = () => {};
      const aborted = new Promise<void>((resolve) => {
        finish = resolve;
      });
      let answer: (result: unknown) => void = () => {};
      const server = await serveSessions(adapter, {
        requests: ({ signal }) => {
          signal.addEventListener('abort', () => finish());
          return new Promise((resolve) => {
            answer = resolve;
          });
        },
      });
      const { client } = await enter(server);
      client.text(request(1, 'm'));
      client.text('{"type":"message","text":"hello"}');
      await client.nextText();
      client.socket.destroy();
      await aborted;
      answer('late');
      expect(await server.nextEnding()).toMatchObject({ reason: 'connectionLost' });
      expect(server.faults).toEqual([]);
    });

    it('E32: that was accepted is finished by a drain, which refuses new ones', async () => {
      let finish: (result: string) => void = () => {};
      const server = await serveSessions(adapter, {
        requests: () =>
          new Promise((resolve) => {
            finish = resolve;
          }),
      });
      const { client, nextAnswer } = await enter(server);
      client.text(request(1, 'm'));
      client.text('{"type":"message","text":"hello"}');
      await client.nextText();
      const drained = server.sessions.drain();
      client.text(request(2, 'm'));
      expect(await nextAnswer()).toMatchObject(failed(2, 'unavailable'));
      finish('done');
      expect(await nextAnswer()).toMatchObject({ id: 1, result: 'done' });
      expect(await client.ended).toMatchObject({ code: 1012 });
      await drained;
    });
  });
}
