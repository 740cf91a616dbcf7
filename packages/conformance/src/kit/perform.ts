/** Performs a story: whatever fails becomes an error that names the broken duty and shows the journal. */
import type { Journal } from './journal.ts';
import { Broken } from './waiting.ts';
import type { Violation } from './watched.ts';

/** Where a story takes place: an adapter's server with its clients, or the nodes of a broker. */
export interface Scene {
  readonly journal: Journal;
  /** The duties that were found broken without a look at them by the story. */
  readonly violations: readonly Violation[];
  /** Ends everything that the story began. */
  clear(): Promise<void>;
}

/** Performs one story on a new scene. */
export async function performOn<Stage extends Scene>(
  duty: string,
  stage: Stage,
  act: (stage: Stage) => void | Promise<void>,
): Promise<void> {
  let failure: unknown;
  try {
    await act(stage);
  } catch (error) {
    failure = error;
  }
  try {
    await stage.clear();
  } catch (error) {
    failure ??= error;
  }
  // A violation first: the failure of the story is often only its effect.
  const [violation] = stage.violations;
  if (violation) throw broken(violation.duty, violation.what, duty, stage, failure);
  if (failure)
    throw broken(duty, failure instanceof Error ? failure.message : String(failure), duty, stage, failure);
}

function broken(duty: string, what: string, story: string, { journal }: Scene, cause: unknown): Broken {
  const where = story === duty ? '' : `\nin the story: ${story}`;
  return new Broken(
    `duty broken: ${duty}${where}\n${what}\n\nwhat happened, in order:\n${String(journal)}\n`,
    { cause },
  );
}
