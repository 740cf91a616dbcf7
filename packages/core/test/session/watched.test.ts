/** Watching one session: its facts, transitions and commands, and nothing of the others. */
import { compiledEngine, type Fact } from '@sallyport/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CONGRATULATION, harness } from '../harness.ts';

afterEach(() => vi.restoreAllMocks());

function recorder() {
  const seen: string[] = [];
  return {
    seen,
    fact: ({ type }: { type: string }) => void seen.push(type),
    transition: (from: string, to: string) => void seen.push(`${from} → ${to}`),
    command: ({ type }: { type: string }) => void seen.push(`! ${type}`),
  };
}

describe('a watcher of one session', () => {
  it('gets the facts, the transitions and the commands of that session in order, and none of another one', () => {
    const { connect, sessions } = harness();
    const [watched, other] = [connect(), connect()];
    const { seen, ...watcher } = recorder();
    sessions.watch(watched.session, watcher);
    other.send('admin:123456', 'hi');
    expect(seen).toEqual([]);
    watched.send('admin:123456', 'hello');
    expect(watched.received()).toEqual([CONGRATULATION, 'your submit context: hello']);
    expect(seen).toEqual([
      'credentials.received',
      'authenticating.awaitingCredentials → authenticating.verifying',
      '! verify',
      '! arm',
      'credentials.accepted',
      'authenticating.verifying → established.steady',
      ...['disarm', 'abandon', 'disarm', 'setIdentity', 'answer', 'arm'].map((type) => `! ${type}`),
      'message.received',
      '! deliver',
    ]);
  });

  it('may watch any of the sessions', () => {
    const { signIn, sessions } = harness();
    const [, second] = [signIn(), signIn()];
    const { seen, ...watcher } = recorder();
    sessions.watch(second.session, watcher);
    second.send('hello');
    expect(seen).toEqual(['message.received', '! deliver']);
  });

  it('makes messages of its session take steps, and of no other one, and no more after it has stopped', () => {
    const step = vi.spyOn(compiledEngine, 'step');
    const messages = () => step.mock.calls.filter(([, { type }]) => type === 'message.received').length;
    const { signIn, sessions } = harness({ engine: compiledEngine });
    const [watched, other] = [signIn(), signIn()];
    const facts: Fact[] = [];
    const stop = sessions.watch(watched.session, { fact: (fact) => void facts.push(fact) });
    other.send('one');
    expect(messages()).toBe(0);
    watched.send('two');
    expect(messages()).toBe(1);
    stop?.();
    watched.send('three');
    expect(messages()).toBe(1);
    expect(facts).toEqual([{ type: 'message.received', message: 'two' }]);
    expect(watched.received().at(-1)).toBe('your submit context: three');
  });

  it('gets the last step of the session, and watching it afterwards is refused', () => {
    const { signIn, sessions } = harness();
    const client = signIn();
    const { seen, ...watcher } = recorder();
    const stop = sessions.watch(client.session, watcher);
    client.connection.closed(1001);
    expect(seen.slice(0, 2)).toEqual(['connection.closed', 'established.steady → closed']);
    expect(sessions.watch(client.session, watcher)).toBeUndefined();
    const count = seen.length;
    stop?.();
    expect(seen).toHaveLength(count);
  });

  it('sees the same as the observer of the server, beside it', () => {
    const { signIn, sessions, trace } = harness({}, 'traced');
    const client = signIn();
    trace.length = 0;
    const types: string[] = [];
    const stop = sessions.watch(client.session, {
      fact: ({ type }) => void types.push(type),
      command: ({ type }) => void types.push(type),
    });
    client.send('hello');
    expect(types).toEqual(trace);
    stop?.();
    client.send('again');
    expect(types).toHaveLength(2);
    expect(trace).toHaveLength(4);
  });

  it('stops alone: another watcher of the session goes on', () => {
    const { signIn, sessions } = harness();
    const client = signIn();
    const [one, other] = [recorder(), recorder()];
    const stop = sessions.watch(client.session, one);
    sessions.watch(client.session, other);
    stop?.();
    stop?.();
    client.send('hello');
    expect([one.seen, other.seen]).toEqual([[], ['message.received', '! deliver']]);
  });

  it('that comes when the session opens gets its first command', () => {
    const { connect, sessions } = harness({
      observe: {
        opened(session) {
          sessions.watch(session, watcher);
        },
      },
    });
    const { seen, ...watcher } = recorder();
    connect();
    expect(seen).toEqual(['! arm']);
  });

  it('may stop itself while it is called', () => {
    const { signIn, sessions } = harness();
    const client = signIn();
    const seen: string[] = [];
    const stop = sessions.watch(client.session, {
      fact: ({ type }) => {
        seen.push(type);
        stop?.();
      },
    });
    client.send('one', 'two');
    expect(seen).toEqual(['message.received']);
    expect(client.received().slice(1)).toEqual(['your submit context: one', 'your submit context: two']);
  });

  it('that throws or rejects is a fault of the observer, and the session goes on', async () => {
    const { signIn, sessions, faults } = harness();
    const client = signIn();
    const error = new Error('broken');
    sessions.watch(client.session, {
      fact: () => {
        throw error;
      },
      command: async () => {
        throw error;
      },
    });
    client.send('hello');
    await vi.waitFor(() => expect(faults).toHaveLength(2));
    expect(faults).toEqual(Array(2).fill({ source: 'observer', error, session: client.session }));
    expect(client.received().at(-1)).toBe('your submit context: hello');
  });

  it('with a handler that is no function is a mistake of the caller', () => {
    const { signIn, sessions } = harness();
    const { session } = signIn();
    expect(() => sessions.watch(session, { fact: 1 } as never)).toThrow(
      'watcher.fact must be a function, not 1',
    );
    expect(() => sessions.watch(session, undefined as never)).toThrow(
      'watcher must be an object of handlers',
    );
  });
});
