/**
 * The machine of a channel on the client.
 *
 * Rule 1: every transition of a client's channel is in this file, and nothing else. Its guards and the contents of its commands are in
 * `machine-functions.ts`. A program runs `description.ts`, which is made of both ahead of time.
 * Rule 2: it touches nothing. Facts go in, and commands come out (`facts.ts`).
 *
 * A channel is subscribed while the program reads it. In `joining` it asks the server: with its position as `since`, if it has one, so
 * that what it missed comes first. It asks again after every loss of the connection, after a publication that does not follow its
 * position, and for a reader that was too slow. For the last two it has to end the subscription first (`joining.leaving`). If
 * the server cannot recover what is missing, the readers are told (`lost`). So a gap is never silent.
 *
 * The server may subscribe the client by itself. Then the server refuses what the client asks (`again`): the client waits for the word of
 * the server, and ends that subscription only if the word does not come. Without a reader, it is gone with the connection.
 *
 * A subscription that the server ended forgets its position, because what was published in between is not for the user. If the
 * client subscribes again by itself, its readers are told of the gap.
 *
 * If you change a transition, run `npx vitest run packages/client/test/channels/ -u` and read the diff of docs/client-channel-table.md.
 * Proven by: test/channels/golden.test.ts, test/channels/joined.test.ts (with the server's machine), test/channels/recovery-walks.test.ts
 * (with a server).
 */
import { assign, emit, setup } from 'xstate';
import type { ChannelCommand, ChannelFact } from './facts.ts';
import {
  atFirst,
  type ClientChannelContext,
  cannotCatchUp,
  hasLeft,
  hasWaited,
  isHere,
  isLost,
  isNext,
  isRead,
  isSeen,
  isSubscribed,
  isWanted,
  mayRetry,
  newPosition,
  newTarget,
  nextPosition,
  oneMoreFailure,
  toArm,
  toDeliver,
  toDeliverAll,
  toEndWithCode,
  toSubscribe,
  toTellLost,
  toTellTarget,
} from './machine-functions.ts';

/** The innermost states of a client's channel machine. */
export type ClientChannelStateName =
  | 'unsubscribed'
  | 'joining.asking'
  | 'joining.waiting'
  | 'joining.leaving'
  | 'live'
  | 'lost'
  | 'unsubscribing';

/** Ends everything. Readers end without an error. */
const ends = { target: '#channel.unsubscribed', actions: ['forget', 'end'] } as const;

/** The server ended the subscription. */
const ended = { target: '#channel.unsubscribed', actions: ['forget', 'endWithCode'] } as const;

/** The server has subscribed the client by itself, while the client asked or waited. What it answers the client then changes nothing. */
const subscribedByServer = [
  { guard: 'isLost', target: '#channel.lost', actions: ['move', 'tellLost', 'forgetFailures'] },
  { target: '#channel.live', actions: ['move', 'forgetFailures'] },
] as const;

/** The server has answered a subscribe. */
const subscribed = [
  {
    guard: 'cannotCatchUp',
    target: '#channel.joining.leaving',
    actions: ['tellTarget', 'dropTarget', 'forgetFailures'],
  },
  { guard: 'isLost', target: '#channel.lost', actions: ['move', 'tellLost', 'forgetFailures'] },
  { target: '#channel.live', actions: ['deliverAll', 'move', 'forgetFailures'] },
] as const;

/** While the subscription goes on. In `lost`, some publications are lost before the next one that comes. */
const whileSubscribed = {
  'publication.received': [
    { guard: 'isNext', target: '#channel.live', actions: ['deliver', 'advance'] },
    // An empty transition: nothing happens.
    { guard: 'isSeen' },
    { target: '#channel.joining.leaving' },
  ],
  'lost.received': { target: '#channel.lost', actions: ['move', 'tellLost'] },
  'subscribed.received': [{ guard: 'isHere' }, { target: '#channel.lost', actions: ['move', 'tellLost'] }],
  'unsubscribed.received': [
    { guard: 'mayRetry', target: '#channel.joining.waiting', actions: 'forgetForGap' },
    ended,
  ],
  'catchUp.requested': { target: '#channel.joining.leaving', actions: 'aim' },
  'subscription.unwanted': { target: '#channel.unsubscribing', actions: ['forget', 'end', 'unsubscribe'] },
  // A subscription that the server made by itself, and that the program does not read, is for the server to make again.
  'connection.lost': [{ guard: 'isRead', target: '#channel.joining.asking' }, ends],
  'session.ended': ends,
} as const;

/** The subscription has ended, and the program may want another by now. */
const settled = [
  { guard: 'isWanted', target: '#channel.joining.asking', actions: 'unwant' },
  { target: '#channel.unsubscribed' },
] as const;

