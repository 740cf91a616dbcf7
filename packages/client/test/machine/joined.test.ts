/**
 * The client's machine joined with the server's: all that they can come to together, explored completely within bounds
 * (two attempts of a session, two losses, four questions, and a message each way at a time).
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { begin, copy, type Joint, keyOf, type Move, movesOf } from './joint.ts';

/** Beyond these a situation is looked at, and not gone on from. */
const isWithin = ({ client, server }: Joint) =>
  client.context.failures <= 1 &&
  client.context.question <= 3 &&
  // A server postpones attempts without end.
  (server?.status !== 'active' || server.context.attempt <= 2);

/** A guard against hanging, and no more. */
const LIMIT_MS = 180_000;

const after = (joint: Joint, move: Move): Joint => {
  const next = copy(joint);
  move.make(next);
  return next;
};
const byItself = (joint: Joint) => movesOf(joint).filter(({ isChoice }) => !isChoice);
const isServerOver = ({ server }: Joint) => server === undefined || server.status === 'done';
const inWords = ({ client, server, up, down }: Joint) =>
  JSON.stringify([client.path, server?.path, up, down]);

describe.each([true, false])('both together, where the client reconnects: %s', (reconnects) => {
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

  it('come to every state that either has', () => {
    const clients = new Set([...all.values()].map(({ client }) => client.path));
    const servers = new Set([...all.values()].map(({ server }) => server?.path));
    // Also without reconnecting: a sign-in that is postponed goes on.
    expect(clients.size).toBe(12);
    expect(servers.size).toBe(8);
  });

  it('are never stuck: something happens by itself, unless it is over or for the program to decide', () => {
    const stuck = [...all.values()].filter(
      (joint) =>
        byItself(joint).length === 0 &&
        !(isServerOver(joint) && (joint.client.path === 'closed' || joint.client.path === 'signedOut')),
    );
    expect(stuck.map(inWords)).toEqual([]);
  });

  it('have room: no channel ever holds more than a few letters', () => {
    for (const { up, down } of all.values()) {
      expect(up.length).toBeLessThanOrEqual(4);
      expect(down.length).toBeLessThanOrEqual(5);
    }
  });

  it('both end in closed once the program closes, whatever is under way and in whatever order it arrives', () => {
    const done = new Set<string>();
    const onTheWay = new Set<string>();
    const ends = (joint: Joint): void => {
      const key = keyOf(joint);
      if (done.has(key)) return;
      if (onTheWay.has(key)) throw new Error(`goes round without an end: ${inWords(joint)}`);
      onTheWay.add(key);
      const moves = byItself(joint);
      if (moves.length === 0)
        expect([joint.client.path, isServerOver(joint)], inWords(joint)).toEqual(['closed', true]);
      for (const move of moves) ends(after(joint, move));
      onTheWay.delete(key);
      done.add(key);
    };
    for (const joint of all.values())
      for (const move of movesOf(joint)) if (move.name === 'the program closes') ends(after(joint, move));
    expect(done.size).toBeGreaterThan(100);
  });

  it('agree on why, unless one of them gave up or the connection was cut', () => {
    let agreed = 0;
    for (const joint of all.values()) {
      const { clientWhy, serverWhy, isCut, isDropped } = joint;
      if (clientWhy === undefined || serverWhy === undefined || isCut || isDropped) continue;
      expect(clientWhy, inWords(joint)).toBe(serverWhy);
      agreed += 1;
    }
    expect(agreed).toBeGreaterThan(100);
  });
});
