/** Shapes that no XState has so far: refused by name, never guessed at. */
import { describe, expect, it } from 'vitest';
import { type AnyStateMachine, and, assign, emit, not, raise } from 'xstate';
import { doing, guarding, refusalOf } from './machine-with.ts';

const like = (action: object, changes: object) => Object.assign(() => undefined, action, changes);

const unknown: [string, AnyStateMachine, string][] = [
  [
    'assign of unknown shape',
    doing(like(assign({}), { assignment: 1 })),
    `action xstate.assign of unknown shape`,
  ],
  [
    'emit of unknown shape',
    doing(like(emit({ type: 'x' }), { event: 'x' })),
    `action xstate.emit of unknown shape`,
  ],
  [
    'raise of unknown shape',
    doing(like(raise({ type: 'x' }), { event: 1 })),
    `action xstate.raise of unknown shape`,
  ],
  [
    'an unknown built-in action',
    doing(like(emit({ type: 'x' }), { type: 'xstate.new' })),
    `action xstate.new of unknown shape`,
  ],
  ['an action that is none', doing([5]), `an action of unknown shape`],
  ['a guard that is none', guarding(5), `a guard of unknown shape`],
  [
    'an unknown built-in guard',
    guarding(like(and([() => true]), { check: () => 'perhaps' })),
    `a built-in guard of unknown shape`,
  ],
  [
    'a built-in guard that fails when asked',
    guarding(like(and([() => true]), { check: () => expect.unreachable() })),
    `a built-in guard of unknown shape`,
  ],
  [
    'not() of several',
    guarding(
      like(
        not(() => true),
        { guards: [() => true, () => true] },
      ),
    ),
    `not() of unknown shape`,
  ],
];

describe('an unknown shape is refused:', () => {
  it.each(unknown)('%s', (_, machine, feature) => {
    expect(refusalOf(machine)).toBe(
      `Cannot compile state 'outer.inner': ${feature} is not supported. ` +
        'This XState is not one that @sallyport/compile knows; see its peer dependency.',
    );
  });
});
