/** Stories of messages at a limit and past it. The core's limits lie below those of the libraries, so each ends in a close frame. */
import { describe, expect, it } from 'vitest';
import { BINARY, frame, TEXT } from '../../wire/frames.ts';
import type { Adapter } from '../adapter.ts';
import { serveSessions } from '../served-sessions.ts';
import { echoed, REFUSED } from '../tutorial.ts';

const TOO_BIG = { code: 1009, reason: 'message too big' };

export function limitStories(adapter: Adapter): void {
  describe('message limits', () => {
    it('A5: credentials of the largest size are accepted, and one byte more closes the session', async () => {
      const server = await serveSessions(adapter);
      const client = await server.connect();
      expect(await client.ask('x'.repeat(4_096))).toBe(REFUSED);
      client.text('x'.repeat(4_097));
      expect(await client.ended).toEqual(TOO_BIG);
      expect(server.sessions.counters.refused).toBe(1);
    });

    it.each([125, 126, 65_535, 65_536])(
      'E3, E4: a message of %i bytes is accepted, whole and fragmented',
      async (size) => {
        const client = await (await serveSessions(adapter)).enter();
        const text = 'y'.repeat(size);
        expect(await client.ask(text)).toBe(echoed(text));
        client.frame(BINARY, text.slice(0, 7), { isFinal: false });
        client.frame(9, 'in between');
        client.frame(0, text.slice(7));
        expect((await client.next()).payload.toString()).toBe('in between');
        expect(await client.next()).toEqual({ opcode: BINARY, payload: Buffer.from(text) });
      },
    );

    it('E3: a message with one byte more closes the session with 1009', async () => {
      const server = await serveSessions(adapter);
      const client = await server.enter();
      client.binary(Buffer.alloc(65_537));
      expect(await client.ended).toEqual(TOO_BIG);
      expect(await server.nextEnding()).toMatchObject({ reason: 'messageTooBig', code: 1009 });
    });

    it('the limit counts bytes, not characters', async () => {
      const client = await (await serveSessions(adapter, { limits: { messageBytes: 30 } })).enter();
      expect(await client.ask('€'.repeat(10))).toBe(echoed('€'.repeat(10)));
      client.text(`${'€'.repeat(10)}x`);
      expect(await client.ended).toEqual(TOO_BIG);
    });

    it('A6: a message past the limit of the library is rejected unread, for the same reason', async () => {
      const server = await serveSessions(adapter);
      const client = await server.connect();
      client.frame(TEXT, 'x', { length: 2 ** 30 });
      expect((await client.ended).code).toBe(adapter.library.saysWhy ? 1009 : 1006);
      expect(await server.nextEnding()).toMatchObject({ reason: 'messageTooBig', code: 1009 });
    });

    it('invalid UTF-8 ends the session', async () => {
      const server = await serveSessions(adapter);
      const client = await server.connect();
      client.frame(TEXT, Buffer.from([0xc3, 0x28]));
      expect((await client.ended).code).toBe(adapter.library.saysWhy ? 1007 : 1006);
      expect(await server.nextEnding()).toMatchObject({ reason: 'protocolError', code: 1007 });
    });

    it('E7: the server survives invalid frames', async () => {
      const server = await serveSessions(adapter);
      const bystander = await server.enter();
      const broken = [
        frame(TEXT, 'rsv', { reserved: 4 }),
        frame(11, 'opcode'),
        frame(0, 'nothing to go on from'),
        frame(9, 'x'.repeat(126)),
        frame(9, 'fragment', { isFinal: false }),
        frame(8, Buffer.from([3, 231])),
        Buffer.from([0x81, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]),
      ];
      for (const bytes of broken) {
        const client = await server.connect();
        client.socket.write(bytes);
        await client.ended;
        expect(['protocolError', 'connectionLost', 'messageTooBig']).toContain(
          (await server.nextEnding()).reason,
        );
      }
      expect(await bystander.ask('still here?')).toBe(echoed('still here?'));
      expect(server.faults).toEqual([]);
    });
  });
}
