/**
 * Takes each message of the server: passes on what is not for the machine, and makes a fact of the rest.
 *
 * Proven by: test/talking.test.ts, test/signing-in.test.ts, test/requests.test.ts, test/postponed.test.ts.
 */
import { RequestError, type ServerMessage } from '@sallyport/protocol';
import { type Authenticating, accepted } from './authentication.ts';
import type { ExtensionParts } from './extension.ts';
import type { Fact } from './facts.ts';
import type { Listeners } from './listeners.ts';
import type { ClientTag } from './machine.ts';
import type { SessionEvents } from './session.ts';

/** What a message of the server can change in its session. */
interface ServerMessageOwner extends Authenticating {
  readonly extensions: readonly ExtensionParts[];
  readonly listeners: Listeners<SessionEvents>;
  is(tag: ClientTag): boolean;
  take(fact: Fact): void;
}

/** The message is undefined if the protocol cannot read it. Then nothing happens. */
export function takeServerMessage(session: ServerMessageOwner, answer: ServerMessage | undefined): void {
  switch (answer?.type) {
    case 'message':
      session.take({ type: 'message.received', message: answer.message });
      break;
    case 'messageFailed': {
      const { code, message, data } = answer.error;
      if (session.is('open'))
        session.listeners.notify('messageFailed', new RequestError(code, message, data));
      break;
    }
    case 'other':
      for (const one of session.extensions) one.received?.(answer.fields);
      break;
    case 'accepted':
    case 'refreshed':
      accepted(session, answer.user, answer.deviceToken);
      session.take({ type: `answer.${answer.type}`, expiresInMs: answer.expiresInMs });
      // The announcement of heartbeats counts as the first one: from now on, a long silence means that the connection is dead.
      if ('heartbeatMs' in answer && answer.heartbeatMs !== undefined)
        session.take({ type: 'heartbeat.received' });
      break;
    case 'refused':
      session.credentialRequests.refuse();
      session.listeners.notify('refused', { attemptsLeft: answer.attemptsLeft });
      session.take({ type: 'answer.refused' });
      break;
    case 'heartbeat':
      session.take({ type: 'heartbeat.received' });
      break;
    case 'postponed':
      session.take({ type: 'answer.postponed', retryInMs: answer.retryInMs });
      break;
    case 'error':
      if (answer.error === 'refreshPostponed') {
        session.take({ type: 'answer.postponed', retryInMs: answer.retryInMs });
        break;
      }
      if (answer.error === 'refreshRefused') session.credentialRequests.refuse();
      session.take({ type: 'answer.failed' });
      break;
  }
}
