/** The shortcut of a message follows the machine: it is there where a message is only delivered, and gone where more happens. */
import { compile } from '@sallyport/compile';
import {
  type Command,
  compiledEngine,
  type Engine,
  type Fact,
  sessionMachine,
  xstateEngine,
} from '@sallyport/core';
import type { Message } from '@sallyport/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emit } from 'xstate';
import { deliversDirectly, stateName } from '../../src/machine/engine.ts';
import { deliveringStates } from '../../src/machine/message-shortcut.ts';
import { sampleFacts } from '../../src/testing/sample-facts.ts';

type Machine = typeof sessionMachine;

const statesOf = (machine: Machine) => [...deliveringStates(compile(machine), machine)];

/** The session machine with another action `deliver`. */
const delivering = (action: unknown) => sessionMachine.provide({ actions: { deliver: action } as never });

const messageOf = ({ event }: { event: object }) => (event as { message: Message }).message;

describe('the states in which a message is only delivered', () => {
  it('the session machine has two of them: `established.steady` and `established.refreshing`', () => {
    expect(statesOf(sessionMachine)).toEqual(['established.steady', 'established.refreshing']);
    expect(
      statesOf(delivering(emit(({ event }) => ({ type: 'deliver', message: messageOf({ event }) })))),
    ).toHaveLength(2);
  });

  it.each<[string, unknown]>([
    ['another command', emit(({ event }) => ({ type: 'serve', message: messageOf({ event }) }))],
    ['a command without the message', emit({ type: 'deliver' })],
    [
      'a command with one field more',
      emit(({ event }) => ({ type: 'deliver', message: messageOf({ event }), at: 1 })),
    ],
    [
      'the text in lower case',
      emit(({ event }) => ({ type: 'deliver', message: lowerCased(messageOf({ event })) })),
    ],
    [
      'a copy of the message',
      emit(({ event }) => ({ type: 'deliver', message: copied(messageOf({ event })) })),
    ],
    [
      'a command that depends on the context',
      emit(({ context, event }) => ({
        type: 'deliver',
        message: (context as { attempt: number }).attempt > 0 ? messageOf({ event }) : '',
      })),
    ],
    [
      'a command that names all of the context',
      emit(({ context, event }) => ({
        type: 'deliver',
        message: messageOf({ event }),
        ...(context as object),
      })),
    ],
    [
      'a command that throws',
      emit(() => {
        throw new Error('broken');
      }),
    ],
  ])('there is no shortcut for a machine that emits %s', (_, action) => {
    expect(statesOf(delivering(action))).toEqual([]);
  });

  it('there is no shortcut in a state whose table says that more happens', () => {
    const table = compile(sessionMachine);
    const emitsOnly = (state: string) => state === 'established.refreshing';
    expect([...deliveringStates({ states: table.states, emitsOnly }, sessionMachine)]).toEqual([
      'established.refreshing',
    ]);
    expect([...deliveringStates({ states: table.states, emitsOnly: () => false }, sessionMachine)]).toEqual(
      [],
    );
  });
});

describe('a shortcut never differs from the step', () => {
  const names = [...sampleFacts.keys()];
  const walks = fc.array(
    fc.record({ name: fc.constantFrom(...names), attempt: fc.integer({ min: 1, max: 4 }) }),
    {
      maxLength: 30,
    },
  );
  const messages: fc.Arbitrary<Message> = fc.oneof(
    fc.string(),
    fc.uint8Array({ maxLength: 20 }),
    fc.record({ data: fc.jsonValue() }),
  );

  it.each([
    ['the table', compiledEngine],
    ['XState', xstateEngine],
  ])('wherever a walk finds one, a step of %s delivers the message and changes nothing', (_, engine) => {
    let found = 0;
    const sample = { numRuns: 500, seed: 1 };
    fc.assert(
      fc.property(walks, messages, (walk, message) => {
        let [own, other] = [compiledEngine.start({ attempts: 3 }, []), engine.start({ attempts: 3 }, [])];
        const signIn = ['credentials.received', 'credentials.accepted'].map((name) => ({ name, attempt: 1 }));
        for (const { name, attempt } of [...signIn, ...walk]) {
          if (own.status === 'done') break;
          const fact = sampleFacts.get(name)?.(attempt) as Fact;
          [own, other] = [compiledEngine.step(own, fact, []), engine.step(other, fact, [])];
          if (!deliversDirectly(compiledEngine, own)) continue;
          found += 1;
          const commands: Command[] = [];
          const after = engine.step(other, { type: 'message.received', message }, commands);
          expect([after === other, stateName(after)]).toEqual([true, stateName(own)]);
          expect(commands).toEqual([{ type: 'deliver', message }]);
          expect((commands[0] as { message: Message }).message).toBe(message);
        }
      }),
      sample,
    );
    expect(found).toBeGreaterThan(500);
  });

  it('an engine with a step of its own has no shortcut, also one that is made of the compiled engine', () => {
    const own: Engine = { ...compiledEngine, step: (...given) => compiledEngine.step(...given) };
    const fact = (name: string) => sampleFacts.get(name)?.(1) as Fact;
    let snapshot = compiledEngine.start({ attempts: 3 }, []);
    for (const name of ['credentials.received', 'credentials.accepted'])
      snapshot = compiledEngine.step(snapshot, fact(name), []);
    expect(deliversDirectly(compiledEngine, snapshot)).toBe(true);
    expect(deliversDirectly(own, snapshot)).toBe(false);
    expect(deliversDirectly(xstateEngine, snapshot)).toBe(false);
  });
});

const lowerCased = (message: Message) => (typeof message === 'string' ? message.toLowerCase() : message);
const copied = (message: Message) => (message instanceof Uint8Array ? message.slice() : message);
