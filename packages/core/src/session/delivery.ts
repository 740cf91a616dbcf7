/**
 * The delivery of a message to the application, and the reply. A synchronous application needs no object for it; `replies.ts`
 * keeps the order of an asynchronous one.
 *
 * Proven by: test/session/talking.test.ts, test/session/faults.test.ts.
 */
import { isMessage, isRequestError, type Message, type RequestError } from '@sallyport/protocol';
import { type Fact, facts } from '../machine/facts.ts';
import type { Reply, Session } from '../ports/application.ts';
import type { SendResult } from '../ports/connection.ts';
import { isPromiseLike } from '../promise-like.ts';
import type { SessionEnvironment } from './environment.ts';
import { type OutputOwner, send } from './output.ts';
import { Replies, type RepliesOwner } from './replies.ts';

/** What the delivery needs of its session. */
export interface DeliveryOwner extends OutputOwner, RepliesOwner {
  readonly environment: SessionEnvironment;
  readonly handle: Session;
  /** Undefined while no reply is pending. */
  replies: Replies | undefined;
  /** Takes a fact now, or after the step that is under way. */
  take(fact: Fact): void;
  /** Sends a message to a signed-in client. Throws a `UsageError` if its `data` is not JSON. */
  sendMessage(message: Message): SendResult | 'closed';
}

/** Hands a message to the application. Its reply follows at once, or when it settles. */
export function deliver(session: DeliveryOwner, message: Message): void {
  if (session.replies) {
    if (!session.replies.deliver(message)) session.take(facts.inboxOverflowed);
    return;
  }
  try {
    const answer = session.environment.application(message, session.handle);
    if (isPromiseLike(answer)) {
      session.replies = new Replies(session, session.environment.limits);
      session.replies.await(answer);
    } else reply(session, answer);
  } catch (error) {
    if (isRequestError(error)) reply(session, error);
    else session.failed(error);
  }
}

/** Sends a reply, or the error that takes its place. Whatever is neither counts as an error of the application. */
export function reply(session: DeliveryOwner, given: Reply | RequestError): void {
  if (given === undefined) return;
  try {
    if (isRequestError(given)) send(session, { type: 'messageFailed', error: given });
    else if (isMessage(given)) session.sendMessage(given);
    else throw new TypeError('the application must answer with a string, bytes, { data }, or nothing');
  } catch (error) {
    session.failed(error);
  }
}
