/**
 * Runs one session along a path of acts, without a network and without waiting, to test an application or an authenticator.
 *
 * Only the transport and the clock are simulated. The client answers pings and close frames, unless an act says otherwise.
 */
import { byteLength, type Data } from '@sallyport/protocol';
import { createSessions } from '../live-sessions.ts';
import type { Command } from '../machine/commands.ts';
import type { Fact } from '../machine/facts.ts';
import type { StateName } from '../machine/machine.ts';
import type { SessionsOptions } from '../options.ts';
import type { Ending, Fault } from '../ports/observer.ts';
import { type Recorded, RecordingConnection } from './recording-connection.ts';
import { SimulatedClock } from './simulated-clock.ts';

/** One act of a client, an operator, or the clock. */
export type Act =
  /** The client sends this, and the path waits for the authenticator or the application. */
  | { readonly send: Data }
  /** The client sends this, and the path goes on without waiting for an answer. */
  | { readonly sendOnly: Data }
  /** This many milliseconds pass on the session's clock. */
  | { readonly wait: number }
  /** The connection closes with this code; 1006 is a lost connection. */
  | { readonly leave: number }
  /** The client answers no ping from now on. */
  | { readonly fallSilent: true }
  /** The operator revokes this user. */
  | { readonly revoke: string }
  /** The operator drains the server. */
  | { readonly drain: true };

/** The result of a path. */
export interface Outcome {
  /** The messages that the client received, in order. */
  readonly received: readonly Data[];
  /** All that the server sent, pings and close frames included. */
  readonly recorded: readonly Recorded[];
  /** The facts that the machine took, in order. */
  readonly facts: readonly Fact[];
  /** The commands that the machine gave, in order. */
  readonly commands: readonly Command[];
  /** The last state. */
  readonly state: StateName;
  /** How the session ended. Undefined if it is still open. */
  readonly ending: Ending | undefined;
  /** The errors of the application, the authenticator and the observer. */
  readonly faults: readonly Fault[];
}

/** The options of `createSessions` without the clock, which is simulated. */
export type PathOptions = Omit<SessionsOptions, 'clock'>;

/**
 * Runs one session along these acts, from the opening on. Resolves when the last act has had its effect, or the session has
 * ended.
 */
export async function runPath(options: PathOptions, acts: readonly Act[]): Promise<Outcome> {
  const clock = new SimulatedClock();
  const connection = new RecordingConnection();
  connection.answersClose = true;
  connection.answersPings = true;
  const faults: Fault[] = [];
  const facts: Fact[] = [];
  const commands: Command[] = [];
  const states: StateName[] = ['authenticating.awaitingCredentials'];
  let ending: Ending | undefined;
  /** Pending answers of user code. */
  let pendingAnswers: Promise<unknown>[] = [];
  const remember = <Answer>(answer: Answer): Answer => {
    pendingAnswers.push(Promise.resolve(answer).catch(() => undefined));
    return answer;
  };
  const { authenticate, application, requests, channels, observe = {} } = options;
  const sessions = createSessions({
    ...options,
    clock,
    authenticate: (credentials, context) => remember(authenticate(credentials, context)),
    ...(application && { application: (message, session) => remember(application(message, session)) }),
    ...(requests && { requests: (request, session) => remember(requests(request, session)) }),
    ...(channels && {
      channels: {
        serve: (request, subscriber) => remember(channels.serve(request, subscriber)),
        ended: (subscriber, hasLeft) => channels.ended(subscriber, hasLeft),
        refreshed: (subscriber) => channels.refreshed(subscriber),
      },
    }),
    onFault(fault) {
      faults.push(fault);
      options.onFault?.(fault);
    },
    observe: {
      ...observe,
      fact(session, fact) {
        facts.push(fact);
        observe.fact?.(session, fact);
      },
      command(session, command) {
        commands.push(command);
        observe.command?.(session, command);
      },
      transition(session, from, to) {
        states.push(to);
        observe.transition?.(session, from, to);
      },
      closed(session, how) {
        ending = how;
        observe.closed?.(session, how);
      },
    },
  });
  /** Waits until no answer is pending. One answer may start the next call. */
  const settle = async () => {
    while (pendingAnswers.length > 0) {
      const pending = pendingAnswers;
      pendingAnswers = [];
      await Promise.all(pending);
      await reactions();
    }
  };

  const receiver = sessions.open(connection, { address: '192.0.2.1' });
  connection.opened(receiver);
  for (const act of acts) {
    // After the end, the connection calls nothing.
    if (ending) break;
    if ('send' in act || 'sendOnly' in act) {
      const data = 'send' in act ? act.send : act.sendOnly;
      receiver.receive(data, byteLength(data));
      await ('send' in act ? settle() : reactions());
    } else if ('wait' in act) clock.advance(act.wait);
    else if ('leave' in act) connection.closed(act.leave);
    else if ('fallSilent' in act) connection.answersPings = false;
    else if ('revoke' in act) void sessions.revoke(act.revoke);
    else void sessions.drain();
    await reactions();
  }
  return {
    received: connection.recorded.flatMap((one) => ('sent' in one ? [one.sent] : [])),
    recorded: connection.recorded,
    facts,
    commands,
    state: states.at(-1) as StateName,
    ending,
    faults,
  };
}

/** Lets settled promises take effect: one answer has several reactions in a row. */
async function reactions(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}
