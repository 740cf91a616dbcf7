/** Which states a transition leaves and enters, by what it names. `traceOf` makes sure that XState says the same. */
import { describe, expect, it } from 'vitest';
import { createMachine, emit } from 'xstate';
import { traceOf } from './trace.ts';

const say = (type: string) => emit({ type });
const saying = (name: string) => ({ entry: say(`+${name}`), exit: say(`-${name}`) });

describe('targets', () => {
  /** a { a1, a2 }, b { b1 }, with `a`'s transitions as given. */
  const nested = (on: object, inner: object = {}) =>
    createMachine({
      id: 'm',
      ...saying('m'),
      initial: 'a',
      states: {
        a: {
          ...saying('a'),
          on,
          initial: { target: 'a1', actions: say('initially') },
          states: { a1: { ...saying('a1'), on: inner }, a2: saying('a2') },
        },
        b: { ...saying('b'), initial: 'b1', states: { b1: saying('b1') } },
      },
    } as never);
  const start = 'a.a1 +m +a initially +a1';
  const actions = say('!');

  it.each([
    ['none: nothing is left', { e: { actions } }, {}, 'a.a1 !'],
    ['a sibling', {}, { e: { target: 'a2', actions } }, 'a.a2 -a1 ! +a2'],
    ['a sibling of the parent', { e: { target: 'b', actions } }, {}, 'b.b1 -a1 -a ! +b +b1'],
    ['a child: the parent stays', { e: { target: '.a2', actions } }, {}, 'a.a2 -a1 ! +a2'],
    ['a child, reentering', { e: { target: '.a2', reenter: true, actions } }, {}, 'a.a2 -a1 -a ! +a +a2'],
    ['itself: its child starts over', { e: { target: 'a', actions } }, {}, 'a.a1 -a1 ! +a1'],
    [
      'itself, reentering',
      { e: { target: 'a', reenter: true, actions } },
      {},
      'a.a1 -a1 -a ! +a initially +a1',
    ],
    ['itself, a leaf: nothing is left', {}, { e: { target: 'a1', actions } }, 'a.a1 !'],
    ['itself, a leaf, reentering', {}, { e: { target: 'a1', reenter: true, actions } }, 'a.a1 -a1 ! +a1'],
    ['the parent, from inside', {}, { e: { target: '#m.a', actions } }, 'a.a1 -a1 -a ! +a initially +a1'],
    ['somewhere by id', {}, { e: { target: '#m.b.b1', actions } }, 'b.b1 -a1 -a ! +b +b1'],
    [
      'a grandchild of a stranger: its initial actions do not run',
      {},
      { e: '#m.b.b1' },
      'b.b1 -a1 -a +b +b1',
    ],
    [
      'the root, from inside: entered without having been left',
      {},
      { e: '#m' },
      'a.a1 -a1 -a +m +a initially +a1',
    ],
    [
      'the root, reentering',
      {},
      { e: { target: '#m', reenter: true } },
      'a.a1 -a1 -a -m +m +a initially +a1',
    ],
  ])('%s', (_, outer, inner, expected) => {
    expect(traceOf(nested(outer, inner), 'e')).toEqual([start, expected]);
  });

  it('of the root itself', () => {
    const machine = (reenter: boolean) =>
      createMachine({
        ...saying('m'),
        on: { e: { target: '.b', reenter } },
        initial: 'a',
        states: { a: saying('a'), b: saying('b') },
      });
    expect(traceOf(machine(false), 'e')).toEqual(['a +m +a', 'b -a +b']);
    expect(traceOf(machine(true), 'e')).toEqual(['a +m +a', 'b -a -m +m +b']);
  });

  it('are not needed: a machine of one state', () => {
    expect(traceOf(createMachine({ on: { e: { actions: say('!') } } }), 'e')).toEqual(
      [' ', ' !'].map((one) => one.trimEnd()),
    );
  });
});
