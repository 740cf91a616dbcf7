/**
 * Faults: how they reach `onFault`, and its default.
 *
 * The default writes one line on `console.error` for each fault, with the error's stack.
 *
 * The console is a global and not a port, because every JavaScript runtime has one, and an application that sets no `onFault`
 * would set no such port either. The line holds only the stack: other properties of an error may hold credentials.
 * Proven by: test/session/faults.test.ts.
 */
import { type Fault, promiseOf } from './ports/observer.ts';

/** An error of `onFault` itself cannot be reported anywhere. */
export function reportFault(onFault: (fault: Fault) => unknown, fault: Fault): void {
  try {
    promiseOf(onFault(fault))?.then(undefined, () => undefined);
  } catch {
    // As above.
  }
}

export function logFault({ source, error, session }: Fault): void {
  const place = session ? `${source}, session ${session.id}` : source;
  console.error(`sallyport: error (${place}): ${textOf(error)}`);
}

/** An object that is not an error may be the credentials, so only its kind is shown. */
function textOf(error: unknown): string {
  if (error instanceof Error) return String(error.stack ?? error);
  return typeof error === 'object' && error !== null ? 'a thrown object' : String(error);
}
