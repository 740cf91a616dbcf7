/** The engines: three ways to run one machine, with the same commands. */
import { inspect } from 'node:util';
import {
  accept,
  type Command,
  compiledEngine,
  type Engine,
  type Fact,
  inspectedEngine,
  refuse,
  xstateEngine,
} from '@sallyport/core';
import { canary } from '@sallyport/core/testing/canary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InspectionEvent } from 'xstate';
import { stateName } from '../src/machine/engine.ts';
import { sampleFacts } from '../src/testing/sample-facts.ts';
import { harness } from './harness.ts';

const names = [...sampleFacts.keys()];
const walks = fc.array(
  fc.record({ name: fc.constantFrom(...names), attempt: fc.integer({ min: 1, max: 4 }) }),
  {
    maxLength: 40,
    size: 'max',
  },
);

function trace(engine: Engine, facts: readonly Fact[]): unknown[] {
  const commands: Command[] = [];
  let snapshot = engine.start({ attempts: 3 }, commands);
  const states = facts.map((fact) => {
    // A session takes no fact after its end, so no engine gets one.
    if (snapshot.status !== 'done') snapshot = engine.step(snapshot, fact, commands);
    return [
      stateName(snapshot),
      snapshot.status,
      snapshot.hasTag('listening'),
      snapshot.hasTag('deferring'),
      snapshot.hasTag('open'),
    ];
  });
  return [states, commands];
}

describe.each([
  ['compiled', compiledEngine],
  ['inspected', inspectedEngine(() => undefined)],
])('the %s engine', (_, engine) => {
  it('the engine does what XState’s own functions do, fact by fact', () => {
    fc.assert(
      fc.property(walks, (walk) => {
        const facts = walk.map(({ name, attempt }) => sampleFacts.get(name)?.(attempt) as Fact);
        expect(trace(engine, facts)).toEqual(trace(xstateEngine, facts));
      }),
      { numRuns: 500 },
    );
  });

  it('the engine returns the same snapshot if nothing has changed', () => {
    const first = engine.start({ attempts: 3 }, []);
    expect(engine.step(first, { type: 'replies.settled' }, [])).toBe(first);
  });
});

it('the compiled engine has one value for each state, so sessions are counted by state without making names anew', () => {
  const [one, other] = [1, 2].map(() => compiledEngine.start({ attempts: 3 }, []).value);
  expect(one).toBeTypeOf('object');
  expect(one).toBe(other);
});

describe('the inspected engine', () => {
  it('the inspector sees each fact and the state that it leads to', () => {
    const seen: InspectionEvent[] = [];
    const { signIn } = harness({ engine: inspectedEngine((event) => seen.push(event)) });
    const client = signIn();
    expect(client.session.state).toBe('established.steady');
    expect(
      seen.some((one) => one.type === '@xstate.event' && one.event.type === 'credentials.received'),
    ).toBe(true);
    expect(seen.some(({ type }) => type === '@xstate.snapshot')).toBe(true);
  });

  it('E23, E24: the inspector sees no secret, whether the sign-in succeeds or fails', async () => {
    const seen: InspectionEvent[] = [];
    const { connect } = harness({
      engine: inspectedEngine((event) => seen.push(event)),
      authenticate: (given) => (given.type === 'token' ? Promise.resolve(accept('ada')) : refuse()),
    });
    const client = connect();
    client.send(`ada:${canary.password}`, canary.password, `Bearer ${canary.token}`, 'hello');
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    expect(client.session.state).toBe('established.steady');
    expect(seen.length).toBeGreaterThan(10);
    // Without the machine itself: every event refers to it, and it is the same for all sessions.
    const shown = seen.map((one) => ({
      ...one,
      actorRef: undefined,
      ...('snapshot' in one && { snapshot: { ...one.snapshot, machine: undefined } }),
    }));
    expect(canary.isIn(inspect(shown, { depth: 6, showHidden: true, maxArrayLength: null }))).toBe(false);
  });

  it('the sessions of one server stay separate', () => {
    const { signIn, connect } = harness({ engine: inspectedEngine(() => undefined) });
    const [first, second] = [connect(), signIn()];
    second.send('hello');
    first.send('admin:1');
    expect(first.received()).toHaveLength(1);
    expect(second.received()).toHaveLength(2);
  });
});

describe('snapshots', () => {
  it('E24: a snapshot never holds credentials, in any state that a walk reaches', () => {
    fc.assert(
      fc.property(walks, (walk) => {
        let snapshot = xstateEngine.start({ attempts: 3 }, []);
        for (const { name, attempt } of walk) {
          if (snapshot.status === 'done') break;
          snapshot = xstateEngine.step(snapshot, sampleFacts.get(name)?.(attempt) as Fact, []);
        }
        const { context } = snapshot as unknown as { context: object };
        expect(context).toEqual({
          attempt: expect.any(Number),
          attemptsLeft: expect.any(Number),
          user: expect.stringMatching(/^(admin|eve)?$/),
        });
      }),
      { numRuns: 50 },
    );
  });
});
