/**
 * The channel machine: one for each channel that a node follows.
 *
 * Rule 1: every transition of a channel is in this file, and nothing else is.
 * Rule 2: the machine is pure, as the session machine of `@sallyport/core` is. Facts go in (`facts.ts`), and commands come out
 * (`commands.ts`). Time and the answers of the broker come back as facts.
 *
 * A channel follows its log in the broker and is `live`: each publication that comes next is delivered. Whatever does not fit (a
 * jump, another tag, another epoch, an interruption, a top that is ahead) leads to `repairing`. There the channel reads the log after its own
 * position and delivers what was missing, page by page. Its subscribers do not notice. Only if the log cannot fill the gap do they
 * hear `lost`. So a gap is never silent. While the channel reads (the tag `holding`), publications that arrive wait.
 *
 * A joiner wants to become a subscriber. It is admitted while the channel is live, and refused while the broker is unavailable.
 * A channel without subscribers is unfollowed after a while. `follow` and `unfollow` never overlap.
 *
 * After a change of a transition, run `npx vitest run --project pure packages/channels/test/machine/ -u` and read the diff of
 * docs/channel-table.md.
 * Proven by: test/machine/golden.test.ts (every state × every fact), test/machine/model.test.ts,
 * test/invariants.test.ts.
 */
import type { Position } from '@sallyport/protocol';
import { and, assign, emit, not, or, setup } from 'xstate';
import type { Command } from './commands.ts';
import type { Fact, FactOf, Timer } from './facts.ts';
import { continues, isAhead, isAt, isNext, isOlder, lastOf, positionOf } from './places.ts';

/** Holds only what guards and commands read. */
export interface ChannelContext {
  /** The number of the last call of the broker that is or was awaited. */
  readonly attempt: number;
  /** Calls of the broker that failed since the channel was last live. */
  readonly failures: number;
  /** The last publication that was delivered, or that the channel began behind. Undefined before the first answer to `follow`. */
  readonly position: Position | undefined;
  /** The top that the timer `tail` waits for. */
  readonly expected: Position | undefined;
  /** A later top that became known meanwhile. */
  readonly latest: Position | undefined;
  /** Whether publications were dropped since the current read began. */
  readonly hasDropped: boolean;
  /** Whether the channel has subscribers or joiners. */
  readonly isWanted: boolean;
}

/** The names of the states. */
export type StateName =
  | 'following'
  | 'live'
  | 'repairing'
  | 'retrying'
  | 'interrupted'
  | 'unfollowing'
  | 'closed';

/** `holding`: publications that arrive wait for the answer of the broker. */
export type ChannelTag = 'holding';

/** Narrows an event to the one fact that can reach this place. */
const narrow = <Type extends Fact['type']>(event: Fact, _type: Type) => event as FactOf<Type>;
/** The position of a channel that was live before. */
const placeOf = ({ position }: ChannelContext) => position as Position;
/** The top that a fact reports. */
const topOf = (event: Fact) =>
  event.type === 'append.confirmed' ? event.position : (event as FactOf<'top.compared'>).top;

const arms = (timer: Timer) => ({ type: 'arm', params: { timer } }) as const;
const disarms = (timer: Timer) => ({ type: 'disarm', params: { timer } }) as const;

/** The broker can be asked again. */
const comesBack = [
  { guard: 'isFollowed', target: '#channel.repairing' },
  { target: '#channel.following' },
] as const;

/** A joiner comes, while others are there or while the channel has none. */
const joins = (action: 'admit' | 'keep' | 'refuse') =>
  ({
    'join.requested': [
      { guard: 'isWanted', actions: action },
      { actions: ['want', disarms('idle'), action] },
    ],
  }) as const;

/** Transitions of every state before `unfollowing`. */
const whileFollowed = {
  'subscribers.left': { actions: ['unwant', arms('idle')] },
  'idle.timedOut': { target: '#channel.unfollowing' },
  'node.closed': { target: '#channel.closed', actions: ['refuseKept', disarms('idle')] },
} as const;

/** The top of the log is ahead. What is missing probably arrives by itself. */
const awaitTail = [
  { guard: and(['isTopAhead', 'isAwaiting']), actions: 'noteLatest' },
  { guard: 'isTopAhead', actions: ['expect', arms('tail')] },
] as const;

/** The log does not have what was missing. */
const lose = ['jump', 'reset', 'tellLost'] as const;

