/**
 * The output of a session: encodes an answer in the client's protocol, and sends it. A message that cannot leave ends the session.
 *
 * These are functions, not an object, because an idle session must cost no further bytes.
 * Proven by: test/session/talking.test.ts, test/session/requests.test.ts, test/session/faults.test.ts.
 */
import { type Answer, type Data, isJsonMessage, type Protocol, UsageError } from '@sallyport/protocol';
import { type Fact, facts } from '../machine/facts.ts';
import type { SendResult } from '../ports/connection.ts';
import type { OwnedSession, SessionEnvironment } from './environment.ts';
import type { Outbound } from './outbound.ts';
import { reportAnswer } from './report-answer.ts';
import type { RequestAnswer } from './requests.ts';
import { responseOf } from './response.ts';

/** What the output needs of its session. */
export interface OutputOwner extends OwnedSession {
  readonly environment: SessionEnvironment;
  readonly protocol: Protocol;
  readonly outbound: Outbound;
  /** Takes a fact now, or after the step that is under way. */
  take(fact: Fact): void;
  /** Reports an error of the protocol, of a request handler or of the service of channels. */
  fault(source: 'protocol' | 'requests' | 'channels', error: unknown): void;
}

/** Sends an answer. Throws only for a mistake of the application: a value that is not JSON. */
export function send(session: OutputOwner, answer: Answer): SendResult {
  let data: Data | undefined;
  try {
    data = session.protocol.encode(answer);
  } catch (error) {
    if (answer.type === 'messageFailed') throw error;
    if (answer.type === 'message' && isJsonMessage(answer.message))
      throw new UsageError('message.data', 'must be JSON', answer.message.data);
    session.fault('protocol', error);
    session.take(facts.connectionStalled);
    return 'dropped';
  }
  return data === undefined ? 'sent' : transmit(session, data);
}

/**
 * Answers a request, unless the connection has closed. Returns whether the answer went out as given. An error went in its place where
 * it was too big, or no JSON. Never throws.
 */
export function respond(session: OutputOwner, given: RequestAnswer): boolean {
  if (session.outbound.isClosed) return false;
  const { environment, protocol } = session;
  const source = given.type === 'channelResult' ? 'channels' : 'requests';
  const fault = (error: unknown) => session.fault(source, error);
  const { answer, data } = responseOf(given, protocol, environment.limits.resultBytes, fault);
  if (data !== undefined) transmit(session, data);
  reportAnswer(answer, session, environment);
  return answer === given;
}

/** Sends data that is encoded already, and that many clients get. */
export function transmitShared(session: OutputOwner, data: Data): SendResult {
  return report(session, session.outbound.sendShared(data));
}

function transmit(session: OutputOwner, data: Data): SendResult {
  return report(session, session.outbound.send(data));
}

function report(session: OutputOwner, result: SendResult): SendResult {
  if (result === 'dropped') session.take(facts.connectionStalled);
  else session.environment.counters.messagesSent += 1;
  return result;
}
