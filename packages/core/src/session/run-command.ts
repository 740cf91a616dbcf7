/**
 * Runs one command of the machine: calls the application, the authenticator, the connection and the clock as it says.
 *
 * Nothing is decided here. Each case does its work in order, and to the end. What it causes comes back as a fact.
 * Proven by: test/session/*.test.ts (stories by name), test/invariants.test.ts (long random walks).
 */
import { type Answer, cutReason, type Identity, reasons } from '@sallyport/protocol';
import type { Command } from '../machine/commands.ts';
import type { Fact, Timer } from '../machine/facts.ts';
import type { FaultSource } from '../ports/observer.ts';
import { type DeliveryOwner, deliver } from './delivery.ts';
import { durationOf } from './durations.ts';
import { type EndingOwner, recordEnding } from './ending.ts';
import type { SessionEnvironment } from './environment.ts';
import { heartbeatMsOf } from './heartbeat.ts';
import { abandon, type HeldOwner, refreshed, requestsOf, serve } from './held.ts';
import { close, terminate } from './outbound.ts';
import { send } from './output.ts';
import { reportAnswer } from './report-answer.ts';
import { Timers } from './timers.ts';
import { Verification, type VerificationOwner } from './verification.ts';

/** What the commands need of their session. */
export interface CommandOwner extends DeliveryOwner, EndingOwner, HeldOwner, VerificationOwner {
  readonly environment: SessionEnvironment;
  identity: Identity | undefined;
  /** Undefined while no timer is armed. */
  timers: Timers | undefined;
  /** The verification that is under way, or the last one in a state that waits for its verdict. */
  verification: Verification | undefined;
  /** When the last message came, in the time of the sweep. */
  messageAt: number;
  take(fact: Fact): void;
  fault(source: FaultSource, error: unknown): void;
  /** Tells a machine that drains, if every reply and every answer has gone out. */
  reportIfSettled(): void;
}

/** Runs one command. Throws only if code of this package has an error. */
export function runCommand(session: CommandOwner, command: Command): void {
  switch (command.type) {
    case 'deliver':
      deliver(session, command.message);
      break;
    case 'answer':
      answer(session, command.answer);
      break;
    case 'serve':
      serve(session, command);
      break;
    case 'cancel':
      requestsOf(session)?.cancel(command.id);
      break;
    case 'abandonRequests':
      abandon(session);
      break;
    case 'verify':
      session.observe('verifying', command.credentials);
      session.verification = new Verification(command.attempt, session);
      session.verification.start(session.environment, command.credentials);
      break;
    case 'abandon':
      session.verification?.abandon();
      session.verification = undefined;
      break;
    case 'setIdentity':
      session.identity = command.identity;
      break;
    case 'settle':
      session.reportIfSettled();
      break;
    case 'close': {
      const { code, text } = reasons[command.reason];
      close(session, recordEnding(session, command.reason, code), cutReason(command.text ?? text));
      break;
    }
    case 'terminate':
      recordEnding(session, command.reason, reasons[command.reason].code);
      terminate(session);
      break;
    case 'arm':
      arm(session, command);
      break;
    case 'disarm':
      disarm(session, command.timer);
      break;
  }
}

/** Sends first: a message that an observer sends comes after the answer. */
function answer(session: CommandOwner, given: Answer): void {
  if (given.type === 'accepted') accept(session, given);
  else send(session, given);
  reportAnswer(given, session, session.environment);
  if (given.type === 'refreshed') refreshed(session);
}

/** Sends the acceptance. It announces heartbeats, if the client will get any. */
function accept(session: CommandOwner, given: Extract<Answer, { type: 'accepted' }>): void {
  const { protocol, environment } = session;
  const { type, identity, deviceToken } = given;
  // Fields in place of `...given`, which is slow while the code is cold: each sign-in passes here.
  const answer = { type, identity, heartbeatMs: heartbeatMsOf(protocol, environment.limits) };
  send(session, deviceToken === undefined ? answer : { ...answer, deviceToken });
  session.messageAt = environment.sweptMs;
}

/** Starts a timer, unless it would never end. */
function arm(session: CommandOwner, command: Extract<Command, { type: 'arm' }>): void {
  const { timer } = command;
  const { environment, protocol } = session;
  const ms = timer === 'expiry' ? command.ms : durationOf(timer, environment, protocol);
  disarm(session, timer);
  // An authenticator that answers at once needs no timer either.
  if (ms === Number.POSITIVE_INFINITY || (timer === 'verification' && session.verification?.isSettled))
    return;
  session.timers ??= new Timers(environment.clock, session);
  session.timers.arm(timer, ms);
}

function disarm(session: CommandOwner, timer: Timer): void {
  session.timers?.disarm(timer);
  if (session.timers?.size === 0) session.timers = undefined;
}
