/**
 * Long random walks of whole servers: clients, network, authenticator, application, operator and clock, all at once.
 * The invariants are checked after every step. A failure prints its seed and its shortest walk.
 */
import { inspect } from 'node:util';
import {
  accept,
  type Command,
  type Fact,
  type Observer,
  overload,
  refuse,
  type Session,
  type SessionsOptions,
  type Verdict,
} from '@sallyport/core';
import { canary } from '@sallyport/core/testing/canary';
import type { Credentials } from '@sallyport/protocol';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Client, CONGRATULATION, type Deferred, deferred, flushMicrotasks, harness } from './harness.ts';

/** The walks are the same in every run. For others, and more: `WALKS=10000 WALK_SEED=7 pnpm test …`. */
const numRuns = Number(process.env['WALKS'] ?? 500);
const seed = Number(process.env['WALK_SEED'] ?? 1);

const which = fc.nat({ max: 3 });
const step = fc.oneof(
  {
    arbitrary: fc.record({
      do: fc.constant('send' as const),
      which,
      what: fc.constantFrom('good', 'brief', 'slow', 'bad', 'token', 'secret', 'binary', 'big', 'hello'),
    }),
    weight: 8,
  },
  {
    arbitrary: fc.record({
      do: fc.constant('judge' as const),
      which,
      how: fc.constantFrom('accept', 'expiring', 'refuse', 'overload', 'throw', 'junk'),
    }),
    weight: 5,
  },
  {
    arbitrary: fc.record({
      do: fc.constant('reply' as const),
      which,
      how: fc.constantFrom('text', 'nothing', 'throw'),
    }),
    weight: 5,
  },
  {
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      awake: fc.boolean(),
      ms: fc.constantFrom(1, 999, 5_000, 31_000, 110_000, 145_000, 400_000),
    }),
    weight: 2,
  },
  fc.record({
    do: fc.constant('network' as const),
    which,
    how: fc.constantFrom('lost', 'left', 'pong', 'clogged', 'dropping', 'free'),
  }),
  fc.record({ do: fc.constant('application' as const), which, how: fc.constantFrom('close', 'send') }),
  fc.record({ do: fc.constantFrom('connect' as const, 'revoke' as const) }),
  { arbitrary: fc.record({ do: fc.constant('drain' as const) }), weight: 1 },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** How often the walks reached each ending. The simulation must not pass by doing nothing, so all of `endings` are required. */
const reached = new Map<string, number>();
const endings = [
  'applicationClosed',
  'applicationFailed',
  'attemptsUsedUp',
  'authenticationTimedOut',
  'authenticatorFailed',
  'binaryCredentials',
  'clientLeft',
  'connectionLost',
  'draining',
  'expired',
  'idle',
  'messageTooBig',
  'outOfOrder',
  'overloaded',
  'revoked',
  'silent',
  'stalled',
  'verificationTimedOut',
];

it.each([
  ['E23: the invariants hold on every random walk, and no secret shows', 'traced'],
  ['E23: the invariants hold too where nothing observes facts, and messages take the short way', undefined],
] as const)(
  '%s',
  async (_, mode) => {
    reached.clear();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }), async (steps) => {
        const world = makeWorld(mode);
        for (const one of steps) {
          world.take(one);
          await flushMicrotasks();
          world.look();
        }
        await world.end();
      }),
      { numRuns, seed },
    );
    // The walks reached every ending that they can reach.
    if (!process.env['WALKS'] && !process.env['WALK_SEED'])
      expect([...reached.keys()].sort()).toEqual(endings);
  },
  120_000,
);

