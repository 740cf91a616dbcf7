import { once } from 'node:events';
import { freePort } from '@sallyport/test-fixtures/free-port';
import { describe, expect, it } from 'vitest';
import { handshake, openSocket } from '../../wire/client.ts';
import { PING } from '../../wire/frames.ts';
import type { Adapter } from '../adapter.ts';
import { serveSessions } from '../served-sessions.ts';
import { echoed, WRONG } from '../tutorial.ts';

export function endingStories(adapter: Adapter): void {
  describe('the end of a session', () => {
    it.each([
      [1000, 'clientLeft'],
      [1001, 'pageLeft'],
      [4400, 'clientLeft'],
    ])('E21: a client that closes with %i ends the session as %s', async (code, reason) => {
      const server = await serveSessions(adapter);
      const client = await server.enter();
      client.close(code, 'bye');
      expect((await client.ended).code).toBe(code);
      expect(await server.nextEnding()).toMatchObject({ reason, code });
    });

    it.each(['end', 'destroy', 'resetAndDestroy'] as const)(
      'E11: a connection that breaks by %s ends the session as connectionLost',
      async (way) => {
        const server = await serveSessions(adapter);
        const client = await server.enter();
        client.socket[way]();
        expect(await server.nextEnding()).toMatchObject({ reason: 'connectionLost', code: 1006 });
      },
    );

    it('E9: a silent client is terminated, and a client that answers pings is not', async () => {
      const server = await serveSessions(adapter, { limits: { pingMs: 50, silenceMs: 400 } });
      const alive = await server.connect();
      alive.answersPings = true;
      const mute = await server.connect();
      expect((await mute.ended).code).toBe(1006);
      expect(await server.nextEnding()).toMatchObject({ reason: 'silent' });
      expect(server.sessions.size).toBe(1);
      expect(await alive.ask(WRONG)).toContain('sorry');
    });

    it('E18: a session ends even if the client never answers the close frame', async () => {
      const server = await serveSessions(adapter, { limits: { attempts: 1, closeMs: 100 } });
      const client = await server.connect();
      client.answersClose = false;
      client.text(WRONG);
      expect(await server.nextEnding()).toMatchObject({ reason: 'attemptsUsedUp' });
      expect(server.sessions.size).toBe(0);
      expect((await client.ended).code).toBe(4401);
    });

    // uWebSockets.js reports such a socket closed, and itself cuts it 16 s later.
    it.runIf(adapter.library.waitsForClose)(
      'a client that never answers the close frame is terminated',
      async () => {
        const server = await serveSessions(adapter, { limits: { attempts: 1, closeMs: 100 } });
        const client = await server.connect();
        client.answersClose = false;
        client.text(WRONG);
        await new Promise((resolve) => client.socket.on('end', resolve));
      },
    );

    it('a drain answers accepted messages, closes clients with 1012, and refuses upgrades with 503', async () => {
      const pending: (() => void)[] = [];
      const server = await serveSessions(adapter, {
        application: (message) =>
          new Promise((resolve) => pending.push(() => resolve(echoed(String(message))))),
      });
      const client = await server.enter();
      const newcomer = await server.connect();
      for (const text of ['1', '2', '3']) client.text(text);
      client.frame(PING, 'taken?');
      await client.next();
      const drained = server.sessions.drain();
      const { answer } = await handshake({ port: server.port });
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toBe('1');
      expect(await newcomer.ended).toEqual({ code: 1012, reason: 'server restarts' });
      for (const answerIt of pending) answerIt();
      for (const text of ['1', '2', '3']) expect(await client.nextText()).toBe(echoed(text));
      expect(await client.ended).toEqual({ code: 1012, reason: 'server restarts' });
      await drained;
    });

    it('close() stops listening at once, and resolves when all connections have closed', async () => {
      const server = await serveSessions(adapter, { limits: { closeMs: 200, drainMs: 200 } });
      const client = await server.enter();
      const mute = await server.connect();
      mute.answersClose = false;
      mute.socket.pause();
      const idle = await openSocket({ port: server.port });
      const idleEnded = new Promise((resolve) => idle.on('close', resolve));
      const closed = server.listening.close();
      expect(server.listening.close()).toBe(closed);
      await expect(openSocket({ port: server.port })).rejects.toThrow('ECONNREFUSED');
      expect(await client.ended).toEqual({ code: 1012, reason: 'server restarts' });
      await closed;
      expect(server.sessions.size).toBe(0);
      idle.resume();
      await idleEnded;
    });

    it('stopListening() refuses new connections, and serves those that the server has accepted', async () => {
      const server = await serveSessions(adapter);
      const client = await server.enter();
      // Accepted, and its handshake has begun: a half of the request is there.
      const early = await openSocket({ port: server.port });
      early.write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n');
      // The server answers this client after it has accepted the one before.
      await server.enter();
      const stopped = server.listening.stopListening();
      expect(server.listening.stopListening()).toBe(stopped);
      await expect(openSocket({ port: server.port })).rejects.toThrow('ECONNREFUSED');
      early.write('Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n');
      const [answer] = (await once(early, 'data')) as [Buffer];
      expect(String(answer)).toMatch(/^HTTP\/1.1 101 /);
      expect(await client.ask('still here')).toBe(echoed('still here'));
      early.destroy();
      await stopped;
      const closed = server.listening.close();
      expect(await client.ended).toEqual({ code: 1012, reason: 'server restarts' });
      await closed;
    });

    it('close() frees the port at once, even with open sessions', async () => {
      const first = await serveSessions(adapter, {}, { port: await freePort() });
      const client = await first.enter();
      const closed = first.listening.close();
      expect((await client.ended).code).toBe(1012);
      await closed;
      const second = await serveSessions(adapter, {}, { port: first.port });
      await second.enter();
    });
  });
}
