/**
 * What becomes of a message that a program sends: it goes out at once, waits until the session is ready, or is refused.
 *
 * Proven by: test/talking.test.ts.
 */
import { isJsonMessage, type Message } from '@sallyport/protocol';
import { isMessage, type Outbox, wellFormed } from './outbox.ts';
import type { ServerConnection } from './server-connection.ts';
import { NotSentError } from './session-errors.ts';

/** What sending needs of its session. */
interface Sender {
  readonly state: string;
  /** Whether a message can be sent, has to wait, or can neither. */
  readonly readiness: 'ready' | 'bufferFull' | 'waiting' | 'ended';
  readonly connection: ServerConnection;
  readonly outbox: Outbox;
}

/** Sends a message, or keeps it. Throws a `TypeError` if it is none, and a `NotSentError` if it can neither be sent nor kept. */
export function send(session: Sender, given: Message): void {
  if (!isMessage(given))
    throw new TypeError('Not sent: a message must be a string, a Uint8Array, or { data }');
  // Throws for a value that is not JSON, whatever the state is.
  if (isJsonMessage(given)) session.connection.encode({ type: 'message', message: given });
  const message = typeof given === 'string' ? wellFormed(given) : given;
  const { readiness } = session;
  if (readiness === 'ready') {
    session.connection.send({ type: 'message', message });
    return;
  }
  const problem = readiness === 'waiting' ? session.outbox.put(message) : readiness;
  if (problem) throw new NotSentError(problem, session.state);
}

/** Sends the messages that waited. One that cannot be sent is removed too, or it would stop the others for ever. */
export function flush({ connection, outbox }: Sender): void {
  connection.sendSafely(() => {
    for (let message = outbox.take(); message !== undefined; message = outbox.take())
      connection.send({ type: 'message', message });
  });
}
