/** The golden table: every state × every fact, compared with docs/session-table.md (`pnpm test:golden` writes it). */
import { type Command, type Fact, type StateName, sessionMachine } from '@sallyport/core';
import { expect, it } from 'vitest';
import { transition } from 'xstate';
import { stateName, xstateEngine } from '../../src/engine.ts';
import { variants } from '../../src/testing/variants.ts';
import { silences } from './silences.ts';

/** Given away by the type: a state that is missing here does not compile. */
const states: Readonly<Record<StateName, { readonly user: string }>> = {
  'authenticating.awaitingCredentials': { user: '' },
  'authenticating.verifying': { user: '' },
  'established.steady': { user: 'admin' },
  'established.refreshing': { user: 'admin' },
  'established.draining': { user: 'admin' },
  closing: { user: 'admin' },
  closed: { user: 'admin' },
};

type Outcome = { readonly to: StateName; readonly commands: readonly Command[] };

function step(state: StateName, attemptsLeft: number, fact: Fact): Outcome {
  const [parent, child] = state.split('.') as [string, string?];
  const context = { attempt: 2, attemptsLeft, user: states[state].user };
  const snapshot = sessionMachine.resolveState({ value: child ? { [parent]: child } : parent, context });
  const commands: Command[] = [];
  const after = xstateEngine.step(snapshot, fact, commands);
  return { to: stateName(after), commands };
}

function inWords(state: StateName, { to, commands }: Outcome): string {
  const said = commands.map(({ type, ...rest }) => {
    const what = 'timer' in rest ? rest.timer : 'reason' in rest ? rest.reason : '';
    const answer =
      'answer' in rest ? Object.values(rest.answer).filter((one) => typeof one !== 'object') : [];
    return [type, what, ...answer].filter((word) => word !== '').join(' ');
  });
  return `${to === state ? 'stays' : `goes to **${to}**`}: ${said.join(', ')}`;
}

function silenceIn(state: StateName, name: string): string {
  const silence = silences.find(({ states, facts }) => states.includes(state) && facts.test(name));
  if (!silence) throw new Error(`${state} × ${name}: nothing happens, and silences.ts does not say why`);
  return `${silence.kind}: ${silence.why}`;
}

const isSilent = (state: StateName, { to, commands }: Outcome) => to === state && commands.length === 0;

function rowsOf(state: StateName): string[] {
  return [...variants].flatMap(([name, variant]) => {
    const usual = step(state, 3, variant(2));
    const last = step(state, 1, variant(2));
    const cell = isSilent(state, usual) ? silenceIn(state, name) : inWords(state, usual);
    const rows = [`| ${name} | ${cell} |`];
    // Where the last attempt differs in more than the number of those left, it is a row of its own.
    if (last.to !== usual.to) rows.push(`| ${name}, the last attempt | ${inWords(state, last)} |`);
    return rows;
  });
}

it('is what the machine does', async () => {
  const sections = (Object.keys(states) as StateName[]).map((state) =>
    [`## ${state}`, '', '| fact | what follows |', '|---|---|', ...rowsOf(state), ''].join('\n'),
  );
  const table = [
    '# The session, cell by cell',
    '',
    'Every state × every fact, generated from `packages/core/src/machine.ts`; do not edit. A row of the *last attempt*',
    'stands where it leads elsewhere. `ignored`: it can happen, and nothing follows from it. `cannot occur`: what carries',
    'for the machine never says it there (`packages/core/test/machine/silences.ts` has the reasons).',
    '',
    ...sections,
  ].join('\n');
  await expect(table).toMatchFileSnapshot('../../../../docs/session-table.md');
});

it('has a state of its own for every state of the machine', () => {
  const leaves = [...(sessionMachine.root.states ? flatten(sessionMachine.root) : [])];
  expect(leaves.sort()).toEqual(Object.keys(states).sort());
});

it('has a reason for silence only where there is silence', () => {
  for (const silence of silences) {
    const cells = (Object.keys(states) as StateName[]).flatMap((state) =>
      [...variants].filter(
        ([name, variant]) =>
          silence.states.includes(state) &&
          silence.facts.test(name) &&
          isSilent(state, step(state, 3, variant(2))) &&
          silences.find((one) => one.states.includes(state) && one.facts.test(name)) === silence,
      ),
    );
    expect(cells.length, silence.why).toBeGreaterThan(0);
  }
});

it('ends for good: a closed session takes no fact', () => {
  for (const [, variant] of variants) {
    const snapshot = sessionMachine.resolveState({
      value: 'closed',
      context: { attempt: 2, attemptsLeft: 3, user: '' },
    });
    expect(transition(sessionMachine, snapshot, variant(2))[1]).toEqual([]);
  }
});

function flatten(node: { path: string[]; states: Record<string, unknown> }): string[] {
  const children = Object.values(node.states) as (typeof node)[];
  return children.length > 0 ? children.flatMap(flatten) : [node.path.join('.')];
}
