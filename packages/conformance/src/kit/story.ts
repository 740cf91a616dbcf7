/** A story: a test of one duty of an adapter, with the capabilities that it needs. */

import { performOn } from './perform.ts';
import { Stage } from './stage.ts';
import type { Subject } from './subject.ts';
import type { Capability } from './transport.ts';

/** A story before it is bound to an adapter. */
export interface StoryDefinition {
  readonly duty: string;
  readonly needs?: readonly Capability[];
  readonly run: (stage: Stage) => void | Promise<void>;
}

/** A test of one duty. */
export interface Story {
  /** The group that the story belongs to. */
  readonly section: string;
  /** The duty, as a sentence without its subject: the adapter or the broker. */
  readonly name: string;
  /** Why the story does not run on this transport or this broker. Absent: it runs. */
  readonly skipped?: string;
  /** Rejects if the duty is broken. The message lists all events. */
  run(): Promise<void>;
}

export function storyOf(
  section: string,
  { duty, needs = [], run: act }: StoryDefinition,
  subject: Subject,
): Story {
  const lacking = needs.filter((one) => !subject.capabilities[one]);
  const run = () => perform(duty, subject, act);
  if (lacking.length === 0) return { section, name: duty, run };
  return { section, name: duty, run, skipped: `the transport lacks: ${lacking.join(', ')}` };
}

/** Runs one story on a new stage. Every failure becomes an error that names the broken duty and shows the journal. */
export async function perform(
  duty: string,
  subject: Subject,
  act: (stage: Stage) => void | Promise<void>,
): Promise<void> {
  await performOn(duty, new Stage(subject), act);
  subject.patience.restore();
}
