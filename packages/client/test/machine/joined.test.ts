/**
 * The client's machine joined with the server's: all situations that they can reach together, explored within bounds
 * (two attempts of a session, two losses, four questions, and a message each way at a time).
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { begin, copy, type Joint, keyOf, swallow } from './joint.ts';
import { type Move, movesOf } from './moves.ts';

/** The exploration checks a situation beyond these bounds, and goes no further from it. */
const isWithin = ({ client, server }: Joint) =>
  client.context.failures <= 1 &&
  client.context.question <= 3 &&
  // A server postpones attempts without end.
  (server?.status !== 'active' || server.context.attempt <= 2);

/** Ends a test that hangs. */
const LIMIT_MS = 180_000;

const after = (joint: Joint, move: Move): Joint => {
  const next = copy(joint);
  move.make(next);
  if (next.isHalfOpen) swallow(next);
  return next;
};
const byItself = (joint: Joint) => movesOf(joint).filter(({ isChoice }) => !isChoice);
const isServerOver = ({ server }: Joint) => server === undefined || server.status === 'done';
const summaryOf = ({ client, server, up, down }: Joint) =>
  JSON.stringify([client.path, server?.path, up, down]);

describe.each([true, false])('The client and server machines together (reconnect: %s)', (reconnects) => {
  const all = new Map<string, Joint>();

  beforeAll(() => {
    const first = begin(reconnects);
    all.set(keyOf(first), first);
    for (const joint of all.values()) {
      if (!isWithin(joint)) continue;
      for (const move of movesOf(joint)) {
        const next = after(joint, move);
        const key = keyOf(next);
        if (!all.has(key)) all.set(key, next);
      }
    }
  }, LIMIT_MS);

  it('reach every state of both', () => {
    const clients = new Set([...all.values()].map(({ client }) => client.path));
    const servers = new Set([...all.values()].map(({ server }) => server?.path));
    // Also without reconnecting: a sign-in that is postponed goes on.
    expect(clients.size).toBe(12);
    expect(servers.size).toBe(8);
  });

  it('are never stuck, also on a half-open connection: something happens by itself until both end, or the program must act', () => {
    const stuck = [...all.values()].filter(
      (joint) =>
        byItself(joint).length === 0 &&
        !(isServerOver(joint) && (joint.client.path === 'closed' || joint.client.path === 'signedOut')),
    );
    expect(stuck.map(summaryOf)).toEqual([]);
  });

  it('need no more than a few messages of room in each channel', () => {
    for (const { up, down } of all.values()) {
      expect(up.length).toBeLessThanOrEqual(4);
      expect(down.length).toBeLessThanOrEqual(5);
    }
  });

  it('both end once the program closes, whatever is under way, in every order of arrival', () => {
    const done = new Set<string>();
    const visiting = new Set<string>();
    const ends = (joint: Joint): void => {
      const key = keyOf(joint);
      if (done.has(key)) return;
      if (visiting.has(key)) throw new Error(`a cycle without an end: ${summaryOf(joint)}`);
      visiting.add(key);
      const moves = byItself(joint);
      if (moves.length === 0)
        expect([joint.client.path, isServerOver(joint)], summaryOf(joint)).toEqual(['closed', true]);
      for (const move of moves) ends(after(joint, move));
      visiting.delete(key);
      done.add(key);
    };
    for (const joint of all.values())
      for (const move of movesOf(joint)) if (move.name === 'the program closes') ends(after(joint, move));
    expect(done.size).toBeGreaterThan(100);
  });

  it('agree on the reason, unless one dropped the connection or the network cut it', () => {
    let agreed = 0;
    for (const joint of all.values()) {
      const { clientReason, serverReason, isCut, isDropped } = joint;
      if (clientReason === undefined || serverReason === undefined || isCut || isDropped) continue;
      expect(clientReason, summaryOf(joint)).toBe(serverReason);
      agreed += 1;
    }
    expect(agreed).toBeGreaterThan(100);
  });
});
