/** Stories of clients that read slowly, or not at all. */
import { describe, expect, it } from 'vitest';
import type { Client } from '../../wire/client.ts';
import { BINARY, frame, TEXT } from '../../wire/frames.ts';
import type { Adapter } from '../adapter.ts';
import { serveSessions } from '../served-sessions.ts';
import { RIGHT } from '../tutorial.ts';

const MIB = 2 ** 20;

export function slowPeerStories(adapter: Adapter): void {
  describe('a slow client', () => {
    it('E1: a client that sends and never reads is terminated before much is unsent', async () => {
      const server = await serveSessions(adapter);
      const client = await server.enter();
      client.socket.pause();
      const bytes = frame(BINARY, Buffer.alloc(65_000));
      const write = () => {
        while (client.socket.writable && client.socket.write(bytes));
      };
      client.socket.on('drain', write);
      write();
      expect(await server.nextEnding()).toMatchObject({ reason: 'stalled', code: 1006 });
      // 1 MiB here; the rest is in the operating system's buffers.
      expect(server.sessions.counters.bytesReceived).toBeLessThan(64 * MIB);
    });

    it('E1: a client that reads nothing for stallMs is terminated, even if little is unsent', async () => {
      const server = await serveSessions(adapter, {
        limits: { unsentBytes: 64 * MIB, stallMs: 300 },
        application: (_, session) => fill(session),
      });
      const client = await server.enter();
      client.socket.pause();
      client.text('fill');
      expect(await server.nextEnding()).toMatchObject({ reason: 'stalled' });
    });

    it('two slow clients drain independently', async () => {
      const server = await serveSessions(adapter, {
        limits: { unsentBytes: 64 * MIB, stallMs: 60_000 },
        application: (message, session) => (message === 'fill' ? fill(session) : message),
      });
      const clients = [await server.enter(), await server.enter()];
      for (const client of clients) {
        client.socket.pause();
        client.text('fill');
      }
      for (const client of clients.reverse()) {
        client.socket.resume();
        await client.next();
        client.text('done');
        await readUntil(client, 'done');
      }
    });

    it('a slow client gets all messages before the close frame', async () => {
      const server = await serveSessions(adapter, {
        limits: { unsentBytes: 64 * MIB, closeMs: 60_000 },
        application: (_, session) => {
          fill(session);
          session.send('last');
          session.close('that was all');
        },
      });
      const client = await server.enter();
      client.socket.pause();
      client.text('fill');
      await settled(() => [...server.sessions][0]?.state === 'closing');
      client.socket.resume();
      await readUntil(client, 'last');
      expect(await client.ended).toEqual({ code: 1000, reason: 'that was all' });
      expect(await server.nextEnding()).toMatchObject({ reason: 'applicationClosed' });
    });

    it('a client that does not take the close frame in time is terminated', async () => {
      const server = await serveSessions(adapter, {
        limits: { unsentBytes: 64 * MIB, closeMs: 100 },
        application: (_, session) => {
          fill(session);
          session.close();
        },
      });
      const client = await server.connect();
      client.socket.write(Buffer.concat([frame(TEXT, RIGHT), frame(TEXT, 'fill')]));
      client.socket.pause();
      expect(await server.nextEnding()).toMatchObject({ reason: 'applicationClosed' });
      client.socket.resume();
      expect((await client.ended).code).toBe(1006);
    });
  });
}

/** Sends more than fits in between, so that something has to wait here while the peer does not read. */
function fill(session: { send(message: Uint8Array): string }): void {
  for (let i = 0; i < 128; i += 1) session.send(Buffer.alloc(256 * 1_024));
}

async function readUntil(client: Client, text: string): Promise<void> {
  for (;;) if ((await client.next()).payload.toString() === text) return;
}

async function settled(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
