/** Stories of the JSON protocol over a real handshake (PROTOCOL.md, section 6), as `createSessions` offers it by itself. */
import { accept, refuse } from '@sallyport/core';
import { describe, expect, it } from 'vitest';
import { handshake } from '../../wire/client.ts';
import type { Adapter } from '../adapter.ts';
import { serveSessions } from '../served-sessions.ts';
import { WRONG } from '../tutorial.ts';

const offering = (protocols: string) => ({ headers: { 'Sec-WebSocket-Protocol': protocols } });
const RIGHT = '{"type":"authenticate","username":"admin","password":"123456"}';

export function jsonStories(adapter: Adapter): void {
  describe('the JSON protocol', () => {
    it('a client that offers JSON is refused, accepted and answered in it', async () => {
      const client = await (await serveSessions(adapter)).connect(offering('sallyport.v2, sallyport.v1'));
      expect(client.answer.headers.get('sec-websocket-protocol')).toBe('sallyport.v1');
      const ask = async (text: string) => JSON.parse(await client.ask(text)) as unknown;
      expect(await ask('{"type":"authenticate","username":"admin","password":"1"}')).toEqual({
        type: 'refused',
        attemptsLeft: 4,
      });
      expect(await ask(RIGHT)).toEqual({ type: 'authenticated', user: 'admin', heartbeatMs: 25_000 });
      expect(await ask('{"type":"message","text":"hello"}')).toEqual({
        type: 'message',
        text: 'your submit context: hello',
      });
    });

    it('a refresh renews a sign-in without interruption', async () => {
      const server = await serveSessions(adapter, {
        authenticate: (given) =>
          given.type === 'token' ? accept('ada', { expiresInMs: Number(given.token) }) : refuse(),
      });
      const client = await server.connect(offering('sallyport.v1'));
      const ask = async (text: string) => JSON.parse(await client.ask(text)) as unknown;
      expect(await ask('{"type":"authenticate","token":"60000"}')).toEqual({
        type: 'authenticated',
        user: 'ada',
        expiresInMs: 60_000,
        heartbeatMs: 25_000,
      });
      expect(await ask('{"type":"refresh","username":"ada","password":"1"}')).toEqual({
        type: 'error',
        error: 'refreshRefused',
      });
      expect(await ask('{"type":"refresh","token":"90000"}')).toEqual({
        type: 'refreshed',
        user: 'ada',
        expiresInMs: 90_000,
      });
    });

    it('a malformed message closes the session with 4400', async () => {
      const server = await serveSessions(adapter);
      const client = await server.connect(offering('sallyport.v1'));
      client.text(WRONG);
      expect(await client.ended).toEqual({ code: 4400, reason: 'malformed message' });
      expect(await server.nextEnding()).toMatchObject({ reason: 'malformed', code: 4400 });
    });

    it('JSON is the only protocol with a subprotocol name', async () => {
      const { port } = await serveSessions(adapter);
      const { answer } = await handshake({ port }, offering('sallyport.v2'));
      expect(answer.status).toBe(400);
    });
  });
}
