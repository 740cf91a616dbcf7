/** Stories of how connections end: by their peers, by silence, by a drain. */
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { handshake, openSocket } from '../../wire/client.ts';
import { PING } from '../../wire/frames.ts';
import type { Adapter } from '../adapter.ts';
import { openGate } from '../served-sessions.ts';
import { echoed, WRONG } from '../tutorial.ts';

export function endingStories(adapter: Adapter): void {
  describe('endings', () => {
    it.each([
      [1000, 'clientLeft'],
      [1001, 'pageLeft'],
      [4400, 'clientLeft'],
    ])('E21: knows a client that leaves with %i', async (code, reason) => {
      const gate = await openGate(adapter);
      const client = await gate.enter();
      client.close(code, 'bye');
      expect((await client.ended).code).toBe(code);
      expect(await gate.nextEnding()).toMatchObject({ reason, code });
    });

    it.each(['end', 'destroy', 'resetAndDestroy'] as const)(
      'E11: knows a connection that is lost (%s)',
      async (way) => {
        const gate = await openGate(adapter);
        const client = await gate.enter();
        client.socket[way]();
        expect(await gate.nextEnding()).toMatchObject({ reason: 'connectionLost', code: 1006 });
      },
    );

    it('E9: cuts who gives no sign of life, and not who answers pings', async () => {
      const gate = await openGate(adapter, { limits: { pingMs: 50, silenceMs: 400 } });
      const alive = await gate.connect();
      alive.answersPings = true;
      const mute = await gate.connect();
      expect((await mute.ended).code).toBe(1006);
      expect(await gate.nextEnding()).toMatchObject({ reason: 'silent' });
      expect(gate.sessions.size).toBe(1);
      expect(await alive.ask(WRONG)).toContain('sorry');
    });

    it('E18: is done with a session whose peer never answers the close frame', async () => {
      const gate = await openGate(adapter, { limits: { attempts: 1, closeMs: 100 } });
      const client = await gate.connect();
      client.answersClose = false;
      client.text(WRONG);
      expect(await gate.nextEnding()).toMatchObject({ reason: 'attemptsUsedUp' });
      expect(gate.sessions.size).toBe(0);
      expect((await client.ended).code).toBe(4401);
    });

    // uWebSockets.js reports such a socket closed, and itself cuts it 16 s later.
    it.runIf(adapter.library.waitsForClose)('cuts a peer that never answers the close frame', async () => {
      const gate = await openGate(adapter, { limits: { attempts: 1, closeMs: 100 } });
      const client = await gate.connect();
      client.answersClose = false;
      client.text(WRONG);
      await new Promise((resolve) => client.socket.on('end', resolve));
    });

    it('drains: answers every message it has taken, says 1012, lets nobody in', async () => {
      const pending: (() => void)[] = [];
      const gate = await openGate(adapter, {
        application: (message) =>
          new Promise((resolve) => pending.push(() => resolve(echoed(String(message))))),
      });
      const client = await gate.enter();
      const newcomer = await gate.connect();
      for (const text of ['1', '2', '3']) client.text(text);
      client.frame(PING, 'taken?');
      await client.next();
      const drained = gate.sessions.drain();
      const { answer } = await handshake({ port: gate.port });
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toBe('1');
      expect(await newcomer.ended).toEqual({ code: 1012, reason: 'server restarts' });
      for (const answerIt of pending) answerIt();
      for (const text of ['1', '2', '3']) expect(await client.nextText()).toBe(echoed(text));
      expect(await client.ended).toEqual({ code: 1012, reason: 'server restarts' });
      await drained;
    });

    it('closes: stops listening at once, and is done when everybody has gone', async () => {
      const gate = await openGate(adapter, { limits: { closeMs: 200, drainMs: 200 } });
      const client = await gate.enter();
      const mute = await gate.connect();
      mute.answersClose = false;
      mute.socket.pause();
      const idle = await openSocket({ port: gate.port });
      const idleEnded = new Promise((resolve) => idle.on('close', resolve));
      const closed = gate.listening.close();
      expect(gate.listening.close()).toBe(closed);
      await expect(openSocket({ port: gate.port })).rejects.toThrow('ECONNREFUSED');
      expect(await client.ended).toEqual({ code: 1012, reason: 'server restarts' });
      await closed;
      expect(gate.sessions.size).toBe(0);
      idle.resume();
      await idleEnded;
    });

    it('gives its port back: another can start on it at once, clients or no clients', async () => {
      const first = await openGate(adapter, {}, { port: await freePort() });
      const client = await first.enter();
      const closed = first.listening.close();
      expect((await client.ended).code).toBe(1012);
      await closed;
      const second = await openGate(adapter, {}, { port: first.port });
      await second.enter();
    });
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
