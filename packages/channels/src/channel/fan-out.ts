/**
 * The fan-out: one event for all members of a channel. It is encoded once for each protocol.
 *
 * A member may leave meanwhile, because `send` ends the session of a client that takes in too little.
 * Proven by: test/channel/channel.test.ts.
 */
import type { ChannelEvent, Data, Protocol } from '@sallyport/protocol';
import type { Member } from './joiner.ts';

/** Sends an event to all members. Returns the number of members that it was sent to. */
export function fanOut(
  members: Iterable<Member>,
  event: ChannelEvent,
  fault: (error: unknown) => void,
): number {
  const encoded = new Map<Protocol, Data | undefined>();
  let protocol: Protocol | undefined;
  let data: Data | undefined;
  let sent = 0;
  for (const { subscriber } of members) {
    if (subscriber.protocol !== protocol) {
      protocol = subscriber.protocol;
      if (!encoded.has(protocol)) encoded.set(protocol, encode(protocol, event, fault));
      data = encoded.get(protocol);
    }
    if (data === undefined) continue;
    subscriber.send(data);
    sent += 1;
  }
  return sent;
}

function encode(protocol: Protocol, event: ChannelEvent, fault: (error: unknown) => void): Data | undefined {
  try {
    return protocol.encode({ type: 'channelEvent', event });
  } catch (error) {
    fault(error);
    return undefined;
  }
}
