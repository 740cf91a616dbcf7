/** Why a port could not be listened on, in words that say how to mend it. Proven by: test/listen-failure.test.ts. */
import { ServeError } from '@sallyport/listen';
import type { Options } from './options.ts';
import { Refusal } from './refusal.ts';

/** What to throw instead of a failure to listen. What has no code was not said by the system, and may be a bug: it stays. */
export function listenFailure(failure: unknown, { given }: Pick<Options, 'given'>): unknown {
  if (!(failure instanceof Error && 'code' in failure)) return failure;
  const advice = failure instanceof ServeError ? failure.advice : undefined;
  return new Refusal(advice ? `${given[advice.option]}: ${advice.text}` : failure.message);
}
