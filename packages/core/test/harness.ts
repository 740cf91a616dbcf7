/** Sessions over recording connections and a simulated clock. The test controls everything. */
import {
  type Application,
  type Authenticator,
  accept,
  type Command,
  compiledEngine,
  createSessions,
  type Ending,
  type Engine,
  type Fact,
  type Fault,
  inspectedEngine,
  type Receiver,
  refuse,
  type Session,
  type Sessions,
  type SessionsOptions,
  type Verdict,
  xstateEngine,
} from '@sallyport/core';
import { type Recorded, RecordingConnection, SimulatedClock } from '@sallyport/core/testing';

export const CONGRATULATION =
  'congratulation, you have connect with server\r\nnow, you can do something else';
export const SORRY = 'sorry, the username or password is wrong, please submit again';

/** A promise that the test settles. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

export function deferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** Waits until the reactions of settled promises have run. */
export async function flushMicrotasks(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

/** The tutorial's one user. */
export const admin: Authenticator = (credentials) =>
  credentials.type === 'password' && credentials.username === 'admin' && credentials.password === '123456'
    ? accept('admin')
    : refuse();

/** An authenticator whose verdicts the test gives, one by one. */
export function manualAuthenticator(): { authenticate: Authenticator; verdicts: Deferred<Verdict>[] } {
  const verdicts: Deferred<Verdict>[] = [];
  return {
    verdicts,
    authenticate: () => {
      const verdict = deferred<Verdict>();
      verdicts.push(verdict);
      return verdict.promise;
    },
  };
}

/** An application whose replies the test gives, one by one. */
export function manualApplication(): {
  application: Application;
  replies: Deferred<string>[];
  messages: unknown[];
} {
  const replies: Deferred<string>[] = [];
  const messages: unknown[] = [];
  return {
    replies,
    messages,
    application: (message) => {
      messages.push(message);
      const reply = deferred<string>();
      replies.push(reply);
      return reply.promise;
    },
  };
}

/** `ENGINE=xstate pnpm test packages/core/` runs every story with another engine. */
const engines: Readonly<Record<string, Engine>> = {
  compiled: compiledEngine,
  xstate: xstateEngine,
  inspected: inspectedEngine(() => undefined),
};

export interface Client {
  readonly connection: RecordingConnection;
  readonly receiver: Receiver;
  readonly session: Session;
  send(...texts: (string | Uint8Array)[]): void;
  /** What the client has received: texts and bytes as they are, the rest in words. */
  received(): unknown[];
}

export interface Harness {
  readonly sessions: Sessions;
  readonly clock: SimulatedClock;
  readonly faults: Fault[];
  readonly endings: Ending[];
  /** The facts and commands of a harness that is `traced`. */
  readonly trace: string[];
  connect(): Client;
  /** A client that is signed in, and has received the acceptance. */
  signIn(): Client;
}

/**
 * `traced` fills `trace`. Without it nothing observes facts and commands, so messages take the short way, as in production.
 */
export function harness(options: Partial<SessionsOptions> = {}, mode?: 'traced'): Harness {
  const clock = new SimulatedClock();
  const faults: Fault[] = [];
  const endings: Ending[] = [];
  const trace: string[] = [];
  const opened: Session[] = [];
  const sessions = createSessions({
    authenticate: admin,
    engine: engines[process.env['ENGINE'] ?? 'compiled'] as Engine,
    clock,
    onFault: (fault) => faults.push(fault),
    ...options,
    observe: {
      ...options.observe,
      opened(session) {
        opened.push(session);
        options.observe?.opened?.(session);
      },
      closed(session, ending) {
        endings.push(ending);
        options.observe?.closed?.(session, ending);
      },
      ...(mode === 'traced' && {
        fact(session: Session, fact: Fact) {
          trace.push(fact.type);
          options.observe?.fact?.(session, fact);
        },
        command(session: Session, command: Command) {
          trace.push(inWords(command));
          options.observe?.command?.(session, command);
        },
      }),
    },
  });
  const connect = (): Client => {
    const connection = new RecordingConnection();
    const receiver = sessions.open(connection, { address: '192.0.2.1' });
    connection.opened(receiver);
    return {
      connection,
      receiver,
      session: opened.at(-1) as Session,
      send: (...messages) => {
        for (const message of messages) receiver.receive(message, byteLength(message));
      },
      received: () => connection.recorded.map(recordedInWords),
    };
  };
  const signIn = (): Client => {
    const client = connect();
    client.send('admin:123456');
    return client;
  };
  return { sessions, clock, faults, endings, trace, connect, signIn };
}

function byteLength(data: string | Uint8Array): number {
  return typeof data === 'string' ? new TextEncoder().encode(data).length : data.length;
}

function recordedInWords(what: Recorded): unknown {
  if ('sent' in what) return what.sent;
  if ('close' in what) return `close ${what.close}`;
  return 'ping' in what ? 'ping' : 'terminated';
}

function inWords(command: { type: string; timer?: string; reason?: string }): string {
  return [command.type, command.timer ?? command.reason].filter(Boolean).join(' ');
}
