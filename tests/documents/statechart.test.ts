/** The command in docs/statechart.md that exports the session machine as JSON. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

interface Transition {
  readonly target?: readonly string[];
  readonly guard?: string;
  readonly actions: readonly unknown[];
}
interface State {
  readonly id: string;
  readonly states: Readonly<Record<string, State>>;
  readonly on: Readonly<Record<string, readonly Transition[]>>;
}

const root = new URL('../..', import.meta.url);

/** Runs the script of the document, with another machine if one is given. */
function exported(replace: (script: string) => string = (script) => script): State {
  const page = readFileSync(new URL('docs/statechart.md', root), 'utf8');
  const script = /node --input-type=module -e "\n([^"]*)"/.exec(page)?.[1] ?? '';
  const args = ['--input-type=module', '-e', replace(script)];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' })) as State;
}

const statesOf = (state: State): State[] => [state, ...Object.values(state.states).flatMap(statesOf)];

it.each([
  ['session', exported],
  [
    'client',
    () =>
      exported((script) => script.replace(/sessionMachine/g, 'clientMachine').replace('/core/', '/client/')),
  ],
])(
  'the exported JSON of the %s machine has every target, and the name of every guard',
  (_, exportMachine) => {
    const states = statesOf(exportMachine());
    const ids = states.map(({ id }) => `#${id}`);
    const lists = states.flatMap(({ id, on }) =>
      Object.entries(on).map(([event, list]) => [`${id} × ${event}`, list] as const),
    );
    expect(lists.length).toBeGreaterThan(20);
    for (const [cell, list] of lists) {
      for (const { target = [] } of list) expect(ids, cell).toEqual(expect.arrayContaining([...target]));
      // Of several transitions only the last one may have no guard: those after it could never be taken.
      for (const { guard } of list.slice(0, -1)) expect(guard, cell).toEqual(expect.any(String));
    }
    const guards = lists.flatMap(([, list]) => list.flatMap(({ guard }) => guard ?? []));
    expect(guards).toContainEqual(expect.stringMatching(/^and\(\w+, \w+\)$/));
  },
);
