import { describe, expect, it } from 'vitest';
import { assign, createMachine, emit, initialTransition, setup } from 'xstate';
import { compile } from '../src/index.ts';

const door = compile(
  setup({
    types: { context: {} as { n: number }, tags: {} as 'shut' | 'idle', output: {} as { n: number } },
  }).createMachine({
    id: 'door',
    context: { n: 0 },
    initial: 'closed',
    states: {
      closed: {
        tags: 'shut',
        initial: 'locked',
        states: {
          locked: { tags: 'idle', on: { unlock: 'unlocked' } },
          unlocked: { on: { open: '#door.open' } },
        },
        on: {
          knock: { actions: emit({ type: 'knocked' }) },
          count: { actions: assign({ n: 1 }) },
          forbidden: undefined,
        },
      },
      open: { on: { break: 'broken', shut: 'closed' } },
      broken: { type: 'final' },
    },
    output: ({ context }) => context,
  }),
);

describe('snapshots', () => {
  const first = door.start(undefined, []);

  it('a snapshot shows the active states as a value, a path and tags', () => {
    expect(first).toMatchObject({
      value: { closed: 'locked' },
      path: 'closed.locked',
      status: 'active',
      output: undefined,
    });
    expect(first.hasTag('shut') && first.hasTag('idle')).toBe(true);
    expect([...first.tags]).toEqual(['shut', 'idle']);
    expect(first.matches('closed') && first.matches({ closed: 'locked' })).toBe(true);
    expect(first.matches('open') || first.matches({ closed: 'unlocked' })).toBe(false);
    expect(door.states).toEqual(['closed.locked', 'closed.unlocked', 'open', 'broken']);
  });

  it('snapshots of the same state share everything but their context', () => {
    const away = door.step(door.step(first, { type: 'unlock' }, []), { type: 'open' }, []);
    const back = door.step(away, { type: 'shut' }, []);
    expect(back).not.toBe(first);
    expect(back.value).toBe(first.value);
    expect(back.tags).toBe(first.tags);
    expect(back.path).toBe(first.path);
    expect(back.context).toBe(first.context);
    expect(Object.isFrozen(first.value)).toBe(true);
  });

  it('a step that changed nothing returns the same snapshot', () => {
    const emitted: { type: string }[] = [];
    expect(door.step(first, { type: 'unknown' }, emitted)).toBe(first);
    expect(door.step(first, { type: 'forbidden' }, emitted)).toBe(first);
    expect(door.step(first, { type: 'knock' }, emitted)).toBe(first);
    expect(emitted).toEqual([{ type: 'knocked' }]);
  });

  it('an assign makes a new snapshot, even with an equal value', () => {
    const once = door.step(first, { type: 'count' }, []);
    const twice = door.step(once, { type: 'count' }, []);
    expect(twice).not.toBe(once);
    expect(twice.context).toEqual(once.context);
    expect(first.context).toEqual({ n: 0 });
  });

  it('a snapshot can be done, with an output, and then takes no event', () => {
    const done = ['unlock', 'open', 'break'].reduce((before, type) => door.step(before, { type }, []), first);
    expect(done).toMatchObject({ status: 'done', value: 'broken', output: { n: 0 } });
    expect(door.step(done, { type: 'knock' }, [])).toBe(done);
  });

  it('a snapshot becomes JSON without the table', () => {
    expect(JSON.parse(JSON.stringify(first))).toEqual({
      value: { closed: 'locked' },
      context: { n: 0 },
      status: 'active',
      tags: ['shut', 'idle'],
    });
  });

  it('matches() reads keys that contain dots as XState does', () => {
    const machine = createMachine({ initial: 'a', states: { a: { initial: 'b.c', states: { 'b.c': {} } } } });
    const ours = compile(machine).start(undefined, []);
    const [theirs] = initialTransition(machine);
    for (const value of ['a', 'a.b\\.c', 'b', { a: 'b\\.c' }, {}, { a: {} }, { b: 'c' }, '']) {
      expect(ours.matches(value as never), JSON.stringify(value)).toBe(theirs.matches(value as never));
    }
  });
});
