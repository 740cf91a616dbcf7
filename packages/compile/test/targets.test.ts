/** Which states a transition exits and enters, for each kind of target. `traceOf` checks that XState does the same. */
import { describe, expect, it } from 'vitest';
import { createMachine, emit } from 'xstate';
import { traceOf } from './trace.ts';

const emits = (type: string) => emit({ type });
const emitting = (name: string) => ({ entry: emits(`+${name}`), exit: emits(`-${name}`) });

describe('the target of a transition', () => {
  /** a { a1, a2 }, b { b1 }, with `a`'s transitions as given. */
  const nested = (on: object, inner: object = {}) =>
    createMachine({
      id: 'm',
      ...emitting('m'),
      initial: 'a',
      states: {
        a: {
          ...emitting('a'),
          on,
          initial: { target: 'a1', actions: emits('initially') },
          states: { a1: { ...emitting('a1'), on: inner }, a2: emitting('a2') },
        },
        b: { ...emitting('b'), initial: 'b1', states: { b1: emitting('b1') } },
      },
    } as never);
  const start = 'a.a1 +m +a initially +a1';
  const actions = emits('!');

  it.each([
    ['without a target exits nothing', { e: { actions } }, {}, 'a.a1 !'],
    ['to a sibling', {}, { e: { target: 'a2', actions } }, 'a.a2 -a1 ! +a2'],
    ['to a sibling of the parent', { e: { target: 'b', actions } }, {}, 'b.b1 -a1 -a ! +b +b1'],
    ['to a child keeps the parent', { e: { target: '.a2', actions } }, {}, 'a.a2 -a1 ! +a2'],
    ['to a child, reentering', { e: { target: '.a2', reenter: true, actions } }, {}, 'a.a2 -a1 -a ! +a +a2'],
    [
      'of a compound state to itself restarts its child',
      { e: { target: 'a', actions } },
      {},
      'a.a1 -a1 ! +a1',
    ],
    [
      'of a compound state to itself, reentering',
      { e: { target: 'a', reenter: true, actions } },
      {},
      'a.a1 -a1 -a ! +a initially +a1',
    ],
    ['of a leaf to itself exits nothing', {}, { e: { target: 'a1', actions } }, 'a.a1 !'],
    [
      'of a leaf to itself, reentering',
      {},
      { e: { target: 'a1', reenter: true, actions } },
      'a.a1 -a1 ! +a1',
    ],
    ['to the parent from inside', {}, { e: { target: '#m.a', actions } }, 'a.a1 -a1 -a ! +a initially +a1'],
    ['to an id', {}, { e: { target: '#m.b.b1', actions } }, 'b.b1 -a1 -a ! +b +b1'],
    [
      'to a grandchild of another state does not run its initial actions',
      {},
      { e: '#m.b.b1' },
      'b.b1 -a1 -a +b +b1',
    ],
    [
      'to the root from inside enters the root without an exit',
      {},
      { e: '#m' },
      'a.a1 -a1 -a +m +a initially +a1',
    ],
    [
      'to the root, reentering',
      {},
      { e: { target: '#m', reenter: true } },
      'a.a1 -a1 -a -m +m +a initially +a1',
    ],
  ])('a transition %s', (_, outer, inner, expected) => {
    expect(traceOf(nested(outer, inner), 'e')).toEqual([start, expected]);
  });

  it('a transition of the root may lead to a child', () => {
    const machine = (reenter: boolean) =>
      createMachine({
        ...emitting('m'),
        on: { e: { target: '.b', reenter } },
        initial: 'a',
        states: { a: emitting('a'), b: emitting('b') },
      });
    expect(traceOf(machine(false), 'e')).toEqual(['a +m +a', 'b -a +b']);
    expect(traceOf(machine(true), 'e')).toEqual(['a +m +a', 'b -a -m +m +b']);
  });

  it('a machine may have a single state', () => {
    expect(traceOf(createMachine({ on: { e: { actions: emits('!') } } }), 'e')).toEqual(
      [' ', ' !'].map((one) => one.trimEnd()),
    );
  });
});
