/** The heartbeat: the message that goes to a client with each ping, where its protocol has one. */
import type { Data, Protocol } from '@sallyport/protocol';
import type { Limits } from '../limits.ts';
import type { StateFlags } from './state-flags.ts';

/** Clients may take 60 s without a message for a dead connection, so heartbeats at a longer interval would end good ones. */
const MAX_HEARTBEAT_MS = 50_000;

/** The heartbeat to send now. Undefined if the protocol has none, its interval is too long, or a close frame was sent. */
export function heartbeatOf(protocol: Protocol, limits: Limits, flags: StateFlags): Data | undefined {
  const isEnding = !flags.isListening && !flags.isOpen;
  return isEnding || limits.pingMs > MAX_HEARTBEAT_MS ? undefined : protocol.heartbeat;
}
