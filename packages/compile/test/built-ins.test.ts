/** Shapes of built-in actions and guards that no XState has so far. They are refused by name; the compiler never guesses. */
import { describe, expect, it } from 'vitest';
import { type AnyStateMachine, and, assign, emit, not, raise } from 'xstate';
import { machineWithEntry, machineWithGuard, refusalOf } from './machine-with.ts';

const like = (action: object, changes: object) => Object.assign(() => undefined, action, changes);

/** As if a later XState had another name for this property. */
function without(action: object, property: string) {
  const { [property]: _, ...rest } = { ...action } as Record<string, unknown>;
  return Object.assign(() => undefined, rest);
}

const unknown: [string, AnyStateMachine, string][] = [
  ['assign()', machineWithEntry(without(assign({}), 'assignment')), `action xstate.assign of unknown shape`],
  ['emit()', machineWithEntry(without(emit({ type: 'x' }), 'event')), `action xstate.emit of unknown shape`],
  [
    'raise()',
    machineWithEntry(without(raise({ type: 'x' }), 'event')),
    `action xstate.raise of unknown shape`,
  ],
  [
    'an unknown built-in action',
    machineWithEntry(like(emit({ type: 'x' }), { type: 'xstate.new' })),
    `action xstate.new of unknown shape`,
  ],
  [
    'an unknown built-in guard',
    machineWithGuard(like(and([() => true]), { check: () => 'perhaps' })),
    `a built-in guard of unknown shape`,
  ],
  [
    'a built-in guard that throws when it is probed',
    machineWithGuard(like(and([() => true]), { check: () => expect.unreachable() })),
    `a built-in guard of unknown shape`,
  ],
  [
    'not() of several guards',
    machineWithGuard(
      like(
        not(() => true),
        { guards: [() => true, () => true] },
      ),
    ),
    `not() of unknown shape`,
  ],
];

describe('unknown shapes of built-ins', () => {
  it.each(unknown)('compile refuses an unknown shape of %s', (_, machine, feature) => {
    expect(refusalOf(machine)).toBe(
      `Cannot compile state 'outer.inner': ${feature} is not supported. ` +
        'This XState is not one that @sallyport/compile knows; see its peer dependency.',
    );
  });
});
