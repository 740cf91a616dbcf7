/** Duties towards a client that does not read. */
import { equal, ok } from 'node:assert/strict';
import type { Connection } from '@sallyport/core';
import type { Bare } from '../kit/stage.ts';
import type { StoryDefinition } from '../kit/story.ts';
import { expectNoCloseFrame } from './cut.ts';

const MIB = 2 ** 20;
/** Less than the high-water mark of a stream of Node. */
const LITTLE = 4_096;

/**
 * Sends to a client that does not read until messages must wait, and returns them. Sends one message in each turn of the event loop:
 * a transport may hold the messages of one turn, and write them at once.
 */
export async function fill(connection: Connection, size = MIB): Promise<readonly string[]> {
  const messages: string[] = [];
  while (messages.length * size < 60 * MIB && connection.bufferedAmount === 0) {
    const message = `${messages.length} `.padEnd(size, 'f');
    messages.push(message);
    connection.send(message);
    await new Promise((resolve) => setImmediate(resolve));
  }
  ok(connection.bufferedAmount > 0, '`bufferedAmount` is 0, although the client read nothing of 60 MiB');
  return messages;
}

const drains = ({ calls }: Pick<Bare, 'calls'>) => calls.filter(([name]) => name === 'drained').length;

export const backpressure: readonly StoryDefinition[] = [
  {
    duty: 'reports backpressure: buffered, the amount, and drained',
    async run(stage) {
      await stage.serveBare();
      const bare = await stage.bare();
      const { client, connection } = bare;
      client.pause();
      await fill(connection);
      const hasSaid = () => bare.calls.some(([name]) => name === 'buffered') || bare.tapped.hasBuffered;
      await stage.until('`send` or `buffered` to report that something waits', hasSaid);
      const before = connection.bufferedAmount;
      // The buffers of the operating system may still grow, by less than 16 MiB.
      for (let sent = 0; sent < 40; sent += 1) equal(connection.send('x'.repeat(MIB)), 'buffered');
      const added = connection.bufferedAmount - before;
      ok(added >= 24 * MIB, `\`bufferedAmount\` grew by ${added} bytes when 40 MiB more had to wait`);
      ok(added <= 48 * MIB, `\`bufferedAmount\` grew by ${added} bytes when 40 MiB more had to wait`);
      const drained = drains(bare);
      client.resume();
      await stage.until('`drained`', () => drains(bare) > drained);
      equal(connection.bufferedAmount, 0);
    },
  },
  {
    duty: 'reports drained each time that backpressure ends',
    async run(stage) {
      await stage.serveBare();
      const bare = await stage.bare();
      for (const times of [1, 2]) {
        bare.client.pause();
        await fill(bare.connection);
        bare.client.resume();
        await stage.until('`drained`', () => drains(bare) >= times);
      }
    },
  },
  {
    duty: 'delivers buffered messages completely and in order',
    async run(stage) {
      await stage.serveBare();
      const bare = await stage.bare();
      const { client, connection } = bare;
      client.pause();
      const large = await fill(connection);
      const small = Array.from({ length: 24 }, (_, i) => `waits ${i}`);
      for (const message of small) connection.send(message);
      client.resume();
      await stage.until('`bufferedAmount` of 0', () => connection.bufferedAmount === 0);
      // This message does not wait, so it arrives even if a message that waited is lost.
      connection.send('end');
      await stage.until('the last message', () => client.messages.at(-1) === 'end');
      client.expect([...large, ...small, 'end']);
    },
  },
  {
    duty: 'reports backpressure from the first unsent byte',
    async run(stage) {
      await stage.serveBare();
      const bare = await stage.bare();
      const { client, connection, calls } = bare;
      client.pause();
      await fill(connection, LITTLE);
      const said = () => bare.tapped.hasBuffered || calls.some(([name]) => name === 'buffered');
      // The operating system may still take them.
      await stage.until('`send` or `buffered` to report that something waits', () => {
        return said() || connection.bufferedAmount === 0;
      });
      client.resume();
      await stage.until('`drained`', () => !said() || drains(bare) > 0);
    },
  },
  {
    duty: 'reports drained for the right one of two slow clients',
    async run(stage) {
      await stage.serveBare();
      const both = [await stage.bare(), await stage.bare()] as const;
      for (const { client, connection } of both) {
        client.pause();
        await fill(connection);
      }
      // The later one first: an adapter with one variable for all sockets would report the wrong one, and the tap would notice.
      for (const one of [both[1], both[0]]) {
        const drained = drains(one);
        one.client.resume();
        await stage.until('`drained`, at the socket that drained', () => drains(one) > drained);
        equal(one.connection.bufferedAmount, 0);
      }
    },
  },
  {
    duty: 'drops nothing before the core ends a slow client',
    async run(stage) {
      await stage.serve({ limits: { unsentBytes: 4 * MIB, closeMs: 1_000 } });
      const client = await stage.enter();
      client.pause();
      const [session] = stage.opened;
      for (let i = 0; i < 200 && stage.endings.length === 0; i += 1) session?.send('s'.repeat(MIB));
      await stage.until('the end of the session', () => stage.endings.length > 0);
      ok(!stage.tapped[0]?.hasDropped, '`send` returned `dropped`: only the core may end a slow client');
      equal(stage.endings[0]?.reason, 'stalled');
      client.resume();
      await stage.until('the end of the connection', () => stage.hasEnded(client));
      expectNoCloseFrame(stage, client);
    },
  },
  {
    duty: 'terminates a client that reads nothing for too long',
    async run(stage) {
      await stage.serve({ limits: { unsentBytes: 64 * MIB, stallMs: 2_000 } });
      const client = await stage.enter();
      client.pause();
      const [tapped] = stage.tapped;
      if (tapped) await fill(tapped.connection);
      // The core notices unsent bytes when it sends.
      stage.opened[0]?.send('and this');
      await new Promise((resolve) => setImmediate(resolve));
      stage.clock.advance(5_000);
      await stage.until('the end of the session', () => stage.endings.length > 0);
      equal(stage.endings[0]?.reason, 'stalled');
      client.resume();
      await stage.until('the end of the connection', () => stage.hasEnded(client));
    },
  },
];
