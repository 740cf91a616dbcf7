/**
 * The guards of a client's channel machine and the contents of its commands: functions of context and event alone.
 *
 * Apart from the machine, because a browser needs these functions but not XState: `description.ts` refers to them.
 * Proven by: test/channels/golden.test.ts.
 */
import type { Position } from '@sallyport/protocol';
import type { ChannelCommand, ChannelFact, ChannelFactOf } from './facts.ts';

/** Only values that a guard reads or a command contains. */
export interface ClientChannelContext {
  /** The last publication that came, or where the subscription began. Undefined without a subscription to go on with. */
  readonly position: Position | undefined;
  /** Where a reader stands that has to catch up. */
  readonly target: Position | undefined;
  /** The position was forgotten while readers were there: what comes next does not follow what they have. */
  readonly hasGap: boolean;
  /** Whether the program wants the channel again, once the subscription before has ended. */
  readonly isWanted: boolean;
  /** Attempts to subscribe that failed in a row. */
  readonly failures: number;
}

interface Now {
  readonly context: ClientChannelContext;
  readonly event: ChannelFact;
}

/** The event, as the only type of fact that can lead to the calling function. */
const the = <Type extends ChannelFact['type']>(event: ChannelFact, _type: Type) =>
  event as ChannelFactOf<Type>;
const positionIn = (event: ChannelFact): Position =>
  (event as ChannelFactOf<'subscribe.succeeded' | 'subscribed.received' | 'lost.received'>).position;
const isSame = (one: Position | undefined, other: Position): boolean =>
  one?.epoch === other.epoch && one.offset === other.offset && one.tag === other.tag;

export const atFirst = (): ClientChannelContext => ({
  position: undefined,
  target: undefined,
  hasGap: false,
  isWanted: false,
  failures: 0,
});

// --- Guards.

export const isWanted = ({ context }: Now) => context.isWanted;
export const mayRetry = ({ event }: Now) => 'retry' in event && event.retry === 'later';
export const isSubscribed = ({ event }: Now) => 'retry' in event && event.retry === 'again';
/** The server still has a subscription after a wait. */
export const hasWaited = ({ context, event }: Now) =>
  isSubscribed({ context, event }) && context.failures > 0;
/** The server had a subscription again after one was ended for that: the next attempt has to wait. */
export const hasLeft = ({ context }: Now) => context.failures > 2;
export const isRead = ({ event }: Now) => the(event, 'connection.lost').isRead;
/** The publication follows the last one. */
export const isNext = ({ context, event }: Now) =>
  the(event, 'publication.received').publication.offset === (context.position as Position).offset + 1;
/** The publication came before. The server keeps their order, so the tag is compared with that of the last one only. */
export const isSeen = ({ context, event }: Now) => {
  const { offset, tag } = the(event, 'publication.received').publication;
  const last = context.position as Position;
  return offset < last.offset || (offset === last.offset && tag === last.tag);
};
/** The server stands where the client stands: nothing is lost. */
export const isHere = ({ context, event }: Now) => isSame(context.position, positionIn(event));
/** A reader could not catch up. The channel itself may still recover from its own, later position. */
export const cannotCatchUp = ({ context, event }: Now) =>
  context.target !== undefined && !the(event, 'subscribe.succeeded').recovered;
/** Publications between the old position and the new one did not come. */
export const isLost = ({ context, event }: Now) =>
  context.hasGap ||
  (context.position !== undefined &&
    !('recovered' in event && event.recovered) &&
    !isHere({ context, event }));

// --- What the channel remembers.

export const newPosition = ({ event }: Now) => positionIn(event);
export const nextPosition = ({ context, event }: Now): Position => {
  const { offset, tag } = the(event, 'publication.received').publication;
  return { epoch: (context.position as Position).epoch, offset, tag };
};
export const newTarget = ({ event }: Now) => the(event, 'catchUp.requested').position;
export const oneMoreFailure = ({ context }: Now) => context.failures + 1;

// --- Commands.

export const toSubscribe = ({ context }: Now): ChannelCommand => ({
  type: 'subscribe',
  since: context.target ?? context.position,
});
export const toDeliver = ({ context, event }: Now): ChannelCommand => ({
  type: 'deliver',
  epoch: (context.position as Position).epoch,
  publications: [the(event, 'publication.received').publication],
});
export const toDeliverAll = ({ event }: Now): ChannelCommand => {
  const { position, publications } = the(event, 'subscribe.succeeded');
  return { type: 'deliver', epoch: position.epoch, publications };
};
export const toTellLost = ({ event }: Now): ChannelCommand => ({
  type: 'tellLost',
  position: positionIn(event),
  from: undefined,
});
/** Only the reader that could not catch up has lost something. It goes on where the others stand. */
export const toTellTarget = ({ context }: Now): ChannelCommand => ({
  type: 'tellLost',
  position: context.position as Position,
  from: context.target,
});
export const toEndWithCode = ({ event }: Now): ChannelCommand => ({
  type: 'end',
  code: (event as ChannelFactOf<'subscribe.failed' | 'unsubscribed.received'>).code,
});
export const toArm = ({ context }: Now): ChannelCommand => ({ type: 'arm', failures: context.failures });
