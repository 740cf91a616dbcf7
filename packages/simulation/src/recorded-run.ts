/**
 * A recording as the input: steps the session machine through the recorded facts of all sessions, in the order of time, and checks the
 * invariants of sessions after every command.
 *
 * A recording has no payloads, so what the wire and the channels promise cannot be checked here. Proven by: test/recorded-run.test.ts.
 */
import { type Command, compiledEngine, type Engine } from '@sallyport/core';
import { reasons } from '@sallyport/protocol';
import {
  type RecordedSession,
  type Recording,
  RecordingError,
  type ReplayedStep,
  replaySession,
} from '@sallyport/recording';
import { Report, type Violation } from './report.ts';
import { Scheduler } from './scheduler.ts';

/** What came of a recording. */
export interface RecordedRunResult {
  readonly sessions: number;
  readonly steps: number;
  readonly log: string;
  /** The first broken rule. */
  readonly violation: Violation | undefined;
}

/** A timer may report a little sooner than its time, because times are rounded to whole milliseconds. */
const ROUNDING_MS = 2;

/** Runs it. Throws a `RecordingError` for a fact that the machine cannot take. */
export async function runRecording(
  recording: Recording,
  engine: Engine = compiledEngine,
): Promise<RecordedRunResult> {
  const scheduler = new Scheduler();
  const report = new Report(scheduler, true);
  let steps = 0;
  let problem: unknown;
  for (const session of recording.sessions.values()) {
    const check = new CommandCheck(session, recording, report);
    const replay = replaySession(recording, session, engine);
    const next = () => {
      try {
        const { value: step } = replay.next();
        if (!step) return check.ended();
        steps += 1;
        check.takes(step);
        const following = session.steps[session.steps.indexOf(step.recorded) + 1];
        scheduler.after((following?.t ?? step.recorded.t) - scheduler.now, next);
      } catch (error) {
        problem ??= error;
      }
    };
    scheduler.after(session.steps[0]?.t ?? 0, next);
  }
  await scheduler.run(Number.MAX_SAFE_INTEGER, () => {});
  if (problem instanceof RecordingError) throw problem;
  if (problem !== undefined) report.fail('nothing throws', String(problem));
  const { violation, lines = [] } = report;
  return { sessions: recording.sessions.size, steps, log: lines.join('\n'), violation };
}

/** Checks the commands of one session. */
class CommandCheck {
  readonly #session: RecordedSession;
  readonly #recording: Recording;
  readonly #report: Report;
  /** When each armed timer was armed, and how long it runs. */
  readonly #timers = new Map<string, { readonly at: number; readonly ms: number | undefined }>();
  #isSignedIn = false;
  #verifying: number | undefined;
  #closedBy: string | undefined;
  #isTerminated = false;
  #state = '';

  constructor(session: RecordedSession, recording: Recording, report: Report) {
    this.#session = session;
    this.#recording = recording;
    this.#report = report;
  }

  takes({ recorded, state, commands, differences }: ReplayedStep): void {
    const { fact, t } = recorded;
    this.#report.log(`session ${this.#session.id} ${fact?.type ?? 'opened'} → ${state}`);
    for (const difference of differences)
      this.#require(false, 'the machine does what was recorded', difference);
    if (fact?.type.endsWith('.timedOut')) this.#timedOut(fact.type.slice(0, -'.timedOut'.length), t);
    if (fact?.type === 'credentials.accepted' && commands.some(({ type }) => type === 'setIdentity'))
      this.#require(
        fact['attempt'] === this.#verifying,
        'a verdict counts for its own attempt',
        `${fact['attempt']} is not ${this.#verifying}`,
      );
    for (const command of commands) this.#runs(command, t);
    this.#state = state;
  }

  /** The session has no further step. */
  ended(): void {
    const { closed, isCut } = this.#session;
    if (!closed || isCut) return;
    this.#require(this.#state === 'closed', 'I4 every session ends', this.#state);
    this.#require(this.#timers.size === 0, 'I10 no timer is left', [...this.#timers.keys()].join(', '));
  }

  #runs(command: Command, t: number): void {
    const { type } = command;
    this.#report.log(`session ${this.#session.id}   ${type}`);
    switch (type) {
      case 'verify':
        this.#require(
          this.#verifying === undefined || command.attempt > this.#verifying,
          'attempts are counted',
          `${command.attempt} after ${this.#verifying}`,
        );
        this.#verifying = command.attempt;
        break;
      case 'setIdentity':
        this.#isSignedIn = true;
        break;
      case 'deliver':
      case 'serve':
        this.#require(this.#isSignedIn, 'I1 nothing is served before the sign-in', type);
        this.#require(this.#closedBy === undefined, 'I3 nothing follows the close frame', type);
        break;
      case 'answer':
        this.#require(this.#closedBy === undefined, 'I3 nothing follows the close frame', type);
        break;
      case 'close':
      case 'terminate':
        this.#ends(type, command.reason);
        break;
      case 'arm':
        this.#timers.set(command.timer, { at: t, ms: this.#durationOf(command) });
        break;
      case 'disarm':
        this.#timers.delete(command.timer);
    }
  }

  #ends(type: 'close' | 'terminate', reason: string): void {
    const isAgain = type === 'close' ? this.#closedBy !== undefined : this.#isTerminated;
    this.#require(
      !isAgain && !this.#isTerminated,
      'I2 a session ends once',
      `${type} after ${this.#closedBy}`,
    );
    this.#require(reason in reasons, 'I9 the reason is in the table', reason);
    this.#closedBy ??= reason;
    this.#isTerminated = type === 'terminate';
  }

  #timedOut(timer: string, t: number): void {
    const armed = this.#timers.get(timer);
    // Another fact of the same turn may have disarmed it; then the machine ignores this one.
    if (!armed?.ms) return;
    this.#require(
      t >= armed.at + armed.ms - ROUNDING_MS,
      'no timer is early',
      `${timer} after ${t - armed.at} of ${armed.ms} ms`,
    );
  }

  /** Undefined where the protocol or the drain decides. */
  #durationOf(command: Extract<Command, { type: 'arm' }>): number | undefined {
    if (command.timer === 'expiry') return command.ms;
    const { verificationMs, closeMs, authenticationMs } = this.#recording.header.limits;
    const durations = { verification: verificationMs, closing: closeMs, authentication: authenticationMs };
    return (durations as Readonly<Record<string, number | null | undefined>>)[command.timer] ?? undefined;
  }

  #require(holds: boolean, rule: string, text: string): void {
    this.#report.require(holds, rule, () => `session ${this.#session.id}: ${text}`);
  }
}
