/**
 * A client's channel joined with the channel of a server and its log: the state of both sides, and of what is under way between them.
 *
 * Both machines are the real ones, compiled. `client.ts`, `server.ts` and `log.ts` run their commands, each in a few lines, as the real
 * parts do. `moves.ts` lists what can happen next. Positions have tags that say where they are, so that a wrong one shows.
 */
import type { channelMachine } from '@sallyport/channels';
import type { clientChannelMachine } from '@sallyport/client';
import type { Snapshot } from '@sallyport/compile';
import type { Position } from '@sallyport/protocol';

/** What the client sends. An operation has an id. */
export type Up =
  | { readonly type: 'subscribe'; readonly id: number; readonly since: Position | undefined }
  | { readonly type: 'unsubscribe' | 'cancel'; readonly id: number };

/** What the server sends. An answer has an id. */
export type Down =
  | {
      readonly type: 'subscribed';
      readonly id: number;
      readonly position: Position;
      readonly recovered: boolean;
      readonly publications: readonly Position[];
    }
  | { readonly type: 'failed'; readonly id: number; readonly code: string }
  | { readonly type: 'left'; readonly id: number }
  | { readonly type: 'publication' | 'lost' | 'subscribedByServer'; readonly position: Position }
  | { readonly type: 'ended'; readonly reason: 'permissionEnded' | 'permissionRevoked' };

/** A subscription on its way on the server. */
export interface Pending {
  /** The id of the operation, or a number of its own where the server subscribes the client by itself. */
  readonly id: number;
  readonly isByServer: boolean;
  readonly since: Position | undefined;
  /** Whether the authorizer has allowed it, and it waits in the channel. */
  readonly hasJoined: boolean;
  /** Whether the client has cancelled it, and so has its answer. */
  readonly isAborted: boolean;
}

/** A call of the log that has no outcome yet. */
export interface Call {
  readonly type: 'follow' | 'read';
  readonly attempt: number;
  readonly since: Position | undefined;
}

export interface Joint {
  // The client.
  client: Snapshot<typeof clientChannelMachine>;
  isReading: boolean;
  /** The last publication that the reader consumed, or where it began. */
  reader: Position | undefined;
  isRetrying: boolean;
  /** The id of the last subscribe. 0 once an unsubscribe was sent. */
  subscribing: number;
  /** Operations that wait until the session is ready. */
  waiting: Up[];
  /** Whether the client was told that a subscription ended, and has no position since: it must not ask for what was in between. */
  isPositionVoid: boolean;
  hasEnded: boolean;
  // The connection.
  isReady: boolean;
  up: Up[];
  down: Down[];
  /** Whether the wire says that there is a subscription, as far as the client has read. */
  isSubscribedOnWire: boolean;
  nextId: number;
  // The session on the server.
  pending: Pending | undefined;
  isMember: boolean;
  // The channel on the server. Undefined where it is not followed.
  channel: Snapshot<typeof channelMachine> | undefined;
  /** Members and joiners. */
  interested: number;
  /** Joiners that the channel keeps. */
  kept: number[];
  /** Publications that arrived while the channel reads its log. */
  held: Position[];
  timers: string[];
  // The log.
  epoch: number;
  top: number;
  isFollowed: boolean;
  isUnfollowing: boolean;
  isInterrupted: boolean;
  calls: Call[];
  /** Publications on their way to the server. */
  arriving: Position[];
  // Bounds.
  published: number;
  acts: number;
  faults: number;
}

/** The position at this offset. */
export const at = (epoch: number, offset: number): Position => ({
  epoch: `e${epoch}`,
  offset,
  tag: offset === 0 ? '' : `e${epoch}-${offset}`,
});

export const isAt = (one: Position | undefined, other: Position | undefined): boolean =>
  one?.epoch === other?.epoch && one?.offset === other?.offset && one?.tag === other?.tag;

export const copy = (joint: Joint): Joint => ({
  ...joint,
  waiting: [...joint.waiting],
  up: [...joint.up],
  down: [...joint.down],
  kept: [...joint.kept],
  held: [...joint.held],
  timers: [...joint.timers],
  calls: [...joint.calls],
  arriving: [...joint.arriving],
});

/** Equal texts mean equal situations: ids and numbers of attempts are told apart, and their values do not matter. */
export function keyOf(joint: Joint): string {
  const numbers = new Map<number, number>();
  const numbered = (id: number): number => {
    const known = numbers.get(id) ?? numbers.size;
    numbers.set(id, known);
    return known;
  };
  const { client, channel, nextId: _, subscribing, waiting, up, down, kept, pending, calls, ...rest } = joint;
  const { failures, ...context } = client.context;
  return JSON.stringify([
    subscribing > 0 && numbered(subscribing),
    [waiting, up, down].map((queue) =>
      queue.map((one) => ('id' in one ? { ...one, id: numbered(one.id) } : one)),
    ),
    pending && { ...pending, id: numbered(pending.id) },
    kept.map(numbered),
    client.path,
    context,
    // A guard compares it with 0 and with 2.
    Math.min(failures, 3),
    channel && [channel.value, { ...channel.context, attempt: 0, failures: 0 }],
    calls.map((call) => [call.type, channel?.context.attempt === call.attempt, call.since]),
    { ...rest, timers: rest.timers.toSorted() },
  ]);
}

/** Ends the exploration with what is wrong. */
export function expectThat(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}
