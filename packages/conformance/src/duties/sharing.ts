/** Duties with data that many connections get, such as the publications of channels. */
import { deepStrictEqual, equal } from 'node:assert/strict';
import type { Connection } from '@sallyport/core';
import type { Data } from '@sallyport/protocol';
import type { Bare, Stage } from '../kit/stage.ts';
import type { StoryDefinition } from '../kit/story.ts';
import { fill } from './backpressure.ts';
import { expectOver } from './closing.ts';
import { SIZES } from './receiving.ts';

const MIB = 2 ** 20;
const CLIENTS = 20;
const MANY = 200;
const CROWD = 300;
/**
 * Around the lengths at which the header of a frame grows, and at which an adapter may copy a message, join several, or send before the tick
 * ends.
 */
const BORDERS = [0, 1, 124, 125, 126, 127, 16_383, 16_384, 16_385, 32_768, 65_000, 65_535, 65_536, 65_537];

/** Sends as core does: where the adapter has no way of its own, like any message. */
const share = (connection: Connection, data: Data) =>
  connection.sendShared ? connection.sendShared(data) : connection.send(data);

async function enterAll(stage: Stage, count = CLIENTS): Promise<readonly Bare[]> {
  await stage.serveBare();
  const all: Bare[] = [];
  while (all.length < count) all.push(await stage.bare());
  return all;
}

async function expectAll(stage: Stage, all: readonly Bare[], messages: readonly Data[]): Promise<void> {
  await stage.until(`${messages.length} messages at each client`, () =>
    all.every(({ client }) => client.messages.length >= messages.length),
  );
  for (const { client } of all) client.expect(messages);
}

const dataOf = (stage: Stage, i: number): Data =>
  stage.capabilities.binary && i % 5 === 4 ? new Uint8Array(i % 300).fill(i) : `shared ${i} é`;