function makeWorld(mode: 'traced' | undefined) {
  const verdicts: Deferred<Verdict>[] = [];
  const replies: (Deferred<string | undefined> & { owner: number; number: number })[] = [];
  const delivered = new Map<number, number>();
  const clients: Client[] = [];
  const told: unknown[] = [];
  const options: Partial<SessionsOptions> = {
    observe: listening(mode, (...what) => told.push(what)),
    authenticate: (credentials) => {
      const name = credentials.type === 'password' ? credentials.username : '';
      expect(canary.isIn(secretOf(credentials))).toBe(true);
      if (name === 'good') return accept('admin');
      if (name === 'brief') return accept('admin', { expiresInMs: 100_000 });
      if (name === 'bad') return refuse();
      const verdict = deferred<Verdict>();
      verdicts.push(verdict);
      return verdict.promise;
    },
    application: (_, session) => {
      expect(session.identity, 'delivered before the acceptance').toBeDefined();
      const number = (delivered.get(session.id) ?? 0) + 1;
      delivered.set(session.id, number);
      const reply = { ...deferred<string | undefined>(), owner: session.id, number };
      replies.push(reply);
      return reply.promise;
    },
    limits: {
      waitingMessages: 4,
      concurrentMessages: 3,
      inboxMessages: 4,
      attempts: 3,
      idleMs: 160_000,
      silenceMs: 150_000,
    },
  };
  const world = harness(options, mode);
  const said: Record<string, string | Uint8Array> = {
    ...Object.fromEntries(
      ['good', 'brief', 'slow', 'bad'].map((name) => [name, `${name}:${canary.password}`]),
    ),
    token: `Bearer ${canary.token}`,
    // A user who pastes the password alone.
    secret: canary.password,
    binary: new Uint8Array([1, 2]),
    big: 'x'.repeat(70_000),
  };
  const outcomes: Record<string, (verdict: Deferred<Verdict>) => void> = {
    accept: (verdict) => verdict.resolve(accept('admin')),
    expiring: (verdict) => verdict.resolve(accept('admin', { expiresInMs: 100_000 })),
    refuse: (verdict) => verdict.resolve(refuse()),
    overload: (verdict) => verdict.resolve(overload()),
    throw: (verdict) => verdict.reject(new Error('no')),
    junk: (verdict) => verdict.resolve({ verdict: 'yes' } as never),
  };

  const take = (one: Step): void => {
    const client = 'which' in one ? clients[one.which % Math.max(1, clients.length)] : undefined;
    switch (one.do) {
      case 'connect':
        clients.push(world.connect());
        break;
      case 'send':
        client?.send(said[one.what] ?? one.what);
        break;
      case 'judge':
        // Any of them, also one whose session has ended.
        if (verdicts.length > 0)
          outcomes[one.how]?.(verdicts[one.which % verdicts.length] as Deferred<Verdict>);
        break;
      case 'reply': {
        const reply = replies[replies.length - 1 - (one.which % Math.max(1, replies.length))];
        if (one.how === 'throw') reply?.reject(new Error('no'));
        else reply?.resolve(one.how === 'text' ? `reply ${reply.number}` : undefined);
        break;
      }
      case 'wait':
        // Awake: every client answers pings meanwhile.
        for (let left = one.ms; left > 0; left -= 20_000) {
          if (one.awake) for (const { receiver } of clients) receiver.ponged();
          world.clock.advance(Math.min(left, 20_000));
        }
        break;
      case 'network':
        if (client) disturb(client, one.how);
        break;
      case 'application':
        if (one.how === 'close') client?.session.close();
        else client?.session.send('news');
        break;
      case 'revoke':
        world.sessions.revoke('admin');
        break;
      case 'drain':
        void world.sessions.drain();
        break;
    }
  };

  const look = (): void => {
    expect(shows(told), 'a secret shows').toBe(false);
    told.length = 0;
    expect(
      world.faults.filter(({ source }) => source === 'connection'),
      'called when not open',
    ).toEqual([]);
    for (const client of clients) {
      const received = client.received().filter((what) => what !== 'ping');
      const closed = received.findIndex(
        (what) => typeof what === 'string' && /^(close|terminated)/.test(what),
      );
      expect(received.slice(closed + 1).filter((what) => what !== 'terminated' && closed >= 0)).toEqual([]);
      const numbers = received.flatMap((what) => /^reply (\d+)$/.exec(String(what))?.[1] ?? []).map(Number);
      expect(numbers, 'replies keep their order').toEqual([...numbers].sort((a, b) => a - b));
      const opened = received.indexOf(CONGRATULATION);
      const first = received.findIndex((what) => /^(reply|news)/.test(String(what)));
      if (first >= 0) expect(opened, 'nothing before the acceptance').toBeLessThan(first);
    }
  };

  /** Input stops and the clock runs: every session ends, and nothing is left behind. */
  const end = async (): Promise<void> => {
    void world.sessions.drain();
    world.clock.advance(20_000);
    await flushMicrotasks();
    look();
    const output = [world.faults, world.endings, world.trace, clients.map((one) => one.received())];
    expect(shows(output), 'a secret shows').toBe(false);
    expect(world.sessions.size).toBe(0);
    expect(world.clock.pending).toBe(0);
    expect(world.endings).toHaveLength(clients.length);
    const { opened, closed } = world.sessions.counters;
    expect([opened, closed]).toEqual([clients.length, clients.length]);
    for (const { reason } of world.endings) reached.set(reason, (reached.get(reason) ?? 0) + 1);
  };

  clients.push(world.connect(), world.connect());
  return { take, look, end };
}

function disturb(client: Client, how: string): void {
  switch (how) {
    case 'lost':
      client.connection.closed(1006);
      break;
    case 'left':
      client.connection.closed(1000);
      break;
    case 'pong':
      client.receiver.ponged();
      break;
    case 'clogged':
      client.connection.sendResult = 'buffered';
      client.connection.bufferedAmount = 500_000;
      break;
    case 'dropping':
      client.connection.sendResult = 'dropped';
      break;
    case 'free':
      client.connection.sendResult = 'sent';
      client.receiver.drained();
      break;
  }
}

/** Everything that observers see, without the messages of signed-in clients: messages are not secrets. */
function listening(mode: 'traced' | undefined, tell: (...what: unknown[]) => void): Observer {
  const names = [
    'opened',
    'verifying',
    'refused',
    'authenticated',
    'refreshed',
    'closed',
    'transition',
  ] as const;
  return {
    ...Object.fromEntries(names.map((name) => [name, (...details: unknown[]) => tell(name, ...details)])),
    ...(mode === 'traced' && {
      fact: (session: Session, fact: Fact) => fact.type !== 'message.received' && tell(session, fact),
      command: (session: Session, command: Command) => command.type !== 'deliver' && tell(session, command),
    }),
  };
}

/** Whether a secret shows in a log: as JSON, or as Node prints it. */
function shows(output: unknown): boolean {
  return (
    canary.isIn(JSON.stringify(output)) || canary.isIn(inspect(output, { depth: 5, maxArrayLength: null }))
  );
}

function secretOf(credentials: Credentials): string {
  switch (credentials.type) {
    case 'password':
      return credentials.password;
    case 'token':
      return credentials.token;
    case 'cookie':
      return credentials.value;
  }
}
