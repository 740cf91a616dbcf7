/**
 * The short way of a message: delivered without a step of the machine. The client, the application and the observers cannot tell it
 * from the long way, and the drive law holds on both.
 */
import {
  accept,
  compiledEngine,
  type Engine,
  type Fault,
  RequestError,
  refuse,
  type Session,
} from '@sallyport/core';
import { jsonProtocol, textProtocol } from '@sallyport/protocol';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Client, deferred, flushMicrotasks, harness } from '../harness.ts';

/** The compiled table, always with the step. */
const longWay: Engine = { start: compiledEngine.start, step: (...given) => compiledEngine.step(...given) };

afterEach(() => vi.restoreAllMocks());

describe('which way a message takes', () => {
  const steps = (observe: object, engine: Engine = compiledEngine) => {
    const step = vi.spyOn(compiledEngine, 'step');
    const client = harness({ observe, engine }).signIn();
    client.send('hello');
    expect(client.received().at(-1)).toBe('your submit context: hello');
    return step.mock.calls.map(([, { type }]) => type).filter((type) => type === 'message.received');
  };

  it('a message of a signed-in client takes no step of the machine', () => {
    expect(steps({})).toEqual([]);
    expect(steps({ transition: () => {}, verifying: () => {} })).toEqual([]);
  });

  it('a message takes a step where an observer gets the facts, the commands, or both', () => {
    expect(steps({ fact: () => {} })).toHaveLength(1);
  });

  it('a message takes a step where an observer gets the commands', () => {
    expect(steps({ command: () => {} })).toHaveLength(1);
  });

  it('a message takes a step of an engine that was passed as an option', () => {
    expect(steps({}, longWay)).toHaveLength(1);
  });
});

describe('the drive law on the short way', () => {
  it('a message that arrives while the application works waits until the application has returned', () => {
    const log: string[] = [];
    const { signIn } = harness({
      application: (message) => {
        log.push(`begin ${String(message)}`);
        if (message === 'one') client.send('two', 'three');
        log.push(`end ${String(message)}`);
        return `reply ${String(message)}`;
      },
    });
    const client = signIn();
    client.send('one');
    expect(log).toEqual(['begin one', 'end one', 'begin two', 'end two', 'begin three', 'end three']);
    expect(client.received().slice(1)).toEqual(['reply one', 'reply two', 'reply three']);
  });

  it('an application that closes the session gets its reply out first', () => {
    const { signIn } = harness({
      application: (_, session) => {
        session.close('enough');
        return session.state;
      },
    });
    const client = signIn();
    client.send('hello', 'and more');
    expect(client.received().slice(1)).toEqual(['established.steady', 'close 1000']);
  });
});

const kinds = [
  'reply',
  'nothing',
  'later',
  'never',
  'close',
  'send',
  'refuse',
  'throw',
  'junk',
  'again',
] as const;
const step = fc.oneof(
  { arbitrary: fc.record({ do: fc.constant('send' as const), what: fc.constantFrom(...kinds) }), weight: 6 },
  fc.record({
    do: fc.constantFrom(
      'binary',
      'big',
      'settle',
      'refresh',
      'clog',
      'free',
      'wait',
      'drain',
      'lose' as const,
    ),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

describe('both ways', () => {
  it.each([
    ['text', false],
    ['JSON', true],
  ])(
    'a random walk in the %s protocol gives the same on both ways: to the client, the application and the operator',
    async (_, json) => {
      let deliveries = 0;
      const property = fc.asyncProperty(fc.array(step, { maxLength: 25, size: 'max' }), async (walk) => {
        const short = await outcome(walk, compiledEngine, json);
        expect(short).toEqual(await outcome(walk, longWay, json));
        deliveries += short.delivered.length;
      });
      await fc.assert(property, { numRuns: 300, seed: 1 });
      expect(deliveries).toBeGreaterThan(500);
    },
  );
});

interface Outcome {
  readonly delivered: readonly unknown[];
  readonly seen: readonly unknown[];
}

/** Runs a walk, and returns all that the client, the application, the operator and the clock can see. */
async function outcome(walk: readonly Step[], engine: Engine, json: boolean): Promise<Outcome> {
  const delivered: unknown[] = [];
  const transitions: unknown[] = [];
  const later: ReturnType<typeof deferred<string>>[] = [];
  let client: Client | undefined;
  const wrap = (text: string) => (json ? JSON.stringify({ type: 'message', text }) : text);
  const answer = (message: unknown, session: Session): unknown => {
    delivered.push([message, session.state]);
    switch (message) {
      case 'reply':
        return { data: [message] };
      case 'later': {
        later.push(deferred<string>());
        return later.at(-1)?.promise;
      }
      case 'never':
        return new Promise(() => undefined);
      case 'close':
        session.close('enough');
        return 'after the close';
      case 'send':
        session.send('news');
        return new Uint8Array([1]);
      case 'refuse':
        throw new RequestError('conflict', 'not now');
      case 'throw':
        throw new Error('broken');
      case 'junk':
        return 7;
      case 'again':
        client?.send(wrap('reply'));
        return 'once';
      default:
        return undefined;
    }
  };
  const world = harness({
    engine,
    protocols: [json ? jsonProtocol : textProtocol],
    application: answer as never,
    authenticate: (given) => (given.type === 'password' ? accept('admin') : refuse()),
    observe: { transition: (_, from, to) => void transitions.push([from, to]) },
    limits: { waitingMessages: 2, concurrentMessages: 2, messagesPerSecond: 20, burst: 15 },
  });
  client = world.connect();
  client.send(json ? '{"type":"authenticate","username":"admin","password":"123456"}' : 'admin:123456');
  for (const one of walk) {
    take(one, client, world, wrap, later);
    await flushMicrotasks();
  }
  const { faults, endings, sessions } = world;
  return {
    delivered,
    seen: [
      transitions,
      endings,
      client.received(),
      client.session.state,
      { ...sessions.counters },
      faults.map(({ source, error }: Fault) => [source, String(error)]),
      world.clock.pending,
    ],
  };
}

function take(
  one: Step,
  client: Client,
  { clock, sessions }: ReturnType<typeof harness>,
  wrap: (text: string) => string,
  later: ReturnType<typeof deferred<string>>[],
): void {
  switch (one.do) {
    case 'send':
      client.send(wrap(one.what));
      break;
    case 'binary':
      client.send(new Uint8Array([1, 2, 3]));
      break;
    case 'big':
      client.send(wrap('x'.repeat(70_000)));
      break;
    case 'settle':
      later.shift()?.resolve('late');
      break;
    case 'refresh':
      client.send('{"type":"refresh","username":"admin","password":"123456"}');
      break;
    case 'clog':
      client.connection.bufferedAmount = 500_000;
      client.connection.sendResult = 'buffered';
      break;
    case 'free':
      client.connection.sendResult = 'sent';
      client.receiver.drained();
      break;
    case 'wait':
      clock.advance(1_000);
      break;
    case 'drain':
      void sessions.drain();
      break;
    case 'lose':
      client.connection.closed(1006);
      break;
  }
}
