/** Stories of applications that are slow, throw or close. */
import { describe, expect, it } from 'vitest';
import { frame, TEXT } from '../../wire/frames.ts';
import type { Adapter } from '../adapter.ts';
import { serveSessions } from '../served-sessions.ts';
import { ACCEPTED, echoed, RIGHT } from '../tutorial.ts';

export function applicationStories(adapter: Adapter): void {
  describe('the application', () => {
    it('E12, E13: an application that throws or rejects ends only its own session', async () => {
      const server = await serveSessions(adapter, {
        application: (message) => {
          if (message === 'throw') throw new Error('a secret');
          if (message === 'reject') return Promise.reject(new Error('a secret'));
          return echoed(String(message));
        },
      });
      const bystander = await server.enter();
      for (const way of ['throw', 'reject']) {
        const client = await server.enter();
        client.text(way);
        expect(await client.ended).toEqual({ code: 1011, reason: 'message failed on the server' });
        expect(await server.nextEnding()).toMatchObject({ reason: 'applicationFailed' });
      }
      expect(await bystander.ask('hello')).toBe(echoed('hello'));
      expect(server.faults.map(({ source }) => source)).toEqual(['application', 'application']);
    });

    it('the bytes of the frames that were sent are counted, of small and of large messages', async () => {
      const texts = ['hi', 'é'.repeat(100), 'x'.repeat(20_000), '€'.repeat(30_000)];
      const server = await serveSessions(adapter, { application: (message) => texts[Number(message)] ?? '' });
      const client = await server.enter();
      const before = server.sessions.counters.bytesSent;
      expect(before).toBeGreaterThan(ACCEPTED.length);
      for (const at of texts.keys()) expect(await client.ask(`${at}`)).toBe(texts[at]);
      const headers = 2 + 4 + 4 + 10;
      const payloads = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
      expect(server.sessions.counters.bytesSent - before).toBe(payloads + headers);
    });

    it('E14: replies are sent in the order of the messages, in any order of their completion', async () => {
      const pending = new Map<unknown, () => void>();
      const server = await serveSessions(adapter, {
        application: (message) =>
          new Promise((resolve) => {
            pending.set(message, () => resolve(message));
            if (pending.size === 3) for (const text of ['3', '1', '2']) pending.get(text)?.();
          }),
      });
      const client = await server.enter();
      for (const text of ['1', '2', '3']) client.text(text);
      for (const text of ['1', '2', '3']) expect(await client.nextText()).toBe(text);
    });

    it('E17, E19: a close during a message sends the replies first, and later messages are not delivered', async () => {
      const delivered: unknown[] = [];
      const server = await serveSessions(adapter, {
        application: (message, session) => {
          delivered.push(message);
          session.send('one');
          session.send('two');
          session.close('é'.repeat(80));
        },
      });
      const client = await server.connect();
      client.socket.write(Buffer.concat([RIGHT, 'bye', 'more', 'and more'].map((text) => frame(TEXT, text))));
      for (const text of [ACCEPTED, 'one', 'two']) expect(await client.nextText()).toBe(text);
      expect(await client.ended).toEqual({ code: 1000, reason: 'é'.repeat(61) });
      expect(await server.nextEnding()).toMatchObject({ reason: 'applicationClosed' });
      expect(delivered).toEqual(['bye']);
    });

    it('E16: the application may close a session while it opens', async () => {
      const server = await serveSessions(adapter, {
        observe: { opened: (session) => session.close('not now') },
      });
      expect(await (await server.connect()).ended).toEqual({ code: 1000, reason: 'not now' });
    });

    it('E15, E16: the application may send to a client that has closed', async () => {
      let talk = () => {};
      const server = await serveSessions(adapter, {
        application: (_, session) => {
          talk = () => {
            session.send('still there?');
            session.close();
          };
        },
      });
      const client = await server.enter();
      client.text('hello');
      client.close(1000);
      expect((await client.ended).code).toBe(1000);
      expect(await server.nextEnding()).toMatchObject({ reason: 'clientLeft', code: 1000 });
      talk();
      expect(server.sessions.counters.messagesUnsent).toBe(1);
      expect(server.faults).toEqual([]);
    });
  });
}
