/** A story: one duty of an adapter, told by name, and what a transport must have for it. */

import { Stage } from './stage.ts';
import type { Subject } from './subject.ts';
import type { Capability } from './transport.ts';
import { Broken } from './waiting.ts';

export interface StoryDefinition {
  readonly duty: string;
  readonly needs?: readonly Capability[];
  readonly tell: (stage: Stage) => void | Promise<void>;
}

export interface Story {
  readonly section: string;
  /** The duty. */
  readonly name: string;
  /** Why it is not told on this transport; it is told if this is absent. */
  readonly skipped?: string;
  /** Rejects if the duty is broken, with all that happened in the message. */
  run(): Promise<void>;
}

export function storyOf(
  section: string,
  { duty, needs = [], tell }: StoryDefinition,
  subject: Subject,
): Story {
  const lacking = needs.filter((one) => !subject.capabilities[one]);
  const run = () => perform(duty, subject, tell);
  if (lacking.length === 0) return { section, name: duty, run };
  return { section, name: duty, run, skipped: `the transport lacks: ${lacking.join(', ')}` };
}

/** Tells one story on a stage of its own. Whatever goes wrong is said as a broken duty, with the journal. */
export async function perform(
  duty: string,
  subject: Subject,
  tell: (stage: Stage) => void | Promise<void>,
): Promise<void> {
  const stage = new Stage(subject);
  let failure: unknown;
  try {
    await tell(stage);
  } catch (error) {
    failure = error;
  }
  try {
    await stage.clear();
  } catch (error) {
    failure ??= error;
  }
  // First what is known to be broken: that a story came to nothing often only follows from it.
  const [violation] = stage.violations;
  if (violation) throw broken(violation.duty, violation.what, duty, stage, failure);
  if (failure)
    throw broken(duty, failure instanceof Error ? failure.message : String(failure), duty, stage, failure);
  subject.patience.restore();
}

function broken(duty: string, what: string, story: string, stage: Stage, cause: unknown): Broken {
  const where = story === duty ? '' : `\nin the story: ${story}`;
  return new Broken(
    `duty broken: ${duty}${where}\n${what}\n\nwhat happened, in order:\n${String(stage.journal)}\n`,
    { cause },
  );
}
