/**
 * The model: XState's graph of the machine that runs, as paths for tests.
 *
 * Each path is a shortest way to one step of the machine: a situation, and a fact with an effect there. Together they take every
 * transition. Further paths end with a late verdict, which has no effect. Proven by: test/machine/model.test.ts.
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

/** Enough for a refusal that is not the last, and few enough to explore every situation. */
const MODEL_ATTEMPTS = 2;

type Snapshot = SnapshotFrom<typeof sessionMachine>;

/** The identity of a situation: equal texts mean equal situations. */
export const situation = ({ value, context }: Snapshot) => JSON.stringify([value, ...Object.values(context)]);

/** The facts with an effect here. The golden table covers the others. */
export const effectiveFacts = (snapshot: Snapshot): Fact[] =>
  [...sampleFacts.values()]
    .map((variant) => variant(snapshot.context.attempt))
    .filter((fact) => snapshot.can(fact));

/** Bounds the numbers of attempts. Three are enough for the last refusal of a refresh. */
export const stopWhen = (snapshot: unknown) => (snapshot as Snapshot).context.attempt > 3;

export const modelInput = { attempts: MODEL_ATTEMPTS };

/** A shortest path to every step of the machine, and to every kind of late verdict. */
export function modelPaths(): readonly Path[] {
  // Paths must lead to every transition, not only to every state.
  const model = createTestModel(sessionMachine, {
    events: effectiveFacts as never,
    serializeState: (snapshot, event, before) =>
      `${situation(snapshot as Snapshot)} by ${JSON.stringify(event)} from ${before ? situation(before as Snapshot) : ''}`,
  });
  const shortest = model.getShortestPaths({ input: modelInput, stopWhen } as never).map(({ steps }) => {
    // The first step is XState's own, without a fact.
    const facts = steps.slice(1).map(({ event }) => event as Fact);
    return { name: pathName(facts), facts };
  });
  return [...shortest, ...withLateVerdicts(shortest, stepsOf, pathName)];
}

/** The steps that the machine takes for these facts. An implementation under test must take the same steps. */
export function stepsOf(facts: readonly Fact[], attempts = MODEL_ATTEMPTS): readonly Step[] {
  let snapshot = xstateEngine.start({ attempts }, []);
  return facts.map((fact) => {
    const from = stateName(snapshot);
    const commands: Command[] = [];
    snapshot = xstateEngine.step(snapshot, fact, commands);
    return { from, fact, to: stateName(snapshot), commands };
  });
}

/** The name of a path: the types of its facts, with their variants. */
export function pathName(facts: readonly Fact[]): string {
  return facts.map(factName).join(' → ') || 'the opening';
}

/** The fact's type, whether it is about a channel, the user if that is not `admin`, and whether the identity has expired. */
function factName(fact: Fact): string {
  if ('operation' in fact) return `${fact.type} (channel)`;
  if (!('identity' in fact)) return fact.type;
  const { user, expiresInMs } = fact.identity;
  if (user !== 'admin') return `${fact.type} (${user})`;
  return expiresInMs > 0 ? fact.type : `${fact.type} (expired)`;
}
