/** Stories of many clients that connect and do not sign in. They must not keep out others. */
import { describe, expect, it, vi } from 'vitest';
import { handshake } from '../../wire/client.ts';
import type { Adapter } from '../adapter.ts';
import { serveSessions } from '../served-sessions.ts';
import { echoed } from '../tutorial.ts';

export function crowdStories(adapter: Adapter): void {
  describe('many clients', () => {
    it('A41: upgrades past the limit of unauthenticated sessions get 503 with Retry-After, and open sessions go on', async () => {
      const limits = { unauthenticatedSessions: 3, earlyRefusalSessions: 3 };
      const { port, enter, connect, sessions } = await serveSessions(adapter, { limits });
      const within = await enter();
      const mute = [await connect(), await connect(), await connect()];
      for (let i = 0; i < 10; i += 1) {
        const { answer } = await handshake({ port });
        expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '10']);
        expect(answer.body).toBe('too many unauthenticated sessions\n');
      }
      expect(await within.ask('hello')).toBe(echoed('hello'));
      // One signs in, one leaves: two places.
      await mute[0]?.ask('admin:123456');
      mute[1]?.socket.destroy();
      await vi.waitUntil(() => sessions.size === 3, { interval: 1, timeout: 60_000 });
      await connect();
      await connect();
      expect((await handshake({ port })).answer.status).toBe(503);
      expect(sessions.counters).toMatchObject({ opened: 6, upgradeRefused: 11 });
    });

    it('A41: 500 silent clients do not slow a client that signs in', async () => {
      const { connect, enter, sessions } = await serveSessions(adapter);
      for (let i = 0; i < 500; i += 1) await connect();
      const within = await enter();
      for (let i = 0; i < 100; i += 1) expect(await within.ask(`${i}`)).toBe(echoed(`${i}`));
      expect(sessions.countByState()).toMatchObject({ 'authenticating.awaitingCredentials': 500 });
    });

    it('S8: upgrades past the limit of connections get 503 until a session closes', async () => {
      const { port, enter, connect, nextEnding } = await serveSessions(adapter, {
        limits: { connections: 2 },
      });
      const within = await enter();
      await connect();
      const { answer } = await handshake({ port });
      expect([answer.status, answer.body]).toEqual([503, 'too many connections\n']);
      within.close(1000);
      await nextEnding();
      await connect();
    });
  });
}
