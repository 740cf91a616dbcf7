/**
 * Writes a recorded session as a test for Vitest. It holds the facts, states and commands that were recorded, and steps the session machine of
 * `@sallyport/core` through them.
 *
 * All text from the recording stands in quotes. Proven by: test/write-story.test.ts, which runs what this file writes.
 */
import type { RecordedSession, RecordedStep, Recording } from './read-recording.ts';
import { RecordingError } from './recording-error.ts';
import { restoreCommand, restoreFact } from './restore.ts';

/** Returns the source of a TypeScript module with one test for each session. `name` is the name of the recording, for the titles. */
export function writeStory(
  { header }: Pick<Recording, 'header'>,
  sessions: readonly RecordedSession[],
  name: string,
): string {
  return [
    '/** What the session machine did, fact by fact. Written by `sallyport replay --as-test`. */',
    "import { type Command, compiledEngine, type Fact } from '@sallyport/core';",
    "import { expect, it } from 'vitest';",
    '',
    'interface Step {',
    '  readonly atMs: number;',
    '  /** Undefined for the start. */',
    '  readonly fact?: object;',
    '  readonly state: string | object;',
    '  readonly commands: readonly object[];',
    '}',
    '',
    'function expectSteps(attempts: number, steps: readonly Step[]): void {',
    '  let snapshot = compiledEngine.start({ attempts }, []);',
    '  for (const { atMs, fact, state, commands } of steps) {',
    '    const given: Command[] = [];',
    '    snapshot = fact',
    '      ? compiledEngine.step(snapshot, fact as Fact, given)',
    '      : compiledEngine.start({ attempts }, given);',
    '    const what = fact ? (fact as Fact).type : "the start";',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the written source has the template
    '    expect({ state: snapshot.value, commands: given }, `${what} after ${atMs} ms`).toEqual({ state, commands });',
    '  }',
    '}',
    '',
    ...sessions.flatMap((session) => storyOf(session, Number(header.limits['attempts']), name)),
  ].join('\n');
}

function storyOf(session: RecordedSession, attempts: number, name: string): string[] {
  const { id, steps, closed, isCut } = session;
  const startMs = steps[0]?.t ?? 0;
  // Commands of the last step may be missing.
  const complete = closed && !isCut ? steps : steps.slice(0, -1);
  const title = `session ${id} of ${name}: the machine takes the recorded steps`;
  return [
    `it(${quoted(title)}, () => {`,
    `  expectSteps(${attempts}, [`,
    ...complete.flatMap((step) => linesOf(step, startMs)),
    '  ]);',
    '});',
    '',
  ];
}

function linesOf({ t, fact, state, commands, place }: RecordedStep, startMs: number): string[] {
  return [
    '    {',
    `      atMs: ${t - startMs},`,
    ...(fact ? [`      fact: ${printed(restoredFact(fact, place))},`] : []),
    `      state: ${printed(stateValueOf(state))},`,
    commands.length === 0 ? '      commands: [],' : '      commands: [',
    ...commands.map((command) => `        ${printed(restoreCommand(command))},`),
    ...(commands.length === 0 ? [] : ['      ],']),
    '    },',
  ];
}

function restoredFact(fact: NonNullable<RecordedStep['fact']>, place: string) {
  try {
    return restoreFact(fact);
  } catch (error) {
    throw new RecordingError(`${place}: ${(error as Error).message}`);
  }
}

/** The state as XState writes it: the path `a.b` as `{ a: 'b' }`. */
function stateValueOf(path: string): string | object {
  const [parent = '', child] = path.split('.');
  return child === undefined ? parent : { [parent]: child };
}

/** A value as TypeScript. */
function printed(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (value === Number.POSITIVE_INFINITY) return 'Number.POSITIVE_INFINITY';
  if (value instanceof Uint8Array) return `new Uint8Array(${value.length})`;
  if (Array.isArray(value)) return `[${value.map(printed).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const fields = Object.entries(value).filter(([, one]) => one !== undefined);
  return `{ ${fields.map(([name, one]) => `${keyOf(name)}: ${printed(one)}`).join(', ')} }`;
}

function keyOf(name: string): string {
  return /^[a-z_$][\w$]*$/i.test(name) && name !== '__proto__' ? name : `[${quoted(name)}]`;
}

/** A text in single quotes. Everything outside of printable ASCII is escaped. */
function quoted(text: string): string {
  let escaped = '';
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] as string;
    if (character === "'" || character === '\\') escaped += `\\${character}`;
    else if (character >= ' ' && character <= '~') escaped += character;
    else escaped += `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`;
  }
  return `'${escaped}'`;
}
