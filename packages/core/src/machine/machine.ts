/**
 * The session machine.
 *
 * Rule 1: every transition of a session is in this file, and nothing else is.
 * Rule 2: it touches nothing. It knows no socket, no clock, no encoding and no duration. Facts go in (`facts.ts`),
 * commands come out (`commands.ts`), as XState `emit`s; time and verdicts come back as facts. So there is no `invoke`
 * and no `after` here: those act, and `xstate/graph` refuses machines that have them.
 *
 * How it goes. A session starts when its connection is opened. It may try credentials, one attempt at a time, until
 * one is accepted, the attempts are used up, or the time is. `deferring` is the tag of a state in which what the
 * client sends has to wait, since its meaning depends on a verdict still to come. Once established, messages are
 * delivered, and fresh credentials may extend the identity without a pause. Draining is established still (replies go
 * out, the identity may expire), except that nothing new is taken. A session ends in one of two ways: by a close
 * handshake, which has its own state and time, or by a cut, which is over at once.
 *
 * Why attempts are numbered: an authenticator may settle late. A verdict counts only for the attempt that waits.
 *
 * If you change a transition, run `pnpm test:golden` and read its diff; the README's chart comes from here too.
 * Proven by: test/golden.test.ts (every state × every fact), test/model.test.ts, test/invariants.test.ts.
 */
import type { Answer, AnswerError, Reason } from '@sallyport/protocol';
import { and, assign, emit, setup } from 'xstate';
import type { Command } from './commands.ts';
import type { Fact, FactOf, Timer } from './facts.ts';

export interface SessionInput {
  /** Credentials that may be refused in one session, refreshes included; at least 1. */
  readonly attempts: number;
}

/** Only what a guard reads. */
interface SessionContext {
  /** The number of the attempt that is awaited or under way. */
  readonly attempt: number;
  readonly attemptsLeft: number;
  /** Whose session it is; empty until somebody is accepted. */
  readonly user: string;
}

/** The states by their paths; `authenticating` and `established` are what theirs have in common. */
export type StateName =
  | 'authenticating.awaitingCredentials'
  | 'authenticating.verifying'
  | 'established.steady'
  | 'established.refreshing'
  | 'established.draining'
  | 'closing'
  | 'closed';

/**
 * - `open`: somebody is signed in, and the application may talk to them.
 * - `listening`: what the client sends counts.
 * - `deferring`: what the client sends has to wait.
 */
export type SessionTag = 'open' | 'listening' | 'deferring';

const arms = (timer: Exclude<Timer, 'expiry'>) => ({ type: 'arm', params: { timer } }) as const;
const disarms = (timer: Timer) => ({ type: 'disarm', params: { timer } }) as const;
const closes = (reason: Reason) => ({ type: 'close', params: { reason } }) as const;
const answersError = (error: Exclude<AnswerError, 'refreshPostponed'>) =>
  ({ type: 'answerError', params: { error } }) as const;

/** The transitions that end a session: with a close frame, or without. */
const ends = (reason: Reason) => ({ target: '#session.closing', actions: closes(reason) }) as const;
const terminates = (reason: Reason) =>
  ({ target: '#session.closed', actions: { type: 'terminate', params: { reason } } }) as const;

/** What ends any session that is not ending yet. */
const whileOpen = {
  'connection.closed': { target: '#session.closed' },
  'connection.stalled': terminates('stalled'),
  'connection.silent': terminates('silent'),
  'session.revoked': ends('revoked'),
  'application.closed': { target: '#session.closing', actions: 'closeForApplication' },
} as const;

/** What ends a session in which the client has a say. */
const whileListening = {
  'message.tooBig': ends('messageTooBig'),
  'message.malformed': ends('malformed'),
  'inbox.overflowed': ends('outOfOrder'),
  'rate.exceeded': ends('tooManyMessages'),
} as const;

/** What a signed-in client's messages do, and what interrupts them. */
const whileConversing = {
  ...whileListening,
  'message.received': { actions: 'deliver' },
  'session.idled': ends('idle'),
  'drain.began': { target: '#session.established.draining' },
} as const;

/** A refusal, and the last one. */
const refuse = ['countRefusal', 'answerRefused', 'countAttempt'] as const;
const refuseForGood = ['countRefusal', 'answerRefused', closes('attemptsUsedUp')] as const;

