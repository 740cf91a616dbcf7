/** Stories of the port itself, with nobody behind it: what an adapter calls, in which order, and what its methods do. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Adapter } from '../adapter.ts';
import { type Client, connect } from '../client.ts';
import { BINARY, PING, TEXT } from '../frames.ts';
import { type Recorded, recordSessions } from '../recording.ts';

const MIB = 2 ** 20;

export function portStories(adapter: Adapter): void {
  /** So many clients, each with what was recorded of it. */
  const open = async (count = 1): Promise<[Client, Recorded][]> => {
    const { sessions, opened } = recordSessions(adapter.clock, { unsentBytes: 64 * MIB, closeMs: 100 });
    const { port, close } = await adapter.serve(sessions, { host: '127.0.0.1', port: 0 });
    const pairs: [Client, Recorded][] = [];
    while (pairs.length < count) {
      const client = await connect({ port });
      const recorded = opened.at(-1);
      if (recorded) pairs.push([client, recorded]);
    }
    onTestFinished(async () => {
      for (const [client] of pairs) client.socket.destroy();
      await close();
    });
    return pairs;
  };
  const one = async () => (await open())[0] as [Client, Recorded];

  describe('the port', () => {
    it('calls: opened, whatever comes, closed', async () => {
      const [client, recorded] = await one();
      client.text('\ufeffé');
      client.binary(Buffer.from([1, 2]));
      client.text('');
      client.close(4000, 'é');
      await recorded.until('closed');
      expect(recorded.peer).toEqual({ address: '127.0.0.1' });
      expect(recorded.calls).toEqual([
        ['opened'],
        ['receive', '\ufeffé', 5],
        ['receive', new Uint8Array([1, 2]), 2],
        ['receive', '', 0],
        ['closed', 4000, 'é'],
      ]);
    });

    it('hands over bytes that stay as they are, of no class but Uint8Array', async () => {
      const [client, recorded] = await one();
      for (let i = 0; i < 50; i += 1) client.binary(Buffer.alloc(100, i));
      client.close(1000);
      await recorded.until('closed');
      const received = recorded.calls.filter(([name]) => name === 'receive').map((call) => call[1]);
      expect(received.map((data) => Object.getPrototypeOf(data) === Uint8Array.prototype)).toEqual(
        Array(50).fill(true),
      );
      expect(received).toEqual(Array.from({ length: 50 }, (_, i) => new Uint8Array(100).fill(i)));
    });

    it('sends text as text and bytes as bytes, a part of a larger buffer too', async () => {
      const [client, { connection }] = await one();
      expect(connection.send('é')).toBe('sent');
      expect(connection.send(new Uint8Array([1, 2, 3, 4]).subarray(1, 3))).toBe('sent');
      expect(connection.bufferedAmount).toBe(0);
      expect(await client.next()).toEqual({ opcode: TEXT, payload: Buffer.from('é') });
      expect(await client.next()).toEqual({ opcode: BINARY, payload: Buffer.from([2, 3]) });
    });

    it('pings, and tells of the pong', async () => {
      const [client, recorded] = await one();
      client.answersPings = true;
      recorded.connection.ping();
      await recorded.until('ponged');
      expect(recorded.calls).toEqual([['opened'], ['ponged']]);
    });

    it('answers pings without a word', async () => {
      const [client, { calls }] = await one();
      client.frame(PING, 'p');
      expect((await client.next()).payload.toString()).toBe('p');
      expect(calls).toEqual([['opened']]);
    });

    it('says `buffered` and what is, and `drained` once nothing is; for each connection by itself', async () => {
      const pairs = await open(2);
      for (const [client, { connection }] of pairs) {
        client.socket.pause();
        let result = connection.send(new Uint8Array(MIB));
        for (let i = 0; i < 40 && result === 'sent'; i += 1) result = connection.send(new Uint8Array(MIB));
        expect(result).toBe('buffered');
        const before = connection.bufferedAmount;
        expect(connection.send(new Uint8Array(1_000))).toBe('buffered');
        expect(connection.bufferedAmount - before).toBeGreaterThanOrEqual(1_000);
      }
      for (const [client, recorded] of pairs.reverse()) {
        expect(recorded.calls).toEqual([['opened']]);
        client.socket.resume();
        await recorded.until('drained');
        expect(recorded.connection.bufferedAmount).toBe(0);
      }
    });

    it('closes with a code and a reason, and says when that is done', async () => {
      const [client, recorded] = await one();
      recorded.connection.send('last');
      recorded.connection.close(4400, 'é'.repeat(61));
      expect(await client.nextText()).toBe('last');
      expect(await client.ended).toEqual({ code: 4400, reason: 'é'.repeat(61) });
      await recorded.until('closed');
      expect(recorded.calls.map(([name]) => name)).toEqual(['opened', 'closed']);
    });

    it('cuts at once, with no close frame, whatever is unsent', async () => {
      const [client, recorded] = await one();
      client.socket.pause();
      for (let i = 0; i < 40 && recorded.connection.send(new Uint8Array(MIB)) === 'sent'; i += 1);
      recorded.connection.terminate();
      client.socket.resume();
      expect((await client.ended).code).toBe(1006);
      await recorded.until('closed');
      expect(recorded.calls.filter(([name]) => name === 'closed')).toEqual([['closed', 1006, '']]);
    });
  });
}
