/**
 * The heartbeat: the message that goes to a client with each ping, where its protocol has one. The acceptance tells the interval, so
 * that the client can notice a connection that is dead before the first heartbeat.
 *
 * Proven by: test/session/json.test.ts.
 */
import type { Data, Protocol } from '@sallyport/protocol';
import type { Limits } from '../limits.ts';
import type { StateFlags } from './state-flags.ts';

/** Clients may take 60 s without a message for a dead connection, so heartbeats at a longer interval would end good ones. */
const MAX_HEARTBEAT_MS = 50_000;

/** Milliseconds between the heartbeats of a session. Undefined if the protocol has none, or their interval would be too long. */
export function heartbeatMsOf(protocol: Protocol, { pingMs }: Limits): number | undefined {
  return protocol.heartbeat === undefined || pingMs > MAX_HEARTBEAT_MS ? undefined : pingMs;
}

/** The heartbeat to send now. Undefined if the protocol has none, its interval is too long, or a close frame was sent. */
export function heartbeatOf(protocol: Protocol, limits: Limits, flags: StateFlags): Data | undefined {
  const isEnding = !flags.isListening && !flags.isOpen;
  return isEnding || heartbeatMsOf(protocol, limits) === undefined ? undefined : protocol.heartbeat;
}
