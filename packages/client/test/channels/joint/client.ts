/** The client's side of a joined channel: runs its machine, and stands for its operations and for one reader. */
import { type ChannelCommand, type ChannelFact, clientChannelMachine } from '@sallyport/client';
import { compile } from '@sallyport/compile';
import type { Position } from '@sallyport/protocol';
import { type Down, expectThat, isAt, type Joint, type Up } from './joint.ts';

const table = compile(clientChannelMachine);

export const firstClient = (): Joint['client'] => table.start(undefined as never, []);

/** Takes a fact, and then those that its commands lead to. */
export function stepClient(joint: Joint, fact: ChannelFact): void {
  const facts = [fact];
  for (const one of facts) {
    const commands: ChannelCommand[] = [];
    joint.client = table.step(joint.client, one, commands);
    for (const command of commands) run(joint, command, facts);
  }
  const { position } = joint.client.context;
  if (!joint.isReading || !isLive(joint) || !position) return;
  joint.reader ??= position;
  // A reader that was too slow, and that a subscription of the server overtook.
  if (!isAt(joint.reader, position)) stepClient(joint, { type: 'catchUp.requested', position: joint.reader });
}

/** Whether the client counts as subscribed. */
export const isLive = ({ client }: Joint): boolean => client.path === 'live' || client.path === 'lost';

/** The client reads one message of the server. */
export function deliverToClient(joint: Joint): void {
  const message = joint.down.shift() as Down;
  // A position of a later subscription.
  if ('position' in message) joint.isPositionVoid = false;
  switch (message.type) {
    case 'subscribed': {
      joint.isSubscribedOnWire = true;
      const publications = message.publications.map(shown);
      if (joint.subscribing > 0) stepClient(joint, { ...message, type: 'subscribe.succeeded', publications });
      break;
    }
    case 'failed':
      if (joint.subscribing > 0 || message.code === 'notSubscribed') stepClient(joint, failed(message.code));
      break;
    case 'left':
      joint.isSubscribedOnWire = false;
      stepClient(joint, { type: 'unsubscribe.settled' });
      break;
    case 'publication':
      expectThat(joint.isSubscribedOnWire, 'a publication came without a subscription');
      stepClient(joint, { type: 'publication.received', publication: shown(message.position) });
      break;
    case 'lost':
      expectThat(joint.isSubscribedOnWire, 'the word lost came without a subscription');
      stepClient(joint, { type: 'lost.received', position: message.position });
      break;
    case 'subscribedByServer':
      joint.isSubscribedOnWire = true;
      stepClient(joint, { type: 'subscribed.received', position: message.position });
      break;
    case 'ended': {
      joint.isSubscribedOnWire = false;
      joint.isPositionVoid = true;
      const { reason } = message;
      const retry = reason === 'permissionEnded' ? 'later' : 'never';
      stepClient(joint, { type: 'unsubscribed.received', code: reason, retry });
      break;
    }
  }
}

/** A refused unsubscribe settles too: only a client without a subscription is refused. */
function failed(code: string): ChannelFact {
  if (code === 'notSubscribed') return { type: 'unsubscribe.settled' };
  const retry = code === 'alreadySubscribed' ? 'again' : code === 'forbidden' ? 'never' : 'later';
  return { type: 'subscribe.failed', code, retry };
}

const shown = ({ offset, tag }: Position) => ({ offset, tag, data: offset });

function run(joint: Joint, command: ChannelCommand, facts: ChannelFact[]): void {
  switch (command.type) {
    case 'subscribe':
      expectThat(
        command.since === undefined || !joint.isPositionVoid,
        'the client asks for what was published while it was not allowed',
      );
      joint.subscribing = joint.nextId;
      send(joint, { type: 'subscribe', id: joint.nextId, since: command.since });
      break;
    case 'unsubscribe':
      joint.subscribing = 0;
      send(joint, { type: 'unsubscribe', id: joint.nextId });
      break;
    case 'cancel':
      cancel(joint, facts);
      break;
    case 'deliver':
      for (const { offset, tag } of command.publications) read(joint, { epoch: command.epoch, offset, tag });
      break;
    case 'tellLost':
      if (joint.isReading && (!command.from || joint.reader?.offset === command.from.offset))
        joint.reader = command.position;
      break;
    case 'end':
      joint.isReading = false;
      joint.reader = undefined;
      break;
    case 'arm':
      joint.isRetrying = true;
      break;
    case 'disarm':
      joint.isRetrying = false;
      break;
  }
}

/** Gives an operation to the connection, or keeps it until there is one. */
function send(joint: Joint, operation: Up): void {
  joint.nextId += 1;
  (joint.isReady ? joint.up : joint.waiting).push(operation);
}

/** An operation that was not sent yet is taken back at once. */
function cancel(joint: Joint, facts: ChannelFact[]): void {
  const index = joint.waiting.findIndex(({ id }) => id === joint.subscribing);
  if (index < 0) joint.up.push({ type: 'cancel', id: joint.subscribing });
  else {
    joint.waiting.splice(index, 1);
    facts.push(failed('cancelled'));
  }
}

/** The reader gets a publication: the next one. */
function read(joint: Joint, publication: Position): void {
  if (!joint.isReading) return;
  const { reader } = joint;
  if (reader) {
    const next = { ...reader, offset: reader.offset + 1, tag: `${reader.epoch}-${reader.offset + 1}` };
    expectThat(isAt(publication, next), `the reader stands at ${reader.tag} and gets ${publication.tag}`);
  }
  joint.reader = publication;
}
