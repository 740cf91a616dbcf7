/** When a story fails, the kit has patience with the others again, and leaves nothing of it behind. */

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

// The reference needs no time, so none is to be waited for.
let now = 0;
beforeEach(() => void vi.spyOn(performance, 'now').mockImplementation(() => (now += 1)));
afterEach(() => void vi.restoreAllMocks());

it('is impatient until a story passes, and only with this adapter', async () => {
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

it('cuts everybody off, though one cannot be, and stops the server', async () => {
  const cut: number[] = [];
  let isClosed = false;
  const story = storyOf((sessions) => {
    const served = inMemory(sessions);
    let count = 0;
    return {
      async connect(hear, request) {
        const peer = await served.connect(hear, request);
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

it('cuts off a connection that stands when nobody waits for it any more', async () => {
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
