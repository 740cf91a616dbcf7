/**
 * Steps the machine through the facts of a recorded session, and compares its commands and states with those that were recorded.
 *
 * Proven by: test/replay.test.ts.
 */
import { type Command, compiledEngine, type Engine, type Snapshot } from '@sallyport/core';
import type { RecordedSession, RecordedStep, Recording } from './read-recording.ts';
import { RecordingError } from './recording-error.ts';
import { restoreCommand, restoreFact } from './restore.ts';

/** One step, as the machine takes it now. */
export interface ReplayedStep {
  readonly recorded: RecordedStep;
  /** The state after the step. */
  readonly state: string;
  readonly commands: readonly Command[];
  /** What differs from the recording, in sentences. Empty: nothing does. */
  readonly differences: readonly string[];
}

/**
 * Yields the steps of a session. Stops after the first one that differs. Throws a `RecordingError` for a fact that the machine cannot take.
 * `engine` is `compiledEngine` unless the caller gives another one.
 */
export function* replaySession(
  { header }: Pick<Recording, 'header'>,
  session: RecordedSession,
  engine: Engine = compiledEngine,
): Generator<ReplayedStep, void, undefined> {
  let snapshot: Snapshot | undefined;
  for (const [index, recorded] of session.steps.entries()) {
    const isLast = index === session.steps.length - 1;
    const commands: Command[] = [];
    try {
      snapshot =
        snapshot === undefined || recorded.fact === undefined
          ? engine.start({ attempts: Number(header.limits['attempts']) }, commands)
          : engine.step(snapshot, factOf(recorded), commands);
    } catch (error) {
      if (error instanceof RecordingError) throw error;
      yield { recorded, state: '', commands, differences: [`The machine throws: ${String(error)}.`] };
      return;
    }
    const state = stateNameOf(snapshot);
    const isComplete = !isLast || (session.closed !== undefined && !session.isCut);
    const differences = differencesOf(recorded, state, commands, isComplete);
    if (isLast && isComplete && snapshot.status !== 'done')
      differences.push(`The recorded session ended, and the machine is in '${state}'.`);
    yield { recorded, state, commands, differences };
    if (differences.length > 0) return;
  }
}

function factOf({ fact, place }: RecordedStep) {
  try {
    return restoreFact(fact as NonNullable<typeof fact>);
  } catch (error) {
    throw new RecordingError(`${place}: ${(error as Error).message}`);
  }
}

/** Of an incomplete step, later commands may be missing in the recording, and the state too. */
function differencesOf(
  recorded: RecordedStep,
  state: string,
  commands: readonly Command[],
  isComplete: boolean,
): string[] {
  const differences: string[] = [];
  const isStateKnown = isComplete || recorded.commands.length > 0;
  if (isStateKnown && recorded.state !== state)
    differences.push(`State: the recording has '${recorded.state}', and the machine '${state}'.`);
  const count = isComplete ? Math.max(recorded.commands.length, commands.length) : recorded.commands.length;
  for (let index = 0; index < count; index += 1) {
    const redacted = recorded.commands[index];
    const expected = redacted && canonical(restoreCommand(redacted));
    const given = commands[index] && canonical(commands[index]);
    if (expected !== given)
      differences.push(
        `Command ${index + 1}: the recording has ${expected ?? 'none'}, and the machine ${given ?? 'none'}.`,
      );
  }
  return differences;
}

/** The name of a state: the path to it. */
function stateNameOf({ value }: Snapshot): string {
  return typeof value === 'string' ? value : (Object.entries(value)[0]?.join('.') ?? '');
}

/** JSON with sorted fields. Values that are equal give the same text. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => {
    if (one === Number.POSITIVE_INFINITY) return 'Infinity';
    if (one instanceof Uint8Array) return `[binary, ${one.length}]`;
    if (typeof one !== 'object' || one === null || Array.isArray(one)) return one;
    return Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