/** The channel machine, as XState has it: for inspectors, charts and `@sallyport/compile`. */
export const channelMachine = setup({
  types: {
    context: {} as ChannelContext,
    events: {} as Fact,
    emitted: {} as Command,
    tags: {} as ChannelTag,
  },
  guards: {
    isOfThisAttempt: ({ context, event }) => 'attempt' in event && event.attempt === context.attempt,
    isFollowed: ({ context }) => context.position !== undefined,
    isWanted: ({ context }) => context.isWanted,
    isNext: ({ context, event }) => isNext(narrow(event, 'publication.arrived'), placeOf(context)),
    isLast: ({ context, event }) => {
      const { epoch, publication } = narrow(event, 'publication.arrived');
      return isAt({ ...publication, epoch }, placeOf(context));
    },
    isOlder: ({ context, event }) => isOlder(narrow(event, 'publication.arrived'), placeOf(context)),
    isTopReached: ({ context, event }) => isAt(topOf(event), placeOf(context)),
    isTopAhead: ({ context, event }) => isAhead(topOf(event), placeOf(context)),
    /** A confirmation may be late. */
    isTopOlder: ({ context, event }) => isAhead(placeOf(context), topOf(event)),
    isAwaiting: ({ context }) => context.expected !== undefined,
    isExpected: ({ context, event }) =>
      context.expected?.offset === narrow(event, 'publication.arrived').publication.offset,
    /** Beyond the expected top, another one is known that has not arrived yet. */
    isLatestAhead: ({ context, event }) =>
      (context.latest?.offset ?? 0) > narrow(event, 'publication.arrived').publication.offset,
    isContinued: ({ context, event }) => continues(narrow(event, 'read.succeeded'), placeOf(context)),
    /** The read has all that there was, and nothing was dropped since. */
    isComplete: ({ context, event }) => {
      const { publications, top } = narrow(event, 'read.succeeded');
      return !context.hasDropped && isAt(top, lastOf(publications, placeOf(context)));
    },
    hasDropped: ({ context }) => context.hasDropped,
  },
  actions: {
    countAttempt: assign({ attempt: ({ context }) => context.attempt + 1, hasDropped: false }),
    countFailure: assign({ failures: ({ context }) => context.failures + 1 }),
    forgetFailures: assign({ failures: 0 }),
    begin: assign({ position: ({ event }) => topOf(event) }),
    advance: assign({
      position: ({ event }) => {
        const { epoch, publication } = narrow(event, 'publication.arrived');
        return positionOf(epoch, publication);
      },
    }),
    advanceByRead: assign({
      position: ({ context, event }) =>
        lastOf(narrow(event, 'read.succeeded').publications, placeOf(context)),
    }),
    jump: assign({ position: ({ event }) => topOf(event) }),
    forgetPosition: assign({ position: undefined }),
    expect: assign({ expected: ({ event }) => topOf(event), latest: undefined }),
    noteLatest: assign({
      latest: ({ context, event }) =>
        context.latest && !isAhead(topOf(event), context.latest) ? context.latest : topOf(event),
    }),
    expectLatest: assign({ expected: ({ context }) => context.latest, latest: undefined }),
    expectNothing: assign({ expected: undefined, latest: undefined }),
    noteDropped: assign({ hasDropped: true }),
    want: assign({ isWanted: true }),
    unwant: assign({ isWanted: false }),

    follow: emit(({ context }) => ({ type: 'follow', attempt: context.attempt })),
    unfollow: emit({ type: 'unfollow' }),
    read: emit(({ context }) => ({ type: 'read', attempt: context.attempt, since: placeOf(context) })),
    reset: emit(({ context }) => ({ type: 'reset', position: placeOf(context) })),
    deliver: emit(({ event }) => {
      const { epoch, publication } = narrow(event, 'publication.arrived');
      return { type: 'deliver', epoch, publications: [publication] };
    }),
    deliverRead: emit(({ event }) => {
      const { top, publications } = narrow(event, 'read.succeeded');
      return { type: 'deliver', epoch: top.epoch, publications };
    }),
    tellLost: emit(({ context }) => ({ type: 'tellLost', position: placeOf(context) })),
    compareTag: emit(({ event }) => {
      const { offset, tag } = narrow(event, 'publication.arrived').publication;
      return { type: 'compareTag', offset, tag };
    }),
    admit: emit(({ event }) => ({ type: 'admit', joiner: narrow(event, 'join.requested').joiner })),
    keep: emit(({ event }) => ({ type: 'keep', joiner: narrow(event, 'join.requested').joiner })),
    refuse: emit(({ event }) => ({ type: 'refuse', joiner: narrow(event, 'join.requested').joiner })),
    admitKept: emit({ type: 'admitKept' }),
    refuseKept: emit({ type: 'refuseKept' }),
    arm: emit(({ context }, { timer }: { timer: Timer }) => ({
      type: 'arm',
      timer,
      failures: context.failures,
    })),
    disarm: emit((_, { timer }: { timer: Timer }) => ({ type: 'disarm', timer })),
  },
}).createMachine({
  id: 'channel',
  context: {
    attempt: 0,
    failures: 0,
    position: undefined,
    expected: undefined,
    latest: undefined,
    hasDropped: false,
    isWanted: true,
  },
  initial: 'following',
  states: {
    following: {
      tags: 'holding',
      entry: ['countAttempt', 'follow'],
      on: {
        ...whileFollowed,
        ...joins('keep'),
        'follow.succeeded': { guard: 'isOfThisAttempt', target: 'live', actions: ['begin', 'reset'] },
        'follow.failed': { guard: 'isOfThisAttempt', target: 'retrying' },
        'broker.interrupted': 'interrupted',
        // `unfollow` must not overlap `follow`.
        'idle.timedOut': { actions: arms('idle') },
      },
    },

    live: {
      entry: ['forgetFailures', 'admitKept'],
      exit: [disarms('tail'), 'expectNothing'],
      on: {
        ...whileFollowed,
        ...joins('admit'),
        'publication.arrived': [
          {
            guard: and(['isExpected', 'isNext', 'isLatestAhead']),
            actions: ['advance', 'deliver', disarms('tail'), 'expectLatest', arms('tail')],
          },
          {
            guard: and(['isExpected', 'isNext']),
            actions: ['advance', 'deliver', disarms('tail'), 'expectNothing'],
          },
          { guard: 'isNext', actions: ['advance', 'deliver'] },
          { guard: 'isLast' },
          { guard: 'isOlder', actions: 'compareTag' },
          { target: 'repairing' },
        ],
        'append.confirmed': [
          { guard: or(['isTopReached', 'isTopOlder']) },
          ...awaitTail,
          { target: 'repairing' },
        ],
        'top.compared': [{ guard: 'isTopReached' }, ...awaitTail, { target: 'repairing' }],
        'position.outrun': [{ guard: or(['isTopReached', 'isTopOlder']) }, { target: 'repairing' }],
        'tag.mismatched': 'repairing',
        'tail.timedOut': 'repairing',
        'broker.interrupted': 'interrupted',
        // Even of a broker that never said that it was interrupted.
        'broker.resumed': 'repairing',
      },
    },

    repairing: {
      tags: 'holding',
      entry: ['countAttempt', 'read'],
      on: {
        ...whileFollowed,
        ...joins('keep'),
        'read.succeeded': [
          // A page with a hole, or of another log, is worth as much as none.
          { guard: and(['isOfThisAttempt', not('isContinued')]), target: 'live', actions: lose },
          {
            guard: and(['isOfThisAttempt', 'isComplete']),
            target: 'live',
            actions: ['deliverRead', 'advanceByRead'],
          },
          {
            guard: 'isOfThisAttempt',
            target: 'repairing',
            reenter: true,
            actions: ['deliverRead', 'advanceByRead'],
          },
        ],
        'read.lost': [
          {
            guard: and(['isOfThisAttempt', 'hasDropped']),
            target: 'repairing',
            reenter: true,
            actions: lose,
          },
          { guard: 'isOfThisAttempt', target: 'live', actions: lose },
        ],
        'read.failed': { guard: 'isOfThisAttempt', target: 'retrying' },
        'queue.overflowed': { actions: 'noteDropped' },
        'broker.interrupted': 'interrupted',
        'broker.resumed': { actions: 'noteDropped' },
      },
    },

    // A call failed, although the broker did not say that it was interrupted.
    retrying: {
      entry: ['refuseKept', arms('retry'), 'countFailure'],
      exit: disarms('retry'),
      on: {
        ...whileFollowed,
        ...joins('refuse'),
        'retry.timedOut': comesBack,
        'broker.resumed': comesBack,
        'broker.interrupted': 'interrupted',
      },
    },

    interrupted: {
      entry: 'refuseKept',
      on: { ...whileFollowed, ...joins('refuse'), 'broker.resumed': comesBack },
    },

    unfollowing: {
      entry: ['forgetPosition', 'unfollow'],
      on: {
        'join.requested': { actions: ['want', 'keep'] },
        'subscribers.left': { actions: 'unwant' },
        'node.closed': { target: 'closed', actions: 'refuseKept' },
        'unfollow.settled': [{ guard: 'isWanted', target: 'following' }, { target: 'closed' }],
      },
    },

    closed: { type: 'final' },
  },
});
