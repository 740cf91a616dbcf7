/**
 * The input of a session: counts a message, checks the rate, and makes a fact of it, now or when its turn comes.
 *
 * These are functions, not an object, because an idle session must cost no further bytes.
 * Proven by: test/session/talking.test.ts, test/session/signing-in.test.ts, test/session/draining.test.ts.
 */
import type { Data } from '@sallyport/protocol';
import { type Fact, facts } from '../machine/facts.ts';
import { type DeliveryOwner, deliver } from './delivery.ts';
import { Inbox } from './inbox.ts';
import { Rate } from './rate.ts';
import type { StateFlags } from './state-flags.ts';

/** What the input needs of its session. */
export interface InputOwner extends DeliveryOwner {
  readonly flags: StateFlags;
  /** Whether a step is under way. */
  readonly isStepping: boolean;
  /** Messages that wait. Undefined while none does. */
  inbox: Inbox | undefined;
  /** Undefined until the first message, and where the rate has no limit. */
  rate: Rate | undefined;
  /** When the client last gave a sign of life, in the time of the sweep. */
  heardAt: number;
  /** When the last message came, in the time of the sweep. */
  messageAt: number;
}

/** Takes a message of the client. */
export function receive(session: InputOwner, data: Data, byteLength: number): void {
  const { counters, sweptMs } = session.environment;
  counters.messagesReceived += 1;
  counters.bytesReceived += byteLength;
  session.heardAt = sweptMs;
  session.messageAt = sweptMs;
  if (!session.flags.isListening) refuse(session, data, byteLength);
  else if (!isWithinRate(session)) session.take(facts.rateExceeded);
  else if (session.flags.isDeferring || session.isStepping) defer(session, data, byteLength);
  else take(session, read(session, data, byteLength));
}

/** Takes a fact between two steps. Where a step with a message only delivers it, the session delivers it without the step. */
function take(session: InputOwner, fact: Fact): void {
  if (fact.type === 'message.received' && session.flags.isDirect)
    session.environment.stepper.pass(session, deliver, fact.message);
  else session.take(fact);
}

/** The next message that waits, as a fact. Undefined while messages have to wait, and if none does. */
export function nextWaiting(session: InputOwner): Fact | undefined {
  if (session.flags.isDeferring) return undefined;
  const message = session.inbox?.take();
  if (message) return read(session, message.data, message.byteLength);
  session.inbox = undefined;
  return undefined;
}

function read(session: InputOwner, data: Data, byteLength: number): Fact {
  const { messageBytes, credentialBytes } = session.environment.limits;
  const { isOpen } = session.flags;
  if (byteLength > (isOpen ? messageBytes : credentialBytes)) return facts.messageTooBig;
  try {
    return session.protocol.decode(data, isOpen ? 'established' : 'authenticating');
  } catch (error) {
    session.fault('protocol', error);
    return facts.messageMalformed;
  }
}

/** While the server drains, requests are refused and cancelled. Everything else is ignored. */
function refuse(session: InputOwner, data: Data, byteLength: number): void {
  const isRead = session.flags.isRefusing && isWithinRate(session);
  const fact = isRead ? read(session, data, byteLength) : undefined;
  if (fact?.type.startsWith('request.')) session.take(fact);
  else session.environment.counters.messagesIgnored += 1;
}

function defer(session: InputOwner, data: Data, byteLength: number): void {
  const { inboxMessages, inboxBytes } = session.environment.limits;
  session.inbox ??= new Inbox();
  if (!session.inbox.put({ data, byteLength }, inboxMessages, inboxBytes))
    session.take(facts.inboxOverflowed);
}

function isWithinRate(session: InputOwner): boolean {
  const { limits, clock } = session.environment;
  if (limits.messagesPerSecond === Number.POSITIVE_INFINITY) return true;
  session.rate ??= new Rate();
  return session.rate.allows(clock.now(), limits);
}
