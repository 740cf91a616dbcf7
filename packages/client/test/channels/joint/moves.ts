/**
 * The moves of a joined channel: everything that can happen next, in every order. There is no clock: any armed timer may fire.
 *
 * What happens by itself happens sooner or later. The rest is a choice of the program or a fault, and their numbers are bounded.
 */
import { deliverToClient, isLive, stepClient } from './client.ts';
import type { Joint } from './joint.ts';
import { append, outcomeOf, topOf } from './log.ts';
import { arrive, deliverToServer, endSession, endSubscription, giveUp, join, stepChannel } from './server.ts';

export interface Move {
  readonly name: string;
  readonly isChoice: boolean;
  make(joint: Joint): void;
}

/** How much of each is explored. */
export interface Bounds {
  readonly publications: number;
  /** What the program does: it reads, or stops reading. */
  readonly acts: number;
  readonly faults: number;
}

/** Everything that can happen next. */
export function movesOf(joint: Joint, bounds: Bounds): Move[] {
  const moves: Move[] = [];
  byItself(joint, (name, make) => moves.push({ name, isChoice: false, make }));
  choices(joint, bounds, (name, make) => moves.push({ name, isChoice: true, make }));
  return moves;
}

type Offer = (name: string, make: (joint: Joint) => void) => void;

function byItself(joint: Joint, offer: Offer): void {
  const { channel, pending } = joint;
  if (joint.up.length > 0) offer(`the server receives ${joint.up[0]?.type}`, deliverToServer);
  if (joint.down.length > 0) offer(`the client receives ${joint.down[0]?.type}`, deliverToClient);
  if (!joint.isReady && !joint.hasEnded)
    offer('the session is ready again', (one) => {
      one.isReady = true;
      one.up = one.waiting.splice(0);
    });
  if (joint.isRetrying)
    offer('the client tries again', (one) => {
      one.isRetrying = false;
      stepClient(one, { type: 'retry.timedOut' });
    });
  if (pending && !pending.hasJoined)
    offer('the authorizer allows', (one) =>
      pending.isAborted ? giveUp(one, 'cancelled') : join(one, pending),
    );
  joint.calls.forEach((call, index) => {
    offer(`the log answers ${call.type}`, (one) => {
      one.calls.splice(index, 1);
      const outcome = outcomeOf(one, call);
      if (outcome.type === 'follow.succeeded') one.isFollowed = true;
      stepChannel(one, outcome);
    });
  });
  if (joint.isUnfollowing)
    offer('the log has unfollowed', (one) => {
      one.isUnfollowing = false;
      stepChannel(one, { type: 'unfollow.settled' });
    });
  if (joint.arriving.length > 0)
    offer('a publication arrives', (one) => {
      const publication = one.arriving.shift();
      if (publication) arrive(one, publication);
    });
  for (const timer of joint.timers)
    offer(`the server's ${timer} fires`, (one) => {
      one.timers = one.timers.filter((armed) => armed !== timer);
      stepChannel(one, { type: `${timer}.timedOut` } as Parameters<typeof stepChannel>[1]);
    });
  if (joint.isInterrupted)
    offer('the log is back', (one) => {
      one.isInterrupted = false;
      stepChannel(one, { type: 'broker.resumed' });
    });
  const position = channel?.context.position;
  const isBehind = position && (position.epoch !== topOf(joint).epoch || position.offset < joint.top);
  if (isBehind && channel.value === 'live' && joint.arriving.length === 0 && !joint.isInterrupted)
    if (!joint.timers.includes('tail'))
      offer('the tops are compared', (one) => stepChannel(one, { type: 'top.compared', top: topOf(one) }));
}

function choices(joint: Joint, bounds: Bounds, offer: Offer): void {
  const { pending } = joint;
  const fault: Offer = (name, make) => {
    if (joint.faults >= bounds.faults) return;
    offer(name, (one) => {
      one.faults += 1;
      make(one);
    });
  };
  if (joint.published < bounds.publications && !joint.isInterrupted)
    offer('a user publishes', (one) => {
      one.published += 1;
      append(one);
    });
  if (joint.acts < bounds.acts && !joint.hasEnded)
    offer(joint.isReading ? 'the program stops reading' : 'the program reads', (one) => {
      one.acts += 1;
      one.isReading = !one.isReading;
      one.reader = one.isReading ? one.client.context.position : undefined;
      stepClient(one, { type: one.isReading ? 'subscription.wanted' : 'subscription.unwanted' });
    });
  const { reader } = joint;
  const isThere = joint.isReading && isLive(joint) && reader && reader.offset > 1;
  if (isThere && reader.offset === joint.client.context.position?.offset)
    fault('the reader was too slow for the last publication', (one) => {
      const offset = reader.offset - 1;
      one.reader = { ...reader, offset, tag: `${reader.epoch}-${offset}` };
      stepClient(one, { type: 'catchUp.requested', position: one.reader });
    });
  if (joint.isReady) fault('the connection is cut', (one) => lose(one, 'connection.lost'));
  if (joint.isReady) fault('the session ends', (one) => lose(one, 'session.ended'));
  if (pending && !pending.hasJoined)
    for (const code of ['forbidden', 'unavailable'])
      fault(`the authorizer answers ${code}`, (one) => giveUp(one, code));
  if (pending?.since && !pending.hasJoined)
    fault('the authorizer denies the recovery', (one) => join(one, { ...pending, since: undefined }));
  if (joint.isMember)
    for (const reason of ['permissionEnded', 'permissionRevoked'] as const)
      fault(reason, (one) => endSubscription(one, reason));
  if (joint.isReady && !joint.isMember && !pending)
    fault('the server subscribes the client', (one) => {
      const id = one.nextId;
      one.nextId += 1;
      join(one, { id, isByServer: true, since: undefined, hasJoined: true, isAborted: false });
    });
  if (!joint.isInterrupted) {
    fault('the log is interrupted', (one) => {
      one.isInterrupted = true;
      one.arriving = [];
      stepChannel(one, { type: 'broker.interrupted' });
    });
    fault('the log forgets everything', (one) => {
      one.epoch += 1;
      one.top = 0;
      one.arriving = [];
    });
  }
  if (joint.arriving.length > 0) fault('a publication does not arrive', (one) => one.arriving.shift());
}

/** The connection ends, with all that is under way. */
function lose(joint: Joint, type: 'connection.lost' | 'session.ended'): void {
  joint.isReady = false;
  Object.assign(joint, { up: [], down: [], waiting: [], isSubscribedOnWire: false });
  endSession(joint);
  joint.hasEnded = type === 'session.ended';
  stepClient(joint, type === 'session.ended' ? { type } : { type, isRead: joint.isReading });
}
