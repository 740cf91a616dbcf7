/**
 * Asks the authenticator whether an identity still holds, when revocations may have been missed.
 *
 * Only `true` keeps the session. An error, a rejection, silence, or an authenticator that cannot say, does not.
 * Proven by: test/session/control.test.ts.
 */
import { isPromiseLike } from '../promise-like.ts';
import type { OwnedSession, SessionEnvironment } from './environment.ts';

/** Resolves with the answer, after `verificationMs` at the latest. Never rejects. */
export async function isStillValid(environment: SessionEnvironment, session: OwnedSession): Promise<boolean> {
  try {
    const { authenticate } = environment;
    const answer: unknown = session.identity && authenticate.stillValid?.(session.identity);
    return (isPromiseLike(answer) ? await inTime(environment, answer) : answer) === true;
  } catch (error) {
    environment.fault('authenticator', error, session);
    return false;
  }
}

/** What the promise brings, or undefined after `verificationMs`. */
function inTime(
  { clock, limits: { verificationMs } }: SessionEnvironment,
  answer: PromiseLike<unknown>,
): Promise<unknown> {
  if (verificationMs === Number.POSITIVE_INFINITY) return Promise.resolve(answer);
  return new Promise((resolve, reject) => {
    const timer = clock.setTimeout(() => resolve(undefined), verificationMs);
    answer.then(
      (value) => {
        clock.clearTimeout(timer);
        resolve(value);
      },
      (error) => {
        clock.clearTimeout(timer);
        reject(error);
      },
    );
  });
}
