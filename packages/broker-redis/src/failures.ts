/**
 * What an error of Redis, or of the way to it, means for the command that failed, and for the connection.
 *
 * Proven by: test/failures.test.ts, test/answers.test.ts.
 */
import type { BrokerUnavailable } from '@sallyport/channels';

/** A command that was certainly not sent. */
export class NotSent extends Error {}

/** Redis says these before the first write of a script. In 6.2 an error of a script has its own words before them. */
const BEFORE_THE_FIRST_WRITE =
  /(?:^|[ -])(?:OOM|READONLY|LOADING|NOAUTH|NOPERM|MASTERDOWN|NOSCRIPT|BUSY|MISCONF|NOREPLICAS|WRONGTYPE) /;

/** A part of a script is refused: the words of Redis 6.2 and 7.0, and those of Redis 7.2 and Valkey. What came before it has happened. */
const DENIED = /The user executing the script can't|script tried accessing|ACL failure in script/;

/**
 * This connection is of no use any more: the server is another one now, or has other rights or no scripts. A new connection finds the right
 * server, loads the scripts, and checks the rights.
 */
const USELESS = /(?:^|[ -])(?:READONLY|LOADING|NOAUTH|NOPERM|MASTERDOWN|NOSCRIPT) /;

/** Redis cannot write just now. What needs no write goes on. */
const CANNOT_WRITE = /(?:^|[ -])(?:OOM|MISCONF|NOREPLICAS) /;

/** What Redis, the library or Node said. */
export function reasonOf(error: unknown): string {
  const { message, code } = Object(error) as { readonly message?: unknown; readonly code?: unknown };
  // The error of several addresses has no message.
  return String(message || code || error);
}

/** Whether nothing was changed, certainly. */
export function isCertainlyUnchanged(error: unknown): boolean {
  return error instanceof NotSent || BEFORE_THE_FIRST_WRITE.test(reasonOf(error));
}

/** Whether the connection has to be made anew after this error. */
export function endsConnection(error: unknown): boolean {
  const reason = reasonOf(error);
  return USELESS.test(reason) || DENIED.test(reason);
}

/** Whether Redis refused a write for a reason that may pass at any time. */
export function isWriteRefused(error: unknown): boolean {
  return CANNOT_WRITE.test(reasonOf(error));
}

/** The outcome of what certainly changed nothing, or of a question. */
export function unavailable(error: unknown): BrokerUnavailable {
  return { type: 'unavailable', reason: reasonOf(error) };
}
