/**
 * Checks what a broker answered. A broker may be untyped code of an app, and what it answers must not stop a channel.
 *
 * Proven by: test/broker/wrong-outcomes.test.ts.
 */
import type { AppendOutcome } from './broker.ts';

/** Returns the outcome. Throws a `TypeError` that names the method if the outcome is none of that method. */
export function checkedOutcome<Outcome extends { readonly type: string }>(
  method: string,
  outcome: Outcome,
  types: readonly Outcome['type'][],
): Outcome {
  const { type, top, position, publications } = Object(outcome) as Partial<Record<string, unknown>>;
  const isKnown = types.includes(type as Outcome['type']);
  const isWhole =
    type === 'appended'
      ? isPosition(position)
      : type === 'read'
        ? isPosition(top) && Array.isArray(publications)
        : !HAVE_TOP.has(type) || isPosition(top);
  if (isKnown && isWhole) return outcome;
  throw new TypeError(`the broker's ${method} gave no outcome of ${types.join(', ')} with all its fields`);
}

/** Returns the outcome of `append`. Throws a `TypeError` if it is none. */
export function checkedAppend(outcome: AppendOutcome): AppendOutcome {
  return checkedOutcome('append', outcome, ['appended', 'unavailable', 'unknown']);
}

/** Returns the outcomes of `tops`. Throws a `TypeError` if they are not one for each channel. */
export function checkedOutcomes<Outcome>(outcomes: readonly Outcome[], count: number): readonly Outcome[] {
  if (Array.isArray(outcomes) && outcomes.length === count) return outcomes;
  throw new TypeError(`the broker's tops gave no list of ${count} outcomes, one for each channel`);
}

const HAVE_TOP: ReadonlySet<unknown> = new Set(['top', 'lost']);

function isPosition(value: unknown): boolean {
  const { epoch, offset, tag } = Object(value) as Partial<Record<string, unknown>>;
  return typeof epoch === 'string' && Number.isSafeInteger(offset) && typeof tag === 'string';
}
