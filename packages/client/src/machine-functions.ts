/**
 * The guards of the client's machine and the contents of its commands: functions of context and event alone.
 *
 * Apart from the machine, because a browser needs these functions but not XState: `description.ts` refers to them.
 * Proven by: test/machine/golden.test.ts.
 */
import { type Reason, reasons } from '@sallyport/protocol';
import type { Command } from './commands.ts';
import type { durations, Timer } from './durations.ts';
import type { EndReason, Fact, FactOf } from './facts.ts';

/** The input of the client's machine. */
export interface ClientInput {
  /** Whether it may connect again by itself. */
  readonly reconnects: boolean;
}

/** Only values that a guard reads or a command contains. */
export interface ClientContext {
  readonly reconnects: boolean;
  /** The number of the last request for credentials. */
  readonly question: number;
  /** Attempts that failed since the last session that worked. */
  readonly failures: number;
  /** Renewals of this sign-in that failed, in a row. */
  readonly failedRenewals: number;
  /** The server postponed the credentials that were given last: they are sent again without a new request. */
  readonly isPostponed: boolean;
}

interface Now {
  readonly context: ClientContext;
  readonly event: Fact;
}

/** The event, as the only type of fact that can lead to the calling function. */
const the = <Type extends Fact['type']>(event: Fact, _type: Type) => event as FactOf<Type>;
const reasonOf = (event: Fact): Reason => the(event, 'connection.closed').reason;
/** Decisions against this sign-in. */
const SIGNED_OUT: readonly Reason[] = ['revoked', 'replaced'];

export const atFirst = ({ input }: { input: ClientInput }): ClientContext => ({
  reconnects: input.reconnects,
  question: 1,
  failures: 0,
  failedRenewals: 0,
  isPostponed: false,
});

// --- Guards.

export const reconnects = ({ context }: Now) => context.reconnects;
/** `reconnects` is about losses. Postponed credentials belong to a sign-in, so they are sent again in any case. */
export const goesOn = ({ context }: Now) => context.reconnects || context.isPostponed;
export const isOfThisQuestion = ({ context, event }: Now) =>
  'question' in event && event.question === context.question;
export const mayTryAgain = (now: Now) => reconnects(now) && isOfThisQuestion(now);
/** The connection closed for a reason that does not speak against the credentials: a timeout, or one that any client may meet. */
export const staysPostponed = ({ context, event }: Now) =>
  context.isPostponed && (isLate({ event }) || reasons[reasonOf(event)].retry === 'later');
export const mayRetry = (now: Now) =>
  staysPostponed(now) ||
  (reconnects(now) && !['never', 'onDemand'].includes(reasons[reasonOf(now.event)].retry));
export const isSignedOut = ({ event }: Now) =>
  SIGNED_OUT.includes(reasonOf(event)) || reasons[reasonOf(event)].retry === 'onDemand';
export const isLost = ({ event }: Now) => reasonOf(event) === 'connectionLost';
export const isLate = ({ event }: Pick<Now, 'event'>) => reasonOf(event) === 'authenticationTimedOut';
/** Postponed credentials wait to be sent again, and the program has given no others. */
export const saysTheSame = ({ context, event }: Now) => context.isPostponed && !bringsCredentials({ event });
export const bringsCredentials = ({ event }: Pick<Now, 'event'>) =>
  event.type === 'session.resumed' && event.hasCredentials;

// --- Counters.

export const nextQuestion = ({ context }: Now) => context.question + 1;
export const oneMoreFailure = ({ context }: Now) => context.failures + 1;
export const oneMoreFailedRenewal = ({ context }: Now) => context.failedRenewals + 1;

// --- Commands.

export const toAsk = ({ context }: Now): Command => ({ type: 'ask', question: context.question });
export const toDeliver = ({ event }: Now): Command => ({
  type: 'deliver',
  message: the(event, 'message.received').message,
});
export const toEnd = (_: Now, { reason }: { reason: EndReason }): Command => ({ type: 'end', reason });
export const toEndWithConnection = ({ event }: Now): Command => ({ type: 'end', reason: reasonOf(event) });
export const toArm = (_: Now, { timer }: { timer: keyof typeof durations }): Command => ({
  type: 'arm',
  timer,
});
export const toArmRenewal = ({ event }: Now): Command => ({
  type: 'arm',
  timer: 'renewal',
  expiresInMs: (event as FactOf<'answer.accepted' | 'answer.refreshed'>).expiresInMs,
});
export const toRenewAgain = ({ context }: Now): Command => ({
  type: 'arm',
  timer: 'renewal',
  failures: context.failedRenewals,
});
export const toRearm = (_: Now, { timer }: { timer: keyof typeof durations }): Command => ({
  type: 'rearm',
  timer,
});
export const toRepeat = ({ event }: Now): Command => ({
  type: 'arm',
  timer: 'repeat',
  retryInMs: the(event, 'answer.postponed').retryInMs,
});
export const toRenewLater = ({ event }: Now): Command => ({
  type: 'arm',
  timer: 'renewal',
  retryInMs: the(event, 'answer.postponed').retryInMs,
});
export const toRetry = ({ context }: Now, { reason }: { reason: EndReason }): Command => ({
  type: 'arm',
  timer: 'retry',
  reason,
  failures: context.failures,
});
export const toRetryAfterLoss = ({ context, event }: Now): Command => ({
  type: 'arm',
  timer: 'retry',
  reason: reasonOf(event),
  failures: context.failures,
});
export const toDisarm = (_: Now, { timer }: { timer: Timer }): Command => ({ type: 'disarm', timer });
