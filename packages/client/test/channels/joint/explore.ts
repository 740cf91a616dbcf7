/** Explores a joined channel: every situation within the bounds, with the way to it. */
import { firstClient } from './client.ts';
import { copy, type Joint, keyOf } from './joint.ts';
import { type Bounds, type Move, movesOf } from './moves.ts';

/** A situation. */
export interface Found {
  readonly joint: Joint;
  readonly before: Found | undefined;
  readonly by: string;
  /** What follows by itself. */
  readonly next: Found[];
}

const begin = (): Joint => ({
  client: firstClient(),
  isReading: false,
  reader: undefined,
  isRetrying: false,
  subscribing: 0,
  waiting: [],
  isPositionVoid: false,
  hasEnded: false,
  isReady: true,
  up: [],
  down: [],
  isSubscribedOnWire: false,
  nextId: 1,
  pending: undefined,
  isMember: false,
  channel: undefined,
  interested: 0,
  kept: [],
  held: [],
  timers: [],
  epoch: 1,
  top: 0,
  isFollowed: false,
  isUnfollowing: false,
  isInterrupted: false,
  calls: [],
  arriving: [],
  published: 0,
  acts: 0,
  faults: 0,
});

/** The way to a situation, in words. */
export function wayTo(found: Found | undefined): string {
  const names: string[] = [];
  for (let one = found; one?.before; one = one.before) names.unshift(one.by);
  return names.join(', ');
}

function after({ joint }: Found, move: Move): Joint {
  const next = copy(joint);
  move.make(next);
  return next;
}

/** Explores everything within the bounds. Throws the first wrong step, with the way to it. */
export function explore(bounds: Bounds): Found[] {
  const first: Found = { joint: begin(), before: undefined, by: '', next: [] };
  const known = new Map([[keyOf(first.joint), first]]);
  for (const found of known.values())
    for (const move of movesOf(found.joint, bounds)) {
      let joint: Joint;
      try {
        joint = after(found, move);
      } catch (error) {
        throw new Error(`${String(error)}: ${wayTo(found)}, ${move.name}`, { cause: error });
      }
      const key = keyOf(joint);
      const next = known.get(key) ?? { joint, before: found, by: move.name, next: [] };
      known.set(key, next);
      if (!move.isChoice) found.next.push(next);
    }
  return [...known.values()];
}
