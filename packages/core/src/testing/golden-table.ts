/**
 * The golden table: what the machine does in every state for every fact, and where it does nothing, the reason.
 *
 * Tests write it to docs/session-table.md. `pnpm test:model` prints it with the coverage of each cell.
 */
import type { Command } from '../machine/commands.ts';
import { stateName, xstateEngine } from '../machine/engine.ts';
import type { Fact } from '../machine/facts.ts';
import { type StateName, sessionMachine } from '../machine/machine.ts';
import { ignoredFacts } from './ignored-facts.ts';
import { sampleFacts } from './sample-facts.ts';

/** The user in each state. A missing state does not compile. */
const users: Readonly<Record<StateName, string>> = {
  'authenticating.awaitingCredentials': '',
  'authenticating.verifying': '',
  'established.steady': 'admin',
  'established.refreshing': 'admin',
  'established.draining': 'admin',
  closing: 'admin',
  closed: 'admin',
};

export const stateNames = Object.keys(users) as readonly StateName[];

export interface Outcome {
  readonly to: StateName;
  readonly commands: readonly Command[];
}

export interface Row {
  readonly state: StateName;
  /** The name of the fact, and of its variant. */
  readonly name: string;
  readonly fact: Fact;
  /** Whether this row is for the last attempt, where that leads to another state. */
  readonly isLastAttempt: boolean;
  /** What the machine does, or why it does nothing. */
  readonly cell: string;
  readonly isIgnored: boolean;
  readonly to: StateName;
}

/** What the machine does in this state with `attemptsLeft`, while the second attempt runs. */
export function outcomeOf(state: StateName, attemptsLeft: number, fact: Fact): Outcome {
  const [parent, child] = state.split('.') as [string, string?];
  const context = { attempt: 2, attemptsLeft, user: users[state] };
  const snapshot = sessionMachine.resolveState({ value: child ? { [parent]: child } : parent, context });
  const commands: Command[] = [];
  const after = xstateEngine.step(snapshot, fact, commands);
  return { to: stateName(after), commands };
}

export const isIgnored = (state: StateName, { to, commands }: Outcome) =>
  to === state && commands.length === 0;

/** The whole table, state by state. */
export function goldenTable(): readonly Row[] {
  return stateNames.flatMap((state) =>
    [...sampleFacts].flatMap(([name, variant]) => rowsOf(state, name, variant(2))),
  );
}

function rowsOf(state: StateName, name: string, fact: Fact): Row[] {
  const usual = outcomeOf(state, 3, fact);
  const last = outcomeOf(state, 1, fact);
  const ignored = isIgnored(state, usual);
  const cell = ignored ? whyIgnored(state, name) : describeOutcome(state, usual);
  const row = { state, name, fact, isLastAttempt: false, cell, isIgnored: ignored, to: usual.to };
  // The last attempt has a row of its own where it leads to another state.
  if (last.to === usual.to) return [row];
  const name2 = `${name}, the last attempt`;
  return [
    row,
    {
      ...row,
      name: name2,
      isLastAttempt: true,
      cell: describeOutcome(state, last),
      isIgnored: false,
      to: last.to,
    },
  ];
}

function describeOutcome(state: StateName, { to, commands }: Outcome): string {
  const words = commands.map(({ type, ...rest }) => {
    const what = 'timer' in rest ? rest.timer : 'reason' in rest ? rest.reason : '';
    const answer = 'answer' in rest ? wordsOf(rest.answer) : [];
    return [type, what, ...answer].filter((word) => word !== '').join(' ');
  });
  return `${to === state ? 'stays' : `goes to **${to}**`}: ${words.join(', ')}`;
}

/** The values of an answer that are not objects, and the code of an error. */
function wordsOf(answer: object): unknown[] {
  const values = Object.values(answer).map((one) => (one as { code?: unknown } | undefined)?.code ?? one);
  return values.filter((one) => typeof one !== 'object');
}

export function whyIgnored(state: StateName, name: string): string {
  const silence = ignoredFacts.find(({ states, facts }) => states.includes(state) && facts.test(name));
  if (!silence) throw new Error(`${state} × ${name}: nothing happens, and ignored-facts.ts gives no reason`);
  return `${silence.kind}: ${silence.why}`;
}