export const sharing: readonly StoryDefinition[] = [
  {
    duty: 'sends shared data to each connection, once and in order',
    async run(stage) {
      const all = await enterAll(stage);
      const messages = Array.from({ length: MANY }, (_, i) => dataOf(stage, i));
      for (const message of messages) for (const { connection } of all) share(connection, message);
      await expectAll(stage, all, messages);
    },
  },
  {
    duty: 'sends shared data to some connections, and other shared data to others',
    async run(stage) {
      const all = await enterAll(stage, 6);
      const expected: Data[][] = all.map(() => []);
      for (let i = 0; i < MANY; i += 1) {
        const message = dataOf(stage, i);
        for (const [index, { connection }] of all.entries()) {
          if ((i + index) % 3 === 0) continue;
          share(connection, message);
          expected[index]?.push(message);
        }
        // Some of it in one turn of the event loop, some over several.
        if (i % 70 === 69) await new Promise((resolve) => setImmediate(resolve));
      }
      for (const [index, bare] of all.entries()) await expectAll(stage, [bare], expected[index] ?? []);
    },
  },
  {
    duty: 'sends a series of shared data to each connection before the next connection gets it',
    async run(stage) {
      const all = await enterAll(stage, 6);
      const expected: Data[][] = all.map(() => []);
      for (let round = 0; round < 10; round += 1) {
        const series = Array.from({ length: 20 }, (_, i) => dataOf(stage, 20 * round + i));
        for (const [index, { connection }] of all.entries()) {
          // So not all connections have the same data before the series.
          const own = `${round} for ${index % 3}`;
          if (round % 2 === 0) share(connection, own);
          else connection.send(own);
          for (const message of series) share(connection, message);
          expected[index]?.push(own, ...series);
        }
        if (round % 4 === 3) await new Promise((resolve) => setImmediate(resolve));
      }
      for (const [index, bare] of all.entries()) await expectAll(stage, [bare], expected[index] ?? []);
    },
  },
  {
    duty: 'sends shared data of all sizes in one turn, whatever waits at a connection before',
    async run(stage) {
      const all = await enterAll(stage, 4);
      const expected: Data[][] = all.map(() => []);
      const messages: Data[] = BORDERS.map((size) => 'x'.repeat(size));
      if (stage.capabilities.binary) messages.push(...BORDERS.map((size) => new Uint8Array(size).fill(size)));
      for (const [index, { connection }] of all.entries()) {
        const before = `${index} `.padEnd(index * 20_000, 'b');
        share(connection, before);
        expected[index]?.push(before, ...messages);
      }
      for (const message of messages) for (const { connection } of all) share(connection, message);
      for (const [index, bare] of all.entries()) await expectAll(stage, [bare], expected[index] ?? []);
    },
  },
  {
    duty: `sends shared data to ${CROWD} connections`,
    async run(stage) {
      const all = await enterAll(stage, CROWD);
      const messages = Array.from({ length: 20 }, (_, i) => dataOf(stage, i));
      for (const message of messages) for (const { connection } of all) share(connection, message);
      await expectAll(stage, all, messages);
    },
  },
  {
    duty: 'keeps the order of shared data, messages and pings',
    async run(stage) {
      const all = await enterAll(stage, 4);
      const messages: Data[] = [];
      for (let i = 0; i < MANY; i += 1) {
        const message = dataOf(stage, i);
        messages.push(message);
        for (const { connection } of all) {
          if (i % 7 === 0) connection.send(message);
          else share(connection, message);
          if (stage.capabilities.ping && i % 31 === 0) connection.ping();
        }
      }
      await expectAll(stage, all, messages);
    },
  },
  ...SIZES.map(
    (size): StoryDefinition => ({
      duty: `sends shared data of ${size} bytes`,
      async run(stage) {
        const all = await enterAll(stage, 2);
        const messages: Data[] = ['before', 'x'.repeat(size)];
        if (stage.capabilities.binary) messages.push(new Uint8Array(size).fill(7));
        messages.push('behind');
        for (const message of messages) for (const { connection } of all) share(connection, message);
        await expectAll(stage, all, messages);
      },
    }),
  ),
  {
    duty: 'sends the shared data before the close frame',
    async run(stage) {
      const all = await enterAll(stage, 3);
      for (const message of ['one', 'two']) for (const { connection } of all) share(connection, message);
      all[1]?.connection.close(1000, 'bye');
      for (const { connection } of [all[0], all[2]] as readonly Bare[]) share(connection, 'three');
      await expectAll(stage, [all[0], all[2]] as readonly Bare[], ['one', 'two', 'three']);
      const closed = all[1] as Bare;
      await stage.until('the close frame', () => closed.client.closeFrame !== undefined);
      closed.client.expect(['one', 'two']);
      await expectOver(stage, closed);
    },
  },
  {
    duty: 'goes on with shared data where one connection is terminated or lost in between',
    async run(stage) {
      const all = await enterAll(stage, 5);
      const [first, terminated, lost, ...others] = all as [Bare, Bare, Bare, ...Bare[]];
      for (const { connection } of all) share(connection, 'one');
      terminated.connection.terminate();
      lost.client.cut();
      const rest = [first, ...others];
      for (const { connection } of rest) share(connection, 'two');
      await expectAll(stage, rest, ['one', 'two']);
      await expectOver(stage, terminated);
      await expectOver(stage, lost);
      deepStrictEqual(terminated.client.messages.length <= 1, true);
    },
  },
  {
    duty: 'goes on with shared data where a client closes in between',
    async run(stage) {
      const all = await enterAll(stage, 5);
      const [closing, ...others] = all as [Bare, ...Bare[]];
      const messages: Data[] = [];
      for (let turn = 0; turn < MANY; turn += 1) {
        const message = dataOf(stage, turn);
        messages.push(message);
        for (const { connection, calls } of all)
          if (!calls.some(([name]) => name === 'closed')) share(connection, message);
        if (turn === 5) closing.client.close(1000, '');
        await new Promise((resolve) => setImmediate(resolve));
      }
      await expectAll(stage, others, messages);
      await expectOver(stage, closing);
      closing.client.expect(messages.slice(0, closing.client.messages.length));
    },
  },
  {
    duty: 'reports backpressure of shared data at the slow client, and delays no other',
    async run(stage) {
      const all = await enterAll(stage, 3);
      const [slow, ...others] = all as [Bare, ...Bare[]];
      slow.client.pause();
      const waiting = await fill(slow.connection);
      const reports = () => slow.calls.filter(([name]) => name === 'buffered').length;
      const before = slow.connection.bufferedAmount;
      const messages = Array.from({ length: 24 }, (_, i) => `${i} `.padEnd(MIB, 's'));
      for (const message of messages) for (const { connection } of all) share(connection, message);
      await expectAll(stage, others, messages);
      await stage.until('`bufferedAmount` to grow', () => slow.connection.bufferedAmount > before);
      await stage.until(
        '`sendShared` or `buffered` to report that something waits',
        () => slow.tapped.hasBuffered || reports() > 0,
      );
      slow.client.resume();
      await stage.until('`bufferedAmount` of 0', () => slow.connection.bufferedAmount === 0);
      await expectAll(stage, [slow], [...waiting, ...messages]);
      equal(
        others.some(({ calls }) => calls.some(([name]) => name === 'closed')),
        false,
      );
    },
  },
];
