/** Stories of a stalled server, a hanging application, and clients that send too much or nothing. */
import type { Session } from '@sallyport/core';
import { describe, expect, it } from 'vitest';
import type { Adapter } from '../adapter.ts';
import { serveSessions } from '../served-sessions.ts';
import { echoed, WRONG } from '../tutorial.ts';

export function hardshipStories(adapter: Adapter): void {
  describe('slow, silent and failing parts', () => {
    it('E28: a broadcast reaches the clients that read, and only the others are terminated', async () => {
      const signedIn = new Set<Session>();
      const server = await serveSessions(adapter, {
        limits: { stallMs: 60_000 },
        observe: { authenticated: (session) => void signedIn.add(session) },
      });
      const slow = [await server.enter(), await server.enter()];
      const quick = await Promise.all(Array.from({ length: 8 }, () => server.enter()));
      for (const { socket } of slow) socket.pause();
      const news = Buffer.alloc(256 * 1_024, 'n');
      let sent = 0;
      // Turn by turn, and at the pace of those who read.
      while (server.sessions.size > quick.length) {
        for (const session of signedIn) session.send(news);
        for (const client of quick) expect((await client.next()).payload.length).toBe(news.length);
        sent += 1;
      }
      expect(await server.nextEnding()).toMatchObject({ reason: 'stalled' });
      expect(await server.nextEnding()).toMatchObject({ reason: 'stalled' });
      // 1 MiB each here; the rest is in the operating system's buffers.
      expect(sent).toBeLessThan(256);
      for (const client of quick) expect(await client.ask('still here?')).toBe(echoed('still here?'));
    });

    it('E27: a server that was stalled ends no client as silent', async () => {
      const server = await serveSessions(adapter, { limits: { pingMs: 100, silenceMs: 300 } });
      const clients = await Promise.all(Array.from({ length: 5 }, () => server.connect()));
      for (const client of clients) client.answersPings = true;
      await new Promise((resolve) => setTimeout(resolve, 100));
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
      for (const client of clients) expect(await client.ask(WRONG)).toContain('sorry');
      expect(server.sessions.size).toBe(5);
    });

    it('E10: an idle client that answers pings is closed with 4410 only past the idle limit', async () => {
      const server = await serveSessions(adapter, { limits: { pingMs: 20, silenceMs: 400, idleMs: 600 } });
      const client = await server.enter();
      client.answersPings = true;
      expect(await client.ended).toEqual({ code: 4410, reason: 'idle for too long' });
      const { reason, openMs } = await server.nextEnding();
      expect(reason).toBe('idle');
      expect(openMs).toBeGreaterThanOrEqual(400);
    });

    it('E13: an application that does not answer ends only its own session, with 1011', async () => {
      const server = await serveSessions(adapter, {
        limits: { replyMs: 200 },
        application: (message) => (message === 'hang' ? new Promise(() => {}) : echoed(String(message))),
      });
      const [stuck, other] = [await server.enter(), await server.enter()];
      stuck.text('hang');
      expect((await stuck.ended).code).toBe(1011);
      expect(await server.nextEnding()).toMatchObject({ reason: 'applicationFailed', code: 1011 });
      expect(await other.ask('hello')).toBe(echoed('hello'));
    });

    it('E2: a client that exceeds the message rate is closed with 4429, and no other client is', async () => {
      const server = await serveSessions(adapter, { limits: { messagesPerSecond: 1, burst: 10 } });
      const [flooder, other] = [await server.enter(), await server.enter()];
      for (let i = 0; i < 20; i += 1) flooder.text('x');
      expect((await flooder.ended).code).toBe(4429);
      expect(await server.nextEnding()).toMatchObject({ reason: 'tooManyMessages', code: 4429 });
      expect(await other.ask('hello')).toBe(echoed('hello'));
    });
  });
}
