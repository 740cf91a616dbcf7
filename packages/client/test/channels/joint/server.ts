/**
 * The server's side of a joined channel: runs the channel machine, and stands for the subscription of one session and for the admission of
 * joiners.
 */
import { type ChannelCommand, type ChannelFact, channelMachine } from '@sallyport/channels';
import { compile } from '@sallyport/compile';
import type { Position } from '@sallyport/protocol';
import type { Call, Down, Joint, Pending, Up } from './joint.ts';
import { canRead, heldFact, publicationsAfter, topOf } from './log.ts';

type Fact = ChannelFact<number>;
type Command = ChannelCommand<number>;

const table = compile(channelMachine);

/** Takes a fact, and then those that its commands lead to and those that were held. */
export function stepChannel(joint: Joint, fact: Fact): void {
  if (joint.channel) stepAll(joint, [fact]);
}

function stepAll(joint: Joint, facts: Fact[]): void {
  for (const fact of facts) {
    if (!joint.channel) return;
    const commands: Command[] = [];
    joint.channel = table.step(joint.channel, fact, commands as ChannelCommand[]);
    for (const command of commands) run(joint, command, facts);
    if (joint.channel.status === 'done') close(joint);
    if (joint.channel && fact === facts.at(-1) && !joint.channel.hasTag('holding'))
      facts.push(...held(joint));
  }
}

/** The channel has ended, with everything that it had armed. */
function close(joint: Joint): void {
  joint.channel = undefined;
  joint.timers = [];
  joint.held = [];
}

/** The publication that was held the longest, unless the channel has read it in its log. */
function held(joint: Joint): Fact[] {
  const position = joint.channel?.context.position;
  for (let one = joint.held.shift(); one; one = joint.held.shift())
    if (one.epoch !== position?.epoch || one.offset >= position.offset) return [heldFact(one)];
  return [];
}

/** A publication arrives from the log. */
export function arrive(joint: Joint, publication: Position): void {
  if (!joint.channel) return;
  if (joint.channel.hasTag('holding') || joint.held.length > 0) joint.held.push(publication);
  else stepChannel(joint, heldFact(publication));
}

// --- The session.

/** The server reads one message of the client. */
export function deliverToServer(joint: Joint): void {
  const message = joint.up.shift() as Up;
  const { pending } = joint;
  switch (message.type) {
    case 'subscribe':
      if (joint.isMember || (pending && !pending.isAborted)) fail(joint, message.id, 'alreadySubscribed');
      else joint.pending = { ...message, isByServer: false, hasJoined: false, isAborted: false };
      break;
    case 'cancel':
      if (pending?.id !== message.id || pending.isAborted) break;
      fail(joint, message.id, 'cancelled');
      joint.pending = { ...pending, isAborted: true };
      break;
    case 'unsubscribe':
      if (pending) giveUp(joint, 'cancelled');
      else if (joint.isMember) leave(joint);
      else {
        fail(joint, message.id, 'notSubscribed');
        break;
      }
      tell(joint, { type: 'left', id: message.id });
      break;
  }
}

/** The subscription on its way ends with an error. */
export function giveUp(joint: Joint, code: string): void {
  const { pending } = joint;
  joint.pending = undefined;
  if (pending && !pending.isAborted && !pending.isByServer) fail(joint, pending.id, code);
}

/** The subscription on its way is allowed: it asks the channel for a place. */
export function join(joint: Joint, pending: Pending): void {
  joint.pending = { ...pending, hasJoined: true };
  const facts: Fact[] = [];
  if (!joint.channel) {
    const commands: Command[] = [];
    joint.channel = table.start(undefined as never, commands as ChannelCommand[]);
    for (const command of commands) run(joint, command, facts);
  }
  joint.interested += 1;
  stepAll(joint, [...facts, { type: 'join.requested', joiner: pending.id }]);
}

/** The server ends the subscription. */
export function endSubscription(joint: Joint, reason: 'permissionEnded' | 'permissionRevoked'): void {
  leave(joint);
  tell(joint, { type: 'ended', reason });
}

/** The session ends on the server, with its subscription. */
export function endSession(joint: Joint): void {
  giveUp(joint, 'cancelled');
  if (joint.isMember) leave(joint);
}

function leave(joint: Joint): void {
  joint.isMember = false;
  const facts: Fact[] = [];
  lose(joint, facts);
  stepAll(joint, facts);
}

const tell = (joint: Joint, message: Down) => joint.isReady && joint.down.push(message);
const fail = (joint: Joint, id: number, code: string) => tell(joint, { type: 'failed', id, code });

/** A member or a joiner less. */
function lose(joint: Joint, facts: Fact[]): void {
  joint.interested -= 1;
  if (joint.interested === 0) facts.push({ type: 'subscribers.left' });
}

// --- The channel.

function run(joint: Joint, command: Command, facts: Fact[]): void {
  switch (command.type) {
    case 'follow':
      joint.calls.push({ type: 'follow', attempt: command.attempt, since: undefined });
      break;
    case 'unfollow':
      joint.isFollowed = false;
      joint.isUnfollowing = true;
      joint.arriving = [];
      break;
    case 'read':
      joint.calls.push({ type: 'read', attempt: command.attempt, since: command.since } satisfies Call);
      break;
    case 'deliver':
      for (const { offset, tag } of command.publications)
        if (joint.isMember)
          tell(joint, { type: 'publication', position: { epoch: command.epoch, offset, tag } });
      break;
    case 'tellLost':
      if (joint.isMember) tell(joint, { type: 'lost', position: command.position });
      break;
    case 'admit':
      admit(joint, command.joiner, facts);
      break;
    case 'keep':
      joint.kept.push(command.joiner);
      break;
    case 'refuse':
      refuse(joint, command.joiner, facts);
      break;
    case 'admitKept':
      for (const joiner of joint.kept.splice(0)) admit(joint, joiner, facts);
      break;
    case 'refuseKept':
      for (const joiner of joint.kept.splice(0)) refuse(joint, joiner, facts);
      break;
    case 'arm':
      if (!joint.timers.includes(command.timer)) joint.timers.push(command.timer);
      break;
    case 'disarm':
      joint.timers = joint.timers.filter((timer) => timer !== command.timer);
      break;
  }
}

function refuse(joint: Joint, joiner: number, facts: Fact[]): void {
  if (joint.pending?.id === joiner) giveUp(joint, 'unavailable');
  lose(joint, facts);
}

/** Gives a joiner its place, with what it missed. Where the channel cannot judge that, it compares itself with the log first. */
function admit(joint: Joint, joiner: number, facts: Fact[]): void {
  const { pending } = joint;
  const position = joint.channel?.context.position as Position;
  if (pending?.id !== joiner) {
    lose(joint, facts);
    return;
  }
  const { since } = pending;
  const isKnown = !since || (since.epoch === position.epoch && since.offset <= position.offset);
  if (!isKnown && joint.isInterrupted) {
    refuse(joint, joiner, facts);
    return;
  }
  if (!isKnown && topOf(joint).epoch !== position.epoch) {
    facts.push({ type: 'position.outrun', top: topOf(joint) }, { type: 'join.requested', joiner });
    return;
  }
  joint.pending = undefined;
  joint.isMember = true;
  const recovered = since !== undefined && isKnown && canRead(joint, since);
  const publications = recovered ? publicationsAfter(since, position) : [];
  if (pending.isByServer) tell(joint, { type: 'subscribedByServer', position });
  else if (!pending.isAborted)
    tell(joint, { type: 'subscribed', id: pending.id, position, recovered, publications });
  if (!pending.isAborted) return;
  joint.isMember = false;
  lose(joint, facts);
}