/** The same while signed in: what was signed in stays so, until the attempts of the session are used up. */
const refuseRefresh = [
  { guard: and(['isOfThisAttempt', 'isLastAttempt']), ...ends('attemptsUsedUp') },
  { guard: 'isOfThisAttempt', target: 'steady', actions: ['countRefusal', answersError('refreshRefused')] },
] as const;
const failRefresh = {
  guard: 'isOfThisAttempt',
  target: 'steady',
  actions: answersError('refreshFailed'),
} as const;

/** The fact that alone leads to the place where this stands. */
const narrow = <Type extends Fact['type']>(event: Fact, _type: Type) => event as FactOf<Type>;
const accepted = (event: Fact) => narrow(event, 'credentials.accepted').identity;
const postponed = (event: Fact) => narrow(event, 'credentials.postponed').retryInMs;

/** The answer to an acceptance; with a device token only where there is one. */
function acceptance(type: 'accepted' | 'refreshed', event: Fact): Answer {
  const { identity, deviceToken } = narrow(event, 'credentials.accepted');
  return deviceToken === undefined ? { type, identity } : { type, identity, deviceToken };
}

export const sessionMachine = setup({
  types: {
    input: {} as SessionInput,
    context: {} as SessionContext,
    events: {} as Fact,
    emitted: {} as Command,
    tags: {} as SessionTag,
  },
  guards: {
    isOfThisAttempt: ({ context, event }) => 'attempt' in event && event.attempt === context.attempt,
    isLastAttempt: ({ context }) => context.attemptsLeft === 1,
    isSameUser: ({ context, event }) => accepted(event).user === context.user,
    /** A token can be past its end and within its leeway. */
    hasTimeLeft: ({ event }) => accepted(event).expiresInMs > 0,
  },
  actions: {
    countAttempt: assign({ attempt: ({ context }) => context.attempt + 1 }),
    countRefusal: assign({ attemptsLeft: ({ context }) => context.attemptsLeft - 1 }),
    rememberUser: assign({ user: ({ event }) => accepted(event).user }),

    verify: emit(({ context, event }) => ({
      type: 'verify',
      attempt: context.attempt,
      credentials: narrow(event, 'credentials.received').credentials,
    })),
    abandon: emit({ type: 'abandon' }),
    setIdentity: emit(({ event }) => ({ type: 'setIdentity', identity: accepted(event) })),
    answerAccepted: emit(({ event }) => ({
      type: 'answer',
      answer: acceptance('accepted', event),
    })),
    answerRefreshed: emit(({ event }) => ({
      type: 'answer',
      answer: acceptance('refreshed', event),
    })),
    answerRefused: emit(({ context }) => ({
      type: 'answer',
      answer: { type: 'refused', attemptsLeft: context.attemptsLeft },
    })),
    answerPostponed: emit(({ event }) => ({
      type: 'answer',
      answer: { type: 'postponed', retryInMs: postponed(event) },
    })),
    answerRefreshPostponed: emit(({ event }) => ({
      type: 'answer',
      answer: { type: 'error', error: 'refreshPostponed', retryInMs: postponed(event) },
    })),
    answerError: emit((_, { error }: { error: Exclude<AnswerError, 'refreshPostponed'> }) => ({
      type: 'answer',
      answer: { type: 'error', error },
    })),
    deliver: emit(({ event }) => ({ type: 'deliver', message: narrow(event, 'message.received').message })),
    settle: emit({ type: 'settle' }),

    close: emit((_, { reason }: { reason: Reason }) => ({ type: 'close', reason })),
    closeForApplication: emit(({ event }) => ({
      ...narrow(event, 'application.closed'),
      type: 'close',
      reason: 'applicationClosed',
    })),
    terminate: emit((_, { reason }: { reason: Reason }) => ({ type: 'terminate', reason })),
    arm: emit((_, { timer }: { timer: Exclude<Timer, 'expiry'> }) => ({ type: 'arm', timer })),
    armExpiry: emit(({ event }) => ({ type: 'arm', timer: 'expiry', ms: accepted(event).expiresInMs })),
    disarm: emit((_, { timer }: { timer: Timer }) => ({ type: 'disarm', timer })),
  },
}).createMachine({
  id: 'session',
  context: ({ input }) => ({ attempt: 1, attemptsLeft: input.attempts, user: '' }),
  initial: 'authenticating',
  states: {
    authenticating: {
      tags: 'listening',
      entry: arms('authentication'),
      exit: disarms('authentication'),
      on: {
        ...whileOpen,
        ...whileListening,
        'authentication.timedOut': ends('authenticationTimedOut'),
        // At once: nothing was accepted yet that would have to be finished.
        'drain.began': ends('draining'),
      },
      initial: 'awaitingCredentials',
      states: {
        awaitingCredentials: {
          on: {
            'credentials.received': 'verifying',
            'credentials.malformed': [
              { guard: 'isLastAttempt', target: '#session.closing', actions: refuseForGood },
              { actions: refuse },
            ],
            'credentials.unsupported': ends('binaryCredentials'),
          },
        },
        verifying: {
          tags: 'deferring',
          entry: ['verify', arms('verification')],
          exit: [disarms('verification'), 'abandon'],
          on: {
            'credentials.accepted': [
              { guard: and(['isOfThisAttempt', 'hasTimeLeft']), target: '#session.established' },
              // An expired identity is never admitted: it would count as a sign-in and replace a running session.
              { guard: 'isOfThisAttempt', ...ends('expired') },
            ],
            'credentials.refused': [
              {
                guard: and(['isOfThisAttempt', 'isLastAttempt']),
                target: '#session.closing',
                actions: refuseForGood,
              },
              { guard: 'isOfThisAttempt', target: 'awaitingCredentials', actions: refuse },
            ],
            // It was not looked at, so it is no refusal; but a verdict that comes late must not count for the next.
            'credentials.postponed': {
              guard: 'isOfThisAttempt',
              target: 'awaitingCredentials',
              actions: ['answerPostponed', 'countAttempt'],
            },
            'authenticator.failed': { guard: 'isOfThisAttempt', ...ends('authenticatorFailed') },
            'authenticator.overloaded': { guard: 'isOfThisAttempt', ...ends('overloaded') },
            'verification.timedOut': ends('verificationTimedOut'),
          },
        },
      },
    },

    established: {
      tags: 'open',
      entry: ['rememberUser', 'setIdentity', 'answerAccepted', 'armExpiry'],
      exit: disarms('expiry'),
      on: {
        ...whileOpen,
        'expiry.timedOut': ends('expired'),
        'session.replaced': ends('replaced'),
        'application.failed': ends('applicationFailed'),
      },
      initial: 'steady',
      states: {
        steady: {
          tags: 'listening',
          on: {
            ...whileConversing,
            'refresh.requested': { target: 'refreshing', actions: 'countAttempt' },
          },
        },
        // Messages go on, and so does the expiry: who refreshes too late is out. Whatever comes of it is said.
        refreshing: {
          tags: 'listening',
          entry: ['verify', arms('verification')],
          exit: [disarms('verification'), 'abandon'],
          on: {
            ...whileConversing,
            'refresh.requested': { actions: answersError('refreshPending') },
            'credentials.accepted': [
              {
                guard: and(['isOfThisAttempt', 'isSameUser', 'hasTimeLeft']),
                target: 'steady',
                actions: ['setIdentity', 'answerRefreshed', 'armExpiry'],
              },
              // Another user is as wrong as a wrong password, and is told no more. So is an identity that has expired:
              // the running one stays until its own end.
              ...refuseRefresh,
            ],
            'credentials.refused': refuseRefresh,
            'credentials.postponed': {
              guard: 'isOfThisAttempt',
              target: 'steady',
              actions: 'answerRefreshPostponed',
            },
            'authenticator.failed': failRefresh,
            'authenticator.overloaded': failRefresh,
            'verification.timedOut': { target: 'steady', actions: answersError('refreshTimedOut') },
          },
        },
        // What was delivered gets its reply; what comes now is not taken.
        draining: {
          entry: [arms('draining'), 'settle'],
          exit: disarms('draining'),
          on: {
            'replies.settled': ends('draining'),
            'draining.timedOut': ends('draining'),
          },
        },
      },
    },

    // Its own close frame is on the way; all that counts is that the connection goes.
    closing: {
      entry: arms('closing'),
      exit: disarms('closing'),
      on: {
        'connection.closed': 'closed',
        'connection.stalled': terminates('stalled'),
        'closing.timedOut': terminates('silent'),
      },
    },

    closed: { type: 'final' },
  },
});
