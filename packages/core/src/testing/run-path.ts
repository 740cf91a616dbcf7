/**
 * Runs one session along a path of acts, from the opening on, over no network and in no time: for whoever tests an
 * application or an authenticator.
 *
 * Nothing is imitated but the transport and the clock. The client answers pings and close frames unless told otherwise.
 */
import { byteLength, type Data } from '@sallyport/protocol';
import type { Command } from '../machine/commands.ts';
import type { Fact } from '../machine/facts.ts';
import type { StateName } from '../machine/machine.ts';
import type { SessionsOptions } from '../options.ts';
import type { Ending, Fault } from '../ports/observer.ts';
import { createSessions } from '../sessions.ts';
import { type Recorded, RecordingConnection } from './recording-connection.ts';
import { SimulatedClock } from './simulated-clock.ts';

export type Act =
  /** The client says this, and the authenticator or the application answers, however long that takes it. */
  | { readonly say: Data }
  /** The client says this, and the path goes on before there is an answer. */
  | { readonly sayOnly: Data }
  /** So many milliseconds pass on the session's clock. */
  | { readonly wait: number }
  /** The client leaves with this close code; 1006 is a lost connection. */
  | { readonly leave: number }
  /** From here on the client answers no ping. */
  | { readonly fallSilent: true }
  | { readonly revoke: string }
  | { readonly drain: true };

/** What came of it. */
export interface Outcome {
  /** The messages that the client was sent, in order. */
  readonly heard: readonly Data[];
  /** All that it was sent, pings and close frames too. */
  readonly recorded: readonly Recorded[];
  /** What went into the machine, and what came out. */
  readonly facts: readonly Fact[];
  readonly commands: readonly Command[];
  readonly state: StateName;
  /** None if the session is still open. */
  readonly ending: Ending | undefined;
  /** What the application, the authenticator or an observer threw. */
  readonly faults: readonly Fault[];
}

/** Everything that sessions are made with; the clock is simulated. */
export type PathOptions = Omit<SessionsOptions, 'clock'>;

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
  /** What was asked of the user's own code and is not answered. */
  let asked: Promise<unknown>[] = [];
  const remember = <Answer>(answer: Answer): Answer => {
    asked.push(Promise.resolve(answer).catch(() => undefined));
    return answer;
  };
  const { authenticate, application, observe = {} } = options;
  const sessions = createSessions({
    ...options,
    clock,
    authenticate: (credentials, context) => remember(authenticate(credentials, context)),
    ...(application && { application: (message, session) => remember(application(message, session)) }),
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
  /** Until nothing is asked any more: what waited behind one answer is asked once that is there. */
  const settle = async () => {
    while (asked.length > 0) {
      const pending = asked;
      asked = [];
      await Promise.all(pending);
      await reactions();
    }
  };

  const receiver = sessions.open(connection, { address: '192.0.2.1' });
  connection.opened(receiver);
  for (const act of acts) {
    // Nobody hears what is said after the end, and no connection calls then.
    if (ending) break;
    if ('say' in act || 'sayOnly' in act) {
      const data = 'say' in act ? act.say : act.sayOnly;
      receiver.receive(data, byteLength(data));
      await ('say' in act ? settle() : reactions());
    } else if ('wait' in act) clock.advance(act.wait);
    else if ('leave' in act) connection.closed(act.leave);
    else if ('fallSilent' in act) connection.answersPings = false;
    else if ('revoke' in act) sessions.revoke(act.revoke);
    else void sessions.drain();
    await reactions();
  }
  return {
    heard: connection.recorded.flatMap((one) => ('sent' in one ? [one.sent] : [])),
    recorded: connection.recorded,
    facts,
    commands,
    state: states.at(-1) as StateName,
    ending,
    faults,
  };
}

/** Lets what has been settled take effect: one answer has several reactions, one behind another. */
async function reactions(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}
