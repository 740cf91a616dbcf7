/**
 * What a session holds for its requests and channels: nothing while it needs neither. It serves and ends both with it.
 *
 * These are functions, not an object, because an idle session must cost no further bytes.
 * Proven by: test/session/requests.test.ts, test/session/channels.test.ts.
 */
import type { Identity, Protocol } from '@sallyport/protocol';
import type { Command } from '../machine/commands.ts';
import { type ChannelRequest, type ChannelService, noChannels, type Subscriber } from '../ports/channels.ts';
import { type FaultSource, promiseOf } from '../ports/observer.ts';
import type { EndingOwner } from './ending.ts';
import type { SessionEnvironment } from './environment.ts';
import { hasClosed, type OutboundOwner } from './outbound.ts';
import { Requests, type RequestsOwner } from './requests.ts';
import type { StateFlags } from './state-flags.ts';
import { type Held, LiveSubscriber, type SubscriberOwner } from './subscriber.ts';

/** What these functions need of their session. */
export interface HeldOwner
  extends RequestsOwner,
    SubscriberOwner,
    Pick<OutboundOwner, 'connection'>,
    Pick<EndingOwner, 'ending'> {
  readonly environment: SessionEnvironment;
  readonly flags: StateFlags;
  readonly identity: Identity | undefined;
  readonly protocol: Protocol;
  held: Held;
  fault(source: FaultSource, error: unknown): void;
}

/** The requests of a session. Undefined while there are none. */
export function requestsOf({ held }: Pick<HeldOwner, 'held'>): Requests | undefined {
  return LiveSubscriber.requestsIn(held);
}

/** Whether a request or an operation waits for its answer. */
export function isRequestPending(session: HeldOwner): boolean {
  return requestsOf(session)?.isPending ?? false;
}

/** Serves a request or an operation. */
export function serve(session: HeldOwner, command: Extract<Command, { type: 'serve' }>): void {
  const requests = neededRequests(session);
  if ('operation' in command) requests.operate(command.id, command.operation);
  else requests.serve(command.id, command.method, command.params);
  forgetIfEmpty(session);
}

/** Calls the service of channels. */
export function callService(session: HeldOwner, request: ChannelRequest): unknown {
  return session.environment.channels.serve(request, neededSubscriber(session));
}

/** Forgets the requests of a session if nothing is left to remember. */
export function forgetIfEmpty(session: HeldOwner): void {
  if (requestsOf(session)?.isEmpty) session.held = LiveSubscriber.withRequests(session.held, undefined);
}

/** Calls the listener when the client is not signed in any more; at once if it is not now. */
export function onEnd(session: HeldOwner, listener: () => void): void {
  neededRequests(session).onEnd(listener);
  if (!session.flags.isOpen) abandon(session);
}

/** The client is not signed in any more: gives up all requests and ends all subscriptions. */
export function abandon(session: HeldOwner): void {
  const { held } = session;
  session.held = undefined;
  LiveSubscriber.requestsIn(held)?.discard();
  tellService(session, held, (service, subscriber) => service.ended(subscriber, hasClientLeft(session)));
}

/** Fresh credentials were accepted. */
export function refreshed(session: HeldOwner): void {
  tellService(session, session.held, (service, subscriber) => service.refreshed(subscriber));
}

/** The client, for a service that subscribes it from code. Undefined if it can use no channel. */
export function openSubscriber(session: HeldOwner): Subscriber | undefined {
  const { flags, identity, protocol, environment } = session;
  const isSignedIn = flags.isOpen && identity !== undefined && !hasClosed(session);
  const hasChannels = protocol.hasChannels === true && environment.channels !== noChannels;
  return isSignedIn && hasChannels ? neededSubscriber(session) : undefined;
}

function neededRequests(session: HeldOwner): Requests {
  const requests = requestsOf(session);
  if (requests) return requests;
  const made = new Requests(session, session.environment.limits);
  session.held = LiveSubscriber.withRequests(session.held, made);
  return made;
}

function neededSubscriber(session: HeldOwner): LiveSubscriber {
  if (session.held instanceof LiveSubscriber) return session.held;
  const made = new LiveSubscriber(session, session.held);
  session.held = made;
  return made;
}

/** Whether the client closed the connection itself. The end of a session that the server ends has no reason yet here. */
function hasClientLeft({ ending }: HeldOwner): boolean {
  return ending?.reason === 'clientLeft' || ending?.reason === 'pageLeft';
}

function tellService(
  session: HeldOwner,
  held: Held,
  tell: (service: ChannelService, subscriber: Subscriber) => unknown,
): void {
  if (!(held instanceof LiveSubscriber)) return;
  try {
    const result = tell(session.environment.channels, held);
    promiseOf(result)?.then(undefined, (error) => session.fault('channels', error));
  } catch (error) {
    session.fault('channels', error);
  }
}