/** The machine of a client's channel, for programs that draw or inspect it. Needs XState. */
export const clientChannelMachine = setup({
  types: {
    context: {} as ClientChannelContext,
    events: {} as ChannelFact,
    emitted: {} as ChannelCommand,
  },
  guards: {
    isWanted,
    mayRetry,
    isSubscribed,
    isNext,
    isSeen,
    isHere,
    cannotCatchUp,
    isLost,
    isRead,
    hasWaited,
    hasLeft,
  },
  actions: {
    want: assign({ isWanted: true }),
    unwant: assign({ isWanted: false }),
    move: assign({ position: newPosition, target: undefined, hasGap: false }),
    advance: assign({ position: nextPosition }),
    aim: assign({ target: newTarget }),
    dropTarget: assign({ target: undefined }),
    forget: assign({ position: undefined, target: undefined, hasGap: false, isWanted: false, failures: 0 }),
    forgetForGap: assign({ position: undefined, target: undefined, hasGap: true }),
    countFailure: assign({ failures: oneMoreFailure }),
    forgetFailures: assign({ failures: 0 }),

    subscribe: emit(toSubscribe),
    unsubscribe: emit({ type: 'unsubscribe' }),
    cancel: emit({ type: 'cancel' }),
    deliver: emit(toDeliver),
    deliverAll: emit(toDeliverAll),
    tellLost: emit(toTellLost),
    tellTarget: emit(toTellTarget),
    end: emit({ type: 'end', code: undefined }),
    endWithCode: emit(toEndWithCode),
    arm: emit(toArm),
    disarm: emit({ type: 'disarm' }),
  },
}).createMachine({
  id: 'channel',
  context: atFirst,
  initial: 'unsubscribed',
  states: {
    unsubscribed: {
      on: {
        'subscription.wanted': { target: 'joining' },
        'subscribed.received': { target: 'live', actions: 'move' },
        // The server had ended a subscription of its own before it read this subscribe.
        'subscribe.succeeded': { target: 'unsubscribing', actions: 'unsubscribe' },
      },
    },
    joining: {
      initial: 'asking',
      on: {
        'unsubscribed.received': [{ guard: 'mayRetry', actions: 'forgetForGap' }, ended],
        'connection.lost': { target: '.asking', reenter: true },
        'session.ended': ends,
      },
      states: {
        asking: {
          entry: 'subscribe',
          on: {
            'subscribe.succeeded': subscribed,
            'subscribe.failed': [
              { guard: 'hasWaited', target: 'leaving', actions: 'countFailure' },
              // The server made a subscription by itself, and will say so.
              { guard: 'isSubscribed', target: 'waiting' },
              { guard: 'mayRetry', target: 'waiting' },
              ended,
            ],
            'subscribed.received': subscribedByServer,
            'subscription.unwanted': {
              target: '#channel.unsubscribing',
              actions: ['forget', 'end', 'cancel'],
            },
          },
        },
        /** Waits before it asks again. */
        waiting: {
          entry: ['countFailure', 'arm'],
          exit: 'disarm',
          on: {
            'retry.timedOut': { target: 'asking' },
            // A subscription that the server made by itself began and ended before the server read this subscribe.
            'subscribe.succeeded': subscribed,
            'subscribed.received': subscribedByServer,
            'subscription.unwanted': ends,
          },
        },
        /** Ends the subscription that the server has, to begin another. */
        leaving: {
          entry: 'unsubscribe',
          on: {
            'unsubscribe.settled': [{ guard: 'hasLeft', target: 'waiting' }, { target: 'asking' }],
            // The answer is still to come. It must not meet the next subscription.
            'unsubscribed.received': [
              { guard: 'mayRetry', actions: 'forgetForGap' },
              { target: '#channel.unsubscribing', actions: ['forget', 'endWithCode'] },
            ],
            'subscription.unwanted': { target: '#channel.unsubscribing', actions: ['forget', 'end'] },
          },
        },
      },
    },
    live: { on: whileSubscribed },
    lost: { on: whileSubscribed },
    /**
     * Waits for the answer to the last operation. Then the server has no subscription any more. A subscription that the server ends by itself
     * meanwhile changes nothing: an answer that comes later would end the next subscription unnoticed.
     */
    unsubscribing: {
      on: {
        'subscription.wanted': { actions: 'want' },
        'subscription.unwanted': { actions: ['unwant', 'end'] },
        // The server had answered before it read the cancellation.
        'subscribe.succeeded': { actions: 'unsubscribe' },
        // The server has subscribed the client by itself, and the program does not want it.
        'subscribe.failed': [{ guard: 'isSubscribed', actions: 'unsubscribe' }, ...settled],
        'unsubscribe.settled': settled,
        'connection.lost': settled,
        'session.ended': { target: 'unsubscribed', actions: ['forget', 'end'] },
      },
    },
  },
});
