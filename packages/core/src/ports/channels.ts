/**
 * Channels: a port. A service serves the operations of signed-in clients on channels (PROTOCOL.md, section 8), and sends them
 * publications. `@sallyport/channels` implements it.
 *
 * An answer goes out in the moment in which the service gives it. So what the service sends next comes behind the answer: no
 * publication overtakes the `subscribed` that it belongs to. Proven by: test/session/channels.test.ts.
 */
import {
  type ChannelEvent,
  type ChannelOperation,
  type ChannelResult,
  channelError,
  type Data,
  type Protocol,
} from '@sallyport/protocol';
import type { Session } from './application.ts';
import type { SendResult } from './connection.ts';
import type { SessionControl } from './control.ts';

/** A client, as a service of channels has it. One object for each session, from its first use to the end of the session. */
export interface Subscriber {
  /** The session's handle, with the user as its identity. */
  readonly session: Session;
  /** The protocol that the client speaks. Encode an event once for each protocol, and send it to all its clients. */
  readonly protocol: Protocol;
  /** A place for what the service keeps of this client. The session never looks at it. Default: undefined. */
  state: unknown;
  /**
   * Sends data that is already encoded. Returns `closed`, and sends nothing, if the client is not signed in any more. A client that
   * takes in too little ends its session here, so `ended` may be called meanwhile. Never throws.
   */
  send(data: Data): SendResult | 'closed';
  /** Encodes an event and sends it. Like `send` otherwise. */
  event(event: ChannelEvent): SendResult | 'closed';
}

/**
 * An operation of a client. It counts for the limit `requests` until the service has called `answer` or `fail`, also where nobody
 * waits for the answer any more. So call one of them for every operation.
 */
export interface ChannelRequest {
  /** What the client asks. Its grammar was checked. */
  readonly operation: ChannelOperation;
  /**
   * Fires when the answer is not wanted any more: the client cancelled the operation, it took too long, or the session closes. Made at
   * the first use.
   */
  readonly signal: AbortSignal;
  /**
   * Answers now. Returns false, and sends nothing, if the answer is not wanted any more or was given: the service then takes back
   * what the operation began, such as a subscription.
   */
  answer(result: ChannelResult): boolean;
  /**
   * Answers with an error now. A `RequestError` goes to the client; any other error is a fault, and the client gets `internal`. Returns
   * false, and sends nothing, if the answer is not wanted any more or was given.
   */
  fail(error: unknown): boolean;
}

/** What serves channels. What its methods throw, or reject with, is a fault, and reaches no other session. */
export interface ChannelService {
  /** Carries revocations and sign-ins to the other servers that share the broker of the channels. Default: there are no others. */
  readonly control?: SessionControl | undefined;
  /**
   * Serves an operation: calls `answer` or `fail` of the request, now or later. What it throws, or rejects with if it is `async`, is
   * passed to `fail`. Nothing else that it returns counts.
   */
  serve(request: ChannelRequest, subscriber: Subscriber): unknown;
  /**
   * The client is not signed in any more: its session closes, its identity expired or was revoked, or the connection is lost. Every
   * subscription ends now. Called once, and only if the session has a subscriber. `hasLeft`: the client closed the connection itself (1000 or
   * 1001), so it will not come back by itself as after a loss.
   */
  ended(subscriber: Subscriber, hasLeft: boolean): void;
  /** Fresh credentials of the same user were accepted. The permissions may be others now. */
  refreshed(subscriber: Subscriber): void;
}

/** The default service: the server has no channels. */
export const noChannels: ChannelService = {
  serve(request) {
    request.fail(channelError('channelNotFound'));
  },
  ended() {},
  refreshed() {},
};
