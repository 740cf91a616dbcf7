/**
 * What goes to the client in answer to a request: the answer, or the error that says why it cannot be sent.
 *
 * Proven by: test/session/requests.test.ts.
 */
import {
  byteLength,
  type Data,
  type Protocol,
  type RequestErrorCode,
  requestFailure,
} from '@sallyport/protocol';
import type { RequestAnswer } from './requests.ts';

/** An answer with its encoded form. `data` is undefined where the protocol cannot express it. */
interface Response {
  readonly answer: RequestAnswer;
  readonly data: Data | undefined;
}

/**
 * Encodes an answer. One that is not JSON becomes `internal` and a fault; one above `maxBytes` becomes `resultTooBig`. The service of
 * channels has limits of its own for its results.
 */
export function responseOf(
  answer: RequestAnswer,
  protocol: Protocol,
  maxBytes: number,
  fault: (error: unknown) => void,
): Response {
  try {
    const data = protocol.encode(answer);
    if (data === undefined || answer.type === 'channelResult' || !isLonger(data, maxBytes))
      return { answer, data };
    return failure(answer.id, 'resultTooBig', protocol);
  } catch (error) {
    fault(error);
  }
  try {
    return failure(answer.id, 'internal', protocol);
  } catch (error) {
    // A protocol of the app that cannot even express an error: the client gets no answer.
    fault(error);
    return {
      answer: { type: 'requestFailed', id: answer.id, error: requestFailure('internal') },
      data: undefined,
    };
  }
}

function failure(id: number, code: RequestErrorCode, protocol: Protocol): Response {
  const answer = { type: 'requestFailed', id, error: requestFailure(code) } as const;
  return { answer, data: protocol.encode(answer) };
}

/** Counts bytes only where the number of characters does not decide: a character has one to three. */
function isLonger(data: Data, maxBytes: number): boolean {
  return data.length > maxBytes || (data.length * 3 > maxBytes && byteLength(data) > maxBytes);
}
