/** A story that fails shortens the waits of the next ones, and leaves no client and no server behind. */

import { inMemory, type RemotePeer, type Start, webSocket } from '@sallyport/conformance';
import type { Sessions } from '@sallyport/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { dutiesOf } from '../src/kit/stories-of.ts';

const storyOf = (start: Start, duty: string) => {
  const story = dutiesOf(start, webSocket).find(({ name }) => name === duty);
  if (!story) throw new Error(`there is no story ${duty}`);
  return story;
};
const never = new Promise<never>(() => {});

// The reference needs no time, so a simulated clock makes every wait short.
let now = 0;
beforeEach(() => void vi.spyOn(performance, 'now').mockImplementation(() => (now += 1)));
afterEach(() => void vi.restoreAllMocks());

it('after a failed story the kit waits for less time, until a story of this adapter passes', async () => {
  let hangs = true;
  const start = (sessions: Sessions) => {
    const served = inMemory(sessions);
    return hangs ? { ...served, connect: () => never } : served;
  };
  const [story, other] = [
    storyOf(start, 'calls opened before anything else'),
    storyOf(start, 'calls opened before anything else'),
  ];
  await expect(story.run()).rejects.toThrow('waited 5 s in vain for a connection');
  await expect(story.run()).rejects.toThrow('waited 1 s in vain for a connection');
  await expect(other.run()).rejects.toThrow('waited 5 s in vain for a connection');
  hangs = false;
  await story.run();
  hangs = true;
  await expect(story.run()).rejects.toThrow('waited 5 s in vain for a connection');
});

it('a failed story cuts all clients, even if one cannot be cut, and stops the server', async () => {
  const cut: number[] = [];
  let isClosed = false;
  const story = storyOf((sessions) => {
    const served = inMemory(sessions);
    let count = 0;
    return {
      async connect(onArrival, request) {
        const peer = await served.connect(onArrival, request);
        count += 1;
        const number = count;
        const { cut: reallyCut } = peer;
        return Object.assign(peer, {
          cut() {
            reallyCut.call(peer);
            cut.push(number);
            if (number === 1) throw new Error('no socket');
          },
        });
      },
      close() {
        isClosed = true;
      },
    };
  }, 'opens one session for each connection');
  await expect(story.run()).rejects.toThrow('a client could not be cut off: Error: no socket');
  expect(cut).toEqual([1, 2, 3]);
  expect(isClosed).toBe(true);
});

it('a connection that opens after its story has failed is cut', async () => {
  const cut = vi.fn();
  const late: ((peer: RemotePeer) => void)[] = [];
  const story = storyOf(
    (sessions) => ({
      ...inMemory(sessions),
      connect: () => new Promise((resolve) => late.push(resolve)),
    }),
    'calls opened before anything else',
  );
  await expect(story.run()).rejects.toThrow('in vain for a connection');
  late[0]?.({ cut } as unknown as RemotePeer);
  await vi.waitUntil(() => cut.mock.calls.length === 1, { timeout: 60_000 });
});
