/** What a compiled machine does on purpose otherwise than `transition()`, and what it does when something throws. */
import { describe, expect, it } from 'vitest';
import { assign, createMachine, emit, initialTransition, raise, transition } from 'xstate';
import { compile } from '../src/index.ts';

describe('on purpose otherwise than transition()', () => {
  it('nothing happens after the end, as in an actor', () => {
    const machine = createMachine({
      initial: 'over',
      on: { e: { actions: emit({ type: 'said' }) } },
      states: { over: { type: 'final' } },
    });
    const [snapshot] = initialTransition(machine);
    expect(transition(machine, snapshot, { type: 'e' })[1]).toHaveLength(1);
    const emitted: { type: string }[] = [];
    const table = compile(machine);
    const done = table.start(undefined, emitted);
    expect(table.step(done, { type: 'e' }, emitted)).toBe(done);
    expect(emitted).toEqual([]);
  });

  it('a start that throws, throws', () => {
    const failing = assign(() => {
      throw new Error('no');
    });
    const machine = createMachine({ entry: [emit({ type: 'said' }), failing] } as never);
    expect(initialTransition(machine)[0]).toMatchObject({ status: 'error' });
    const emitted: { type: string }[] = [{ type: 'before' }];
    expect(() => compile(machine).start(undefined, emitted)).toThrow(new Error('no'));
    expect(emitted).toEqual([{ type: 'before' }]);
  });

  it.each([
    ['eventless transitions', { initial: 'a', states: { a: { always: 'b' }, b: { always: 'a' } } }],
    ['raised events', { entry: raise({ type: 'e' }), on: { e: { actions: raise({ type: 'e' }) } } }],
  ])('an endless loop of %s ends in an error that names the state, set or not', (_, config) => {
    const unbounded = compile(createMachine(config as never));
    expect(() => unbounded.start(undefined, [])).toThrow(
      /^Endless loop in state '.*': more than 100000 microsteps/,
    );
    const bounded = compile(createMachine({ ...config, options: { maxIterations: 5 } } as never));
    expect(() => bounded.start(undefined, [])).toThrow(/more than 5 microsteps/);
  });

  it.each(['self', 'system', 'spawn'])("'%s' is refused where it is read", (property) => {
    const read = (args: object) => ({ type: 'said', read: (args as Record<string, unknown>)[property] });
    const machine = createMachine({ on: { e: { actions: emit(read as never) } } });
    const table = compile(machine);
    expect(() => table.step(table.start(undefined, []), { type: 'e' }, [])).toThrow(
      `A compiled machine is no actor: its functions have no '${property}', only context and event.`,
    );
  });

  it('events that govern actors are refused', () => {
    const table = compile(createMachine({ on: { '*': {} } }));
    const snapshot = table.start(undefined, []);
    expect(() => table.step(snapshot, { type: '*' }, [])).toThrow(
      "An event cannot have the wildcard type ('*')",
    );
    expect(() => table.step(snapshot, { type: 'xstate.stop' }, [])).toThrow("An event cannot have the type 'xstate.stop'");
    expect(() => table.step(snapshot, { type: 'xstate.init' }, [])).toThrow("An event cannot have the type 'xstate.init'");
  });
});

describe('a step that throws', () => {
  const failing = compile(
    createMachine({
      id: 'm',
      context: { n: 0 },
      on: {
        guarded: { guard: () => expect.unreachable('in guard') },
        assigned: {
          actions: [emit({ type: 'said' }), assign(() => expect.unreachable('in assign'))] as never,
        },
        fine: { actions: emit({ type: 'fine' }) },
      },
    }),
  );
  const snapshot = failing.start(undefined, []);

  it('has emitted nothing, and the next one is none the worse', () => {
    const emitted: { type: string }[] = [];
    expect(() => failing.step(snapshot, { type: 'assigned' }, emitted)).toThrow('in assign');
    expect(emitted).toEqual([]);
    expect(failing.step(snapshot, { type: 'fine' }, emitted)).toBe(snapshot);
    expect(emitted).toEqual([{ type: 'fine' }]);
  });

  it('says which guard it was in XState’s words, and keeps the cause', () => {
    try {
      failing.step(snapshot, { type: 'guarded' }, []);
      expect.unreachable('no error');
    } catch (error) {
      const { message, cause } = error as Error;
      expect(message).toMatch(
        /^Unable to evaluate guard in transition for event 'guarded' in state node 'm':\n/,
      );
      expect((cause as Error).message).toContain('in guard');
    }
  });
});

describe('a step within a step', () => {
  it('does not disturb the outer one', () => {
    const machine = createMachine({
      context: { n: 0 },
      on: {
        inner: { actions: assign({ n: 7 }) },
        outer: {
          actions: emit((args) => {
            table.step(start, { type: 'inner' }, []);
            return { type: 'said', by: args.event.type, n: args.context.n };
          }),
        },
      },
    });
    const table = compile(machine);
    const start = table.start(undefined, []);
    const emitted: { type: string }[] = [];
    table.step(start, { type: 'outer' }, emitted);
    expect(emitted).toEqual([{ type: 'said', by: 'outer', n: 0 }]);
  });
});
