/** Where a compiled machine differs from `transition()` on purpose, and what it does when something throws. */
import { describe, expect, it } from 'vitest';
import { assign, createMachine, emit, initialTransition, raise, transition } from 'xstate';
import { compile } from '../src/index.ts';

describe('differences between a compiled machine and transition()', () => {
  it('a compiled machine takes no event after the end, as an actor does', () => {
    const machine = createMachine({
      initial: 'over',
      on: { e: { actions: emit({ type: 'spoken' }) } },
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

  it('an error at the start is thrown', () => {
    const failing = assign(() => {
      throw new Error('no');
    });
    const machine = createMachine({ entry: [emit({ type: 'spoken' }), failing] } as never);
    expect(initialTransition(machine)[0]).toMatchObject({ status: 'error' });
    const emitted: { type: string }[] = [{ type: 'before' }];
    expect(() => compile(machine).start(undefined, emitted)).toThrow(new Error('no'));
    expect(emitted).toEqual([{ type: 'before' }]);
  });

  it.each([
    ['eventless transitions', { initial: 'a', states: { a: { always: 'b' }, b: { always: 'a' } } }],
    ['raised events', { entry: raise({ type: 'e' }), on: { e: { actions: raise({ type: 'e' }) } } }],
  ])('an endless loop of %s is an error that names the state, with or without a set limit', (_, config) => {
    const unbounded = compile(createMachine(config as never));
    expect(() => unbounded.start(undefined, [])).toThrow(
      /^Endless loop in state '.*': more than 100000 microsteps/,
    );
    const bounded = compile(createMachine({ ...config, options: { maxIterations: 5 } } as never));
    expect(() => bounded.start(undefined, [])).toThrow(/more than 5 microsteps/);
  });

  it.each(['self', 'system', 'spawn'])("a function that reads '%s' gets an error", (property) => {
    const read = (args: object) => ({ type: 'spoken', read: (args as Record<string, unknown>)[property] });
    const machine = createMachine({ on: { e: { actions: emit(read as never) } } });
    const table = compile(machine);
    expect(() => table.step(table.start(undefined, []), { type: 'e' }, [])).toThrow(
      `A compiled machine is not an actor: its functions get no '${property}'`,
    );
  });

  it('events that control actors are refused', () => {
    const table = compile(createMachine({ on: { '*': {} } }));
    const snapshot = table.start(undefined, []);
    expect(() => table.step(snapshot, { type: '*' }, [])).toThrow("An event cannot have the type '*'");
    expect(() => table.step(snapshot, { type: 'xstate.stop' }, [])).toThrow(
      "An event cannot have the type 'xstate.stop'",
    );
    expect(() => table.step(snapshot, { type: 'xstate.init' }, [])).toThrow(
      "An event cannot have the type 'xstate.init'",
    );
  });
});

describe('an event whose type is not a string', () => {
  const machine = createMachine({
    initial: 'a',
    on: { '*': { actions: emit({ type: 'caught' }) } },
    states: {
      a: {
        on: {
          nothing: { actions: [raise(() => undefined as never), raise({ type: 'f' })] },
          untyped: { actions: [raise(() => ({}) as never), raise({ type: 'f' })] },
          numbered: { actions: [raise(() => ({ type: 5 }) as never), raise({ type: 'f' })] },
          ended: { target: 'over', actions: raise(() => undefined as never) },
        },
      },
      over: { type: 'final' },
    },
  });
  const table = compile(machine);
  const snapshot = table.start(undefined, []);

  it.each([
    [{}, 'undefined'],
    [{ type: undefined }, 'undefined'],
    [{ type: null }, 'null'],
    [{ type: 5 }, 'number'],
    [{ type: ['a'] }, 'object'],
    [null, 'undefined'],
    [undefined, 'undefined'],
    ['a', 'undefined'],
  ])('an event with a bad type is refused, also by a wildcard: %j', (event, type) => {
    const emitted: { type: string }[] = [];
    expect(() => table.step(snapshot, event as never, emitted)).toThrow(
      new TypeError(`The type of an event must be a string, not ${type}`),
    );
    expect(() => transition(machine, initialTransition(machine)[0], event as never)).toThrow();
    expect(emitted).toEqual([]);
  });

  it.each([
    ['nothing', 'undefined'],
    ['untyped', 'undefined'],
    ['numbered', 'number'],
  ])('a raised event with a bad type is refused, and hides no event behind it: %s', (type, found) => {
    expect(() => table.step(snapshot, { type }, [])).toThrow(
      new TypeError(`The type of a raised event must be a string, not ${found}`),
    );
  });

  it('an event has no effect if the machine ends before it is taken', () => {
    expect(table.step(snapshot, { type: 'ended' }, []).status).toBe('done');
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
          actions: [emit({ type: 'spoken' }), assign(() => expect.unreachable('in assign'))] as never,
        },
        fine: { actions: emit({ type: 'fine' }) },
      },
    }),
  );
  const snapshot = failing.start(undefined, []);

  it('a step that throws emits nothing, and the next step works as usual', () => {
    const emitted: { type: string }[] = [];
    expect(() => failing.step(snapshot, { type: 'assigned' }, emitted)).toThrow('in assign');
    expect(emitted).toEqual([]);
    expect(failing.step(snapshot, { type: 'fine' }, emitted)).toBe(snapshot);
    expect(emitted).toEqual([{ type: 'fine' }]);
  });

  it('the error of a guard names it in XState’s words, and keeps the cause', () => {
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
  it('an inner step does not disturb the outer step', () => {
    const machine = createMachine({
      context: { n: 0 },
      on: {
        inner: { actions: assign({ n: 7 }) },
        outer: {
          actions: emit((args) => {
            table.step(start, { type: 'inner' }, []);
            return { type: 'spoken', by: args.event.type, n: args.context.n };
          }),
        },
      },
    });
    const table = compile(machine);
    const start = table.start(undefined, []);
    const emitted: { type: string }[] = [];
    table.step(start, { type: 'outer' }, emitted);
    expect(emitted).toEqual([{ type: 'spoken', by: 'outer', n: 0 }]);
  });
});
