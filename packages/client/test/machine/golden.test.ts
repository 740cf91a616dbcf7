/** The golden table: every state × every fact, compared with docs/client-table.md (`vitest run packages/client/ -u`). */
import { type Command, clientMachine, type Fact, type StateName } from '@sallyport/client';
import { expect, it } from 'vitest';
import { ignoredFacts } from './ignored-facts.ts';
import { sampleFacts } from './sample-facts.ts';
import { nameOf, situated, step } from './steps.ts';

/** By the type: a state that is missing here does not compile. */
const states = Object.keys({
  'connecting.asking': true,
  'connecting.opening': true,
  'authenticating.awaitingVerdict': true,
  'authenticating.asking': true,
  'ready.steady': true,
  'ready.refreshing': true,
  'postponed.connected': true,
  'postponed.disconnected': true,
  waiting: true,
  signedOut: true,
  closing: true,
  closed: true,
} satisfies Record<StateName, true>) as StateName[];

interface Outcome {
  readonly to: StateName;
  readonly commands: readonly Command[];
}

/** States in which postponed credentials may wait to be sent again. */
const MAY_REPEAT: readonly StateName[] = ['connecting.opening', 'authenticating.awaitingVerdict', 'waiting'];

function outcome(state: StateName, fact: Fact, reconnects: boolean, isPostponed?: true): Outcome {
  const { snapshot, commands } = step(situated(state, reconnects, isPostponed), fact);
  return { to: nameOf(snapshot), commands };
}

/** Whether nothing changes. A command does not show a counter that is set to zero, so that step is an exception. */
const isIgnored = (state: StateName, name: string, { to, commands }: Outcome) =>
  to === state && commands.length === 0 && !(state.startsWith('ready') && name.startsWith('settling'));

function inWords(state: StateName, { to, commands }: Outcome): string {
  const said = commands.map(({ type, ...rest }) =>
    [type, 'timer' in rest ? rest.timer : '', 'reason' in rest ? rest.reason : '']
      .filter((word) => word !== '')
      .join(' '),
  );
  const where = to === state ? 'stays' : `goes to **${to}**`;
  return said.length > 0 ? `${where}: ${said.join(', ')}` : where;
}

function reasonIn(state: StateName, name: string): string {
  const ignored = ignoredFacts.find(({ states: there, facts }) => there.includes(state) && facts.test(name));
  if (!ignored) throw new Error(`${state} × ${name}: nothing happens, and ignored-facts.ts gives no reason`);
  return ignored.reason;
}

function rowsOf(state: StateName): string[] {
  return [...sampleFacts].flatMap(([name, variant]) => {
    const usual = outcome(state, variant(2), true);
    const once = outcome(state, variant(2), false);
    const cell = isIgnored(state, name, usual) ? reasonIn(state, name) : inWords(state, usual);
    const rows = [`| ${name} | ${cell} |`];
    if (once.to !== usual.to) rows.push(`| ${name}, without reconnecting | ${inWords(state, once)} |`);
    const again = MAY_REPEAT.includes(state) ? outcome(state, variant(2), true, true) : usual;
    if (again.to !== usual.to) rows.push(`| ${name}, after a postponement | ${inWords(state, again)} |`);
    return rows;
  });
}

it('the golden table of the client agrees with its machine', async () => {
  const table = [
    "# The client's side of a session, cell by cell",
    '',
    'Every state × every fact, generated from `packages/client/src/machine.ts`; do not edit. A row *without reconnecting*',
    'exists where `reconnect: false` leads to another state, and a row *after a postponement* where credentials that the server',
    'postponed do. `ignored`: the fact can occur, and has no effect. `cannot occur`: the session never reports the fact in this',
    'state. `packages/client/test/machine/ignored-facts.ts` has the reasons.',
    '',
    ...states.map((state) =>
      [`## ${state}`, '', '| fact | what follows |', '|---|---|', ...rowsOf(state), ''].join('\n'),
    ),
  ].join('\n');
  await expect(table).toMatchFileSnapshot('../../../../docs/client-table.md');
});

it('the golden table has every state of the machine', () => {
  expect(flatten(clientMachine.root as never).sort()).toEqual([...states].sort());
});

it('a fact has a reason to be ignored only where the machine ignores it', () => {
  for (const ignored of ignoredFacts) {
    const cells = states.flatMap((state) =>
      [...sampleFacts].filter(
        ([name, variant]) =>
          isIgnored(state, name, outcome(state, variant(2), true)) &&
          ignoredFacts.find((one) => one.states.includes(state) && one.facts.test(name)) === ignored,
      ),
    );
    expect(cells.length, ignored.reason).toBeGreaterThan(0);
  }
});

interface Node {
  readonly path: string[];
  readonly states: Record<string, Node>;
}

function flatten(node: Node): string[] {
  const children = Object.values(node.states);
  return children.length > 0 ? children.flatMap(flatten) : [node.path.join('.')];
}
