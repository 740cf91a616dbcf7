/**
 * The client's channel machine joined with the server's: all situations that they can reach together, explored within bounds, with an
 * operation or a message at any place between them. There are cuts of the connection, late answers, denials, permissions that end,
 * subscriptions by the server, slow readers, interruptions of the log, a log that forgets, and publications that do not arrive. There are
 * about 94 000 situations.
 *
 * It found that a late answer to an `unsubscribe` ended a subscription that the server had made meanwhile, unnoticed by the client. It also finds
 * these faults, if they are put in: a channel that does not admit the joiners that it kept, and a client that keeps its position when
 * its permission ends.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { isLive } from './joint/client.ts';
import { explore, type Found, wayTo } from './joint/explore.ts';
import { isAt, type Joint } from './joint/joint.ts';
import { topOf } from './joint/log.ts';

/** Ends a test that hangs. */
const LIMIT_MS = 240_000;

/** Nothing is under way, so nothing more happens by itself but that an empty channel is given up. */
const isSettled = (joint: Joint): boolean =>
  joint.up.length + joint.down.length + joint.waiting.length + joint.calls.length + joint.arriving.length ===
    0 &&
  (joint.isReady || joint.hasEnded) &&
  !joint.isRetrying &&
  !joint.isInterrupted &&
  !joint.isUnfollowing &&
  joint.pending === undefined &&
  joint.timers.every((timer) => timer === 'idle') &&
  (!joint.channel || isAt(joint.channel.context.position, topOf(joint)));

describe('The channel machines of client and server together', () => {
  let all: Found[] = [];

  beforeAll(() => {
    all = explore({ publications: 2, acts: 2, faults: 2 });
    console.log(`${all.length} situations`);
  }, LIMIT_MS);

  it('reach every state of both', () => {
    expect(new Set(all.map(({ joint }) => joint.client.path)).size).toBe(7);
    const states = new Set(all.map(({ joint }) => joint.channel?.value));
    for (const state of ['following', 'live', 'repairing', 'retrying', 'interrupted', 'unfollowing'])
      expect(states).toContain(state);
  });

  it('settle from every situation, once faults and the program stop: neither waits for ever', () => {
    const before = new Map<Found, Found[]>();
    for (const one of all) for (const next of one.next) before.set(next, [...(before.get(next) ?? []), one]);
    const settling = new Set(all.filter(({ joint }) => isSettled(joint)));
    for (const one of settling) for (const earlier of before.get(one) ?? []) settling.add(earlier);
    expect(wayTo(all.find((one) => !settling.has(one)))).toBe('');
    expect(all.filter((one) => !settling.has(one))).toEqual([]);
  });

  it('agree when they have settled: a reader has all publications, and a client without a reader no subscription', () => {
    let live = 0;
    for (const found of all) {
      const { joint } = found;
      if (!isSettled(joint)) continue;
      const way = wayTo(found);
      if (joint.isReading) {
        expect([isLive(joint), joint.isMember, isAt(joint.reader, topOf(joint))], way).toEqual([
          true,
          true,
          true,
        ]);
        live += 1;
      } else expect(joint.isMember, way).toBe(isLive(joint));
    }
    expect(live).toBeGreaterThan(50);
  });

  it('never leave the client live while the server has no subscription, unless the client is about to hear of it', () => {
    for (const found of all) {
      const { isMember, down } = found.joint;
      if (isLive(found.joint) && !isMember) expect(down.length, wayTo(found)).toBeGreaterThan(0);
    }
  });

  it('need no more than a few messages of room in each direction', () => {
    for (const { joint } of all) {
      expect(joint.up.length).toBeLessThanOrEqual(4);
      expect(joint.down.length).toBeLessThanOrEqual(8);
    }
  });
});
