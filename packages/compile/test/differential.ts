/**
 * The differential test for one version of XState: random machines and events, in the table and in `transition()`.
 *
 * `COMPILE_RUNS` sets the number of cases (one machine, one run of events); `.ci/run` asks for 10 000. `COMPILE_SEED` repeats a run. Each run prints its seed.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { eventBlueprint, machineBlueprint } from './blueprint.ts';
import { materialise } from './materialise.ts';
import { compareMachine, emptyTally } from './run-cases.ts';
import type { Library } from './tracing-functions.ts';

const { COMPILE_RUNS = '2500', COMPILE_SEED } = process.env;
const cases = Number(COMPILE_RUNS);
const seed = COMPILE_SEED === undefined ? Date.now() % 2 ** 31 : Number(COMPILE_SEED);
const scriptsPerMachine = 8;

const scripts = fc.array(
  fc.record({
    input: fc.nat({ max: 6 }),
    events: fc.array(eventBlueprint, { minLength: 4, maxLength: 8, size: 'max' }),
  }),
  { minLength: scriptsPerMachine, maxLength: scriptsPerMachine },
);

export function differentialTest(
  name: string,
  library: Library,
  { isBounded }: { isBounded: boolean },
): void {
  it(`the table does what ${name} does, in ${cases} random cases (COMPILE_SEED=${seed})`, {
    timeout: 60_000 + cases * 10,
  }, () => {
    const tally = emptyTally();
    fc.assert(
      fc.property(machineBlueprint, scripts, (blueprint, runs) => {
        compareMachine(library, materialise(library, blueprint), runs, isBounded, tally);
      }),
      { seed, numRuns: Math.ceil(cases / scriptsPerMachine) },
    );
    console.log(`${name}, COMPILE_SEED=${seed}:`, JSON.stringify(tally));
    // Random machines that do nothing would agree trivially.
    expect(tally.cases).toBeGreaterThan(cases / 2);
    expect(tally.changed).toBeGreaterThan(tally.steps / 5);
    expect(tally.emitted).toBeGreaterThan(tally.steps / 2);
    expect(tally.announced).toBeGreaterThan(tally.steps / 1000);
    expect(tally.untyped).toBeGreaterThan(tally.steps / 1000);
  });
}
