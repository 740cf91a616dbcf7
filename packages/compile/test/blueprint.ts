/**
 * Random machines as plain data, so that fast-check can shrink and print them. `materialise.ts` makes machines of them.
 *
 * They cover the whole subset and nothing else. If you add something to the subset, add it here first.
 */
import fc from 'fast-check';

/** How an action or a guard is written: in place, by name, by name with parameters, by name with computed parameters. */
const manners = ['inline', 'named', 'given', 'computed'] as const;

export interface ActionBlueprint {
  kind: 'emit' | 'assign' | 'raise';
  form: 'value' | 'expression';
  manner: (typeof manners)[number];
  n: number;
}

export type GuardBlueprint =
  | { kind: 'test'; manner: (typeof manners)[number] | 'alias'; n: number }
  | { kind: 'and' | 'or'; guards: GuardBlueprint[] }
  | { kind: 'not'; guard: GuardBlueprint }
  | { kind: 'in'; state: number; form: 'id' | 'value' | 'key' };

export interface TransitionBlueprint {
  /** The number of a state, modulo the number of states. `null` for a targetless transition. */
  target: number | null;
  reenter: boolean;
  guard: GuardBlueprint | null;
  actions: ActionBlueprint[];
}

export interface StateBlueprint {
  isFinal: boolean;
  tags: string[];
  entry: ActionBlueprint[];
  exit: ActionBlueprint[];
  on: { descriptor: string; candidates: TransitionBlueprint[] | 'undefined' | 'empty' }[];
  always: TransitionBlueprint[];
  onDone: TransitionBlueprint[];
  output: 'none' | 'value' | 'expression';
  hasOwnId: boolean;
  initial: { child: number; actions: ActionBlueprint[] };
  children: StateBlueprint[];
}

export interface MachineBlueprint {
  root: StateBlueprint;
  /** `empty` and `returnsNothing` are what XState takes for `{}`. */
  context: 'factory' | 'value' | 'empty' | 'returnsNothing';
  isProvided: boolean;
}

export interface EventBlueprint {
  /** Rarely another value than a string, as a caller without types may send. */
  type: unknown;
  by: number;
}

const descriptors = ['a', 'a', 'a.b', 'a.b', 'a.b.c', 'b', 'b', 'x', 'a.*', 'a.b.*', '*', 'xstate.*'];
const eventTypes = ['a', 'a', 'a.b', 'a.b', 'a.b.c', 'a.c', 'b', 'b', 'x', 'ab', 'unknown', 'a.*', ''];
const malformedTypes = [undefined, null, 5, true, ['a']];

const few = <T>(arbitrary: fc.Arbitrary<T>, maxLength: number, weight = 2) =>
  fc.oneof(
    { weight, arbitrary: fc.constant<T[]>([]) },
    { weight: 3, arbitrary: fc.array(arbitrary, { minLength: 1, maxLength }) },
  );

const n = fc.nat({ max: 13 });

const action: fc.Arbitrary<ActionBlueprint> = fc.record({
  kind: fc.oneof(
    { weight: 8, arbitrary: fc.constant('emit' as const) },
    { weight: 8, arbitrary: fc.constant('assign' as const) },
    // Raised events soon raise each other, and then a step does not end.
    { weight: 1, arbitrary: fc.constant('raise' as const) },
  ),
  form: fc.constantFrom('value', 'expression'),
  manner: fc.constantFrom(...manners),
  n,
});
const actions = few(action, 2);

const simpleGuard: fc.Arbitrary<GuardBlueprint> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('test'), manner: fc.constantFrom(...manners, 'alias'), n }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('in'),
      state: fc.nat({ max: 20 }),
      form: fc.constantFrom('id', 'value', 'key'),
    }),
  },
);
const guardOf = (part: fc.Arbitrary<GuardBlueprint>): fc.Arbitrary<GuardBlueprint> =>
  fc.oneof(
    { weight: 5, arbitrary: part },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constantFrom('and', 'or'),
        guards: fc.array(part, { maxLength: 3 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('not'), guard: part }) },
  );
const guard = fc.option(guardOf(guardOf(simpleGuard)), { freq: 1 });
const always = guardOf(simpleGuard);

const transitionWith = (guarded: fc.Arbitrary<GuardBlueprint | null>): fc.Arbitrary<TransitionBlueprint> =>
  fc.record({
    target: fc.option(fc.nat({ max: 20 }), { freq: 3 }),
    reenter: fc.boolean(),
    guard: guarded,
    actions,
  });
const transition = transitionWith(guard);

const candidates = fc.oneof(
  { weight: 12, arbitrary: fc.array(transition, { minLength: 1, maxLength: 2 }) },
  { weight: 1, arbitrary: fc.constantFrom('undefined' as const, 'empty' as const) },
);

const stateWith = (children: fc.Arbitrary<StateBlueprint[]>): fc.Arbitrary<StateBlueprint> =>
  fc.record({
    isFinal: fc.nat({ max: 4 }).map((one) => one === 0),
    tags: fc.subarray(['red', 'green'], { maxLength: 1 }),
    entry: actions,
    exit: actions,
    on: few(fc.record({ descriptor: fc.constantFrom(...descriptors), candidates }), 5, 1),
    // Eventless transitions without a guard soon loop. The few that are generated prove the limit.
    always: few(transitionWith(fc.oneof({ weight: 19, arbitrary: always }, fc.constant(null))), 2, 20),
    onDone: few(transition, 2, 6),
    output: fc.constantFrom('none', 'value', 'expression'),
    hasOwnId: fc.nat({ max: 4 }).map((one) => one === 0),
    initial: fc.record({ child: fc.nat({ max: 3 }), actions }),
    children,
  });

const stateOf = (depth: number): fc.Arbitrary<StateBlueprint> => {
  const leaf = stateWith(fc.constant([]));
  if (depth === 0) return leaf;
  const compound = stateWith(fc.array(stateOf(depth - 1), { minLength: 1, maxLength: 3 }));
  return fc.oneof({ weight: 3, arbitrary: leaf }, { weight: 2, arbitrary: compound });
};

/** Up to four levels of states below the root. */
export const machineBlueprint: fc.Arbitrary<MachineBlueprint> = fc.record({
  root: fc.oneof(
    { weight: 40, arbitrary: stateWith(fc.array(stateOf(3), { minLength: 1, maxLength: 4 })) },
    { weight: 1, arbitrary: stateWith(fc.constant([])) },
  ),
  context: fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom('factory' as const, 'value' as const) },
    { weight: 1, arbitrary: fc.constantFrom('empty' as const, 'returnsNothing' as const) },
  ),
  isProvided: fc.boolean(),
});

export const eventBlueprint: fc.Arbitrary<EventBlueprint> = fc.record({
  type: fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom<unknown>(...eventTypes) },
    { weight: 1, arbitrary: fc.constantFrom<unknown>(...malformedTypes) },
  ),
  by: fc.nat({ max: 6 }),
});
