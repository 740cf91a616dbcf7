/** The golden table: what the machine does in every state for every fact, and where it does nothing, the reason. */
import { transition } from 'xstate';
import type { Command } from '../../src/machine/commands.ts';
import { stateName } from '../../src/machine/engine.ts';
import type { Fact } from '../../src/machine/facts.ts';
import { type ChannelContext, channelMachine, type StateName } from '../../src/machine/machine.ts';
import { ignoredFacts } from './ignored-facts.ts';
import { positionAt, sampleFacts } from './sample-facts.ts';

const usual: ChannelContext = {
  attempt: 2,
  failures: 0,
  position: positionAt(3),
  expected: undefined,
  latest: undefined,
  hasDropped: false,
  isWanted: true,
};

/** The contexts of each state for which the table has rows. A missing state does not compile. */
const contexts: Readonly<Record<StateName, Readonly<Record<string, ChannelContext>>>> = {
  following: { '': { ...usual, position: undefined } },
  live: {
    '': usual,
    'a publication is expected': { ...usual, expected: positionAt(4) },
    'two publications are expected': { ...usual, expected: positionAt(4), latest: positionAt(5) },
    'no subscriber': { ...usual, isWanted: false },
  },
  repairing: {
    '': usual,
    'publications were dropped': { ...usual, hasDropped: true },
  },
  retrying: {
    '': { ...usual, failures: 1 },
    'never followed': { ...usual, position: undefined, failures: 1 },
  },
  interrupted: { '': usual, 'never followed': { ...usual, position: undefined } },
  unfollowing: {
    '': { ...usual, position: undefined, isWanted: false },
    'a joiner came': { ...usual, position: undefined },
  },
  closed: { '': usual },
};

export const stateNames = Object.keys(contexts) as readonly StateName[];

interface Outcome {
  readonly to: StateName;
  readonly commands: readonly Command[];
  readonly context: ChannelContext;
}

function outcomeOf(state: StateName, context: ChannelContext, fact: Fact): Outcome {
  const before = channelMachine.resolveState({ value: state, context });
  const [after, actions] = transition(channelMachine, before, fact);
  const commands = (actions as unknown as { params: { event: Command } }[]).map(({ params }) => params.event);
  return { to: stateName(after), commands, context: after.context };
}

function isIgnored(state: StateName, before: ChannelContext, { to, commands, context }: Outcome): boolean {
  return to === state && commands.length === 0 && JSON.stringify(context) === JSON.stringify(before);
}

export interface Row {
  readonly state: StateName;
  readonly name: string;
  readonly cell: string;
  readonly isIgnored: boolean;
}

/** The whole table. A special context has rows only where it leads to something else than the usual one. */
export function goldenTable(): readonly Row[] {
  return stateNames.flatMap((state) =>
    [...sampleFacts].flatMap(([name, variant]) => {
      const rows = Object.entries(contexts[state]).map(([what, context]) => {
        const outcome = outcomeOf(state, context, variant(context));
        const nothing = isIgnored(state, context, outcome);
        const cell = nothing ? whyIgnored(state, name) : describe(state, context, outcome);
        return { state, name: what ? `${name}; ${what}` : name, cell, isIgnored: nothing };
      });
      return rows.filter(
        ({ cell }, index) => index === 0 || withoutChanges(cell) !== withoutChanges(rows[0]?.cell),
      );
    }),
  );
}

/** Other changes of what the channel remembers are worth no row of their own. */
const withoutChanges = (cell: string | undefined) => cell?.replace(/ \(changes .*\)$/, '');

function describe(state: StateName, before: ChannelContext, { to, commands, context }: Outcome): string {
  const words = commands.map(({ type, ...rest }) => {
    const what = 'timer' in rest ? ` ${rest.timer}` : '';
    const count = 'publications' in rest ? ` ${rest.publications.length}` : '';
    return `${type}${what}${count}`;
  });
  const remembered = Object.entries(context)
    .filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(before[key as keyof ChannelContext]))
    .map(([key]) => key);
  const changes = remembered.length > 0 ? ` (changes ${remembered.join(', ')})` : '';
  return `${to === state ? 'stays' : `goes to **${to}**`}: ${words.join(', ')}${changes}`;
}

export function whyIgnored(state: StateName, name: string): string {
  const silence = ignoredFacts.find(({ states, facts }) => states.includes(state) && facts.test(name));
  if (!silence) throw new Error(`${state} × ${name}: nothing happens, and ignored-facts.ts gives no reason`);
  return `${silence.kind}: ${silence.why}`;
}

/** The entry that gives the reason, by name. For the test that every reason is used. */
export const reasonsUsed = (): ReadonlySet<string> =>
  new Set(
    goldenTable()
      .filter((row) => row.isIgnored)
      .map(({ cell }) => cell),
  );
