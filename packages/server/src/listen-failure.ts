/** Turns a failure to listen into a message that says how to fix it. Proven by: test/listen-failure.test.ts. */
import { ServeError } from '@sallyport/listen';
import type { Options } from './options.ts';
import { StartupError } from './startup-error.ts';

/** Returns the error to throw instead. An error without a code is not from the system: it may be a bug and is returned as it is. */
export function listenFailure(failure: unknown, { givenAs }: Pick<Options, 'givenAs'>): unknown {
  if (!(failure instanceof Error && 'code' in failure)) return failure;
  const advice = failure instanceof ServeError ? failure.advice : undefined;
  return new StartupError(advice ? `${givenAs[advice.option]}: ${advice.text}` : failure.message);
}
