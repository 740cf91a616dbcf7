/**
 * The model: XState's own graph of the very machine that runs, as paths that anything can be driven along.
 *
 * A path is a shortest way to one step of the machine: a situation, and a fact that does something there. All of them
 * together take every transition. Further paths end with a late verdict, which does nothing. Proven by: test/machine/model.test.ts.
 */
import type { SnapshotFrom } from 'xstate';
import { createTestModel } from 'xstate/graph';
import type { Command } from '../machine/commands.ts';
import { stateName, xstateEngine } from '../machine/engine.ts';
import type { Fact } from '../machine/facts.ts';
import { sessionMachine } from '../machine/machine.ts';
import { withLateVerdicts } from './late-verdicts.ts';
import type { Path, Step } from './path.ts';
import { sampleFacts } from './sample-facts.ts';

/** Enough for a refusal that is not the last, and small enough to go everywhere. */
const MODEL_ATTEMPTS = 2;

type Snapshot = SnapshotFrom<typeof sessionMachine>;

/** What tells one situation from another. */
export const situation = ({ value, context }: Snapshot) => JSON.stringify([value, ...Object.values(context)]);

/** The facts that do something here; that the others do nothing is for the golden table to say. */
export const effectiveFacts = (snapshot: Snapshot): Fact[] =>
  [...sampleFacts.values()]
    .map((variant) => variant(snapshot.context.attempt))
    .filter((fact) => snapshot.can(fact));

/** Attempts are numbered without end; three are enough for a refresh to be refused for good. */
export const stopWhen = (snapshot: unknown) => (snapshot as Snapshot).context.attempt > 3;

export const modelInput = { attempts: MODEL_ATTEMPTS };

/** A shortest way to every step that the machine can take, and to every kind of late verdict. */
export function modelPaths(): readonly Path[] {
  // An edge, not only a place, is what a path has to lead to.
  const model = createTestModel(sessionMachine, {
    events: effectiveFacts as never,
    serializeState: (snapshot, event, before) =>
      `${situation(snapshot as Snapshot)} by ${JSON.stringify(event)} from ${before ? situation(before as Snapshot) : ''}`,
  });
  const shortest = model.getShortestPaths({ input: modelInput, stopWhen } as never).map(({ steps }) => {
    // XState's first step is its own, and no fact.
    const facts = steps.slice(1).map(({ event }) => event as Fact);
    return { name: pathName(facts), facts };
  });
  return [...shortest, ...withLateVerdicts(shortest, stepsOf, pathName)];
}

/** What the machine does with these facts, one by one: what whoever is driven along them has to do too. */
export function stepsOf(facts: readonly Fact[], attempts = MODEL_ATTEMPTS): readonly Step[] {
  let snapshot = xstateEngine.start({ attempts }, []);
  return facts.map((fact) => {
    const from = stateName(snapshot);
    const commands: Command[] = [];
    snapshot = xstateEngine.step(snapshot, fact, commands);
    return { from, fact, to: stateName(snapshot), commands };
  });
}

export function pathName(facts: readonly Fact[]): string {
  return facts.map(factName).join(' → ') || 'the opening';
}

/** The fact's type, the user if that is not `admin`, and whether the identity has expired. */
function factName(fact: Fact): string {
  if (!('identity' in fact)) return fact.type;
  const { user, expiresInMs } = fact.identity;
  if (user !== 'admin') return `${fact.type} (${user})`;
  return expiresInMs > 0 ? fact.type : `${fact.type} (expired)`;
}
