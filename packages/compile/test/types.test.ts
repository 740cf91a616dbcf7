/** The types that are inferred from a machine. The type check of the tests proves them, not the run. */
import { describe, expect, expectTypeOf, it } from 'vitest';
import { assign, createMachine, emit, setup } from 'xstate';
import { type CompiledMachine, compile, type Snapshot } from '../src/index.ts';

const machine = setup({
  types: {
    input: {} as { readonly attempts: number },
    context: {} as { readonly left: number },
    events: {} as { type: 'tried'; text: string } | { type: 'left' },
    emitted: {} as { type: 'answer'; text: string } | { type: 'close' },
    tags: {} as 'open' | 'deferring',
    output: {} as { readonly left: number },
  },
  guards: { isLast: ({ context }) => context.left === 1 },
  actions: {
    answer: emit((_, { text }: { text: string }) => ({ type: 'answer', text })),
    count: assign({ left: ({ context }) => context.left - 1 }),
  },
}).createMachine({
  context: ({ input }) => ({ left: input.attempts }),
  initial: 'open',
  states: {
    open: { tags: 'open', initial: 'idle', states: { idle: { on: { tried: { actions: 'count' } } } } },
    closed: { type: 'final' },
  },
  output: ({ context }) => ({ left: context.left }),
});

describe('the types of a compiled machine', () => {
  const table = compile(machine);
  type Machine = typeof machine;

  it('the functions have the types of the machine', () => {
    expectTypeOf(table).toEqualTypeOf<CompiledMachine<Machine>>();
    expectTypeOf(table.start).parameter(0).toEqualTypeOf<{ readonly attempts: number }>();
    type Emitted = { type: 'answer'; text: string } | { type: 'close' };
    expectTypeOf(table.start).parameter(1).toEqualTypeOf<Emitted[]>();
    expectTypeOf(table.step).parameter(1).toEqualTypeOf<{ type: 'tried'; text: string } | { type: 'left' }>();
    expectTypeOf(table.step).parameter(2).toEqualTypeOf<Emitted[]>();
    expectTypeOf(table.step).returns.toEqualTypeOf<Snapshot<Machine>>();
  });

  it('the snapshots have the types of the machine', () => {
    expectTypeOf<Snapshot<Machine>['context']>().toEqualTypeOf<{ readonly left: number }>();
    expectTypeOf<Snapshot<Machine>['value']>().toEqualTypeOf<'closed' | { open: 'idle' }>();
    expectTypeOf<Snapshot<Machine>['status']>().toEqualTypeOf<'active' | 'done'>();
    expectTypeOf<Snapshot<Machine>['output']>().toEqualTypeOf<{ readonly left: number } | undefined>();
    expectTypeOf<Snapshot<Machine>['hasTag']>().parameter(0).toEqualTypeOf<'open' | 'deferring'>();
  });

  it('an event, a tag, a state and an assignment that the machine does not have are type errors', () => {
    const snapshot = table.start({ attempts: 1 }, []);
    // @ts-expect-error no such event
    table.step(snapshot, { type: 'unknown' }, []);
    // @ts-expect-error no such tag
    snapshot.hasTag('shut');
    // @ts-expect-error no such state
    snapshot.matches('ajar');
    // @ts-expect-error immutable
    expect(() => (snapshot.status = 'done')).toThrow(TypeError);
  });

  it('types are inferred after provide(), and without setup()', () => {
    const provided = compile(machine.provide({ guards: { isLast: () => false } }));
    expectTypeOf(provided.step)
      .parameter(1)
      .toEqualTypeOf<{ type: 'tried'; text: string } | { type: 'left' }>();
    const bare = compile(createMachine({ context: { n: 1 } }));
    expectTypeOf(bare.start(undefined, []).context).toEqualTypeOf<{ n: number }>();
  });
});
