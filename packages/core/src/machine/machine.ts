/**
 * The session machine.
 *
 * Rule 1: every transition of a session is in this file, and nothing else is.
 * Rule 2: the machine is pure. It knows no socket, no clock, no encoding and no duration. Facts go in (`facts.ts`), and
 * commands come out (`commands.ts`) as XState `emit`s. Time and verdicts come back as facts. The machine has no `invoke` and
 * no `after`, because those have effects, and `xstate/graph` refuses machines that have them.
 *
 * A session starts when its connection opens. The client may try credentials, one attempt at a time, until one is accepted,
 * the attempts are used up, or the time is over. In a state with the tag `deferring`, messages of the client wait, because
 * their meaning depends on a verdict to come. In `established`, messages are delivered, requests are served, and fresh credentials
 * may extend the identity. `draining` is part of `established`: replies and answers go out and the identity may expire, but new
 * messages are ignored and new requests refused. An operation on a channel is a request. Requests and subscriptions end with
 * `established` (`abandonRequests`).
 * A session ends by a close handshake, which has its own state and time limit, or by a cut, which ends it at once.
 *
 * Attempts are numbered, because an authenticator may settle late. A verdict counts only for the attempt that waits for it.
 *
 * After a change of a transition, run `pnpm test:golden` and read its diff. The README's chart comes from this file too.
 * Proven by: test/machine/golden.test.ts (every state × every fact), test/machine/model.test.ts, test/invariants.test.ts.
 */
import {
  type Answer,
  type AnswerError,
  type Reason,
  type RequestErrorCode,
  requestFailure,
} from '@sallyport/protocol';
import { and, assign, emit, setup } from 'xstate';
import type { Command } from './commands.ts';
import type { Fact, FactOf, Timer } from './facts.ts';

/** What a session starts with. */
export interface SessionInput {
  /** Refusals after which the session ends, refreshes included. At least 1. */
  readonly attempts: number;
}

/** Holds only what guards and answers read. */
interface SessionContext {
  /** The number of the attempt that is awaited or under way. */
  readonly attempt: number;
  readonly attemptsLeft: number;
  /** The user of the session. Empty before the acceptance. */
  readonly user: string;
}

/** The path of a state: its parent's name and its own. */
export type StateName =
  | 'authenticating.awaitingCredentials'
  | 'authenticating.verifying'
  | 'established.steady'
  | 'established.refreshing'
  | 'established.draining'
  | 'closing'
  | 'closed';

/**
 * What holds in a state.
 * - `open`: the client is signed in, and the application may send messages.
 * - `listening`: messages of the client are read.
 * - `deferring`: messages of the client wait.
 * - `refusing`: messages of the client are ignored, except requests, which are refused.
 */
export type SessionTag = 'open' | 'listening' | 'deferring' | 'refusing';

const arms = (timer: Exclude<Timer, 'expiry'>) => ({ type: 'arm', params: { timer } }) as const;
const disarms = (timer: Timer) => ({ type: 'disarm', params: { timer } }) as const;
const closes = (reason: Reason) => ({ type: 'close', params: { reason } }) as const;
const answersError = (error: Exclude<AnswerError, 'refreshPostponed'>) =>
  ({ type: 'answerError', params: { error } }) as const;

const refusesRequest = (code: RequestErrorCode) => ({ type: 'refuseRequest', params: { code } }) as const;

/** A transition that ends the session with a close frame. */
const ends = (reason: Reason) => ({ target: '#session.closing', actions: closes(reason) }) as const;
/** A transition that ends the session without a close frame. */
const terminates = (reason: Reason) =>
  ({ target: '#session.closed', actions: { type: 'terminate', params: { reason } } }) as const;

/** Transitions of every state before `closing`. */
const whileOpen = {
  'connection.closed': { target: '#session.closed' },
  'connection.stalled': terminates('stalled'),
  'connection.silent': terminates('silent'),
  'session.revoked': ends('revoked'),
  'application.closed': { target: '#session.closing', actions: 'closeForApplication' },
} as const;

/** Transitions of every state that reads messages of the client. */
const whileListening = {
  'message.tooBig': ends('messageTooBig'),
  'message.malformed': ends('malformed'),
  'inbox.overflowed': ends('outOfOrder'),
  'rate.exceeded': ends('tooManyMessages'),
} as const;

/** Transitions of every state in which a signed-in client's requests are answered. */
const whileAnswering = {
  'request.malformed': { actions: refusesRequest('invalidRequest') },
  'request.cancelled': { actions: 'cancel' },
} as const;

/** Transitions of every state in which a signed-in client's messages are delivered, and its requests served. */
const whileConversing = {
  ...whileListening,
  ...whileAnswering,
  'message.received': { actions: 'deliver' },
  'request.received': { actions: 'serve' },
  'session.idled': ends('idle'),
  'drain.began': { target: '#session.established.draining' },
} as const;

/** Actions for a refusal, and for the last one. */
const refuse = ['countRefusal', 'answerRefused', 'countAttempt'] as const;
const refuseFinally = ['countRefusal', 'answerRefused', closes('attemptsUsedUp')] as const;

/** Transitions for a refused refresh: the identity stays, until the attempts of the session are used up. */
const refuseRefresh = [
  { guard: and(['isOfThisAttempt', 'isLastAttempt']), ...ends('attemptsUsedUp') },
  { guard: 'isOfThisAttempt', target: 'steady', actions: ['countRefusal', answersError('refreshRefused')] },
] as const;
const failRefresh = {
  guard: 'isOfThisAttempt',
  target: 'steady',
  actions: answersError('refreshFailed'),
} as const;

/** Narrows an event to the one fact that can reach this place. */
const narrow = <Type extends Fact['type']>(event: Fact, _type: Type) => event as FactOf<Type>;
const accepted = (event: Fact) => narrow(event, 'credentials.accepted').identity;
const postponed = (event: Fact) => narrow(event, 'credentials.postponed').retryInMs;

/** The answer to an acceptance, with the device token if there is one. */
function acceptance(type: 'accepted' | 'refreshed', event: Fact): Answer {
  const { identity, deviceToken } = narrow(event, 'credentials.accepted');
  return deviceToken === undefined ? { type, identity } : { type, identity, deviceToken };
}

/** The session machine, as XState has it: for inspectors, charts and `@sallyport/compile`. */
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
    /** An authenticator may accept a token that has expired, within its leeway. */
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
    serve: emit(({ event }) => {
      const request = narrow(event, 'request.received');
      if ('operation' in request) return { type: 'serve', id: request.id, operation: request.operation };
      return { type: 'serve', id: request.id, method: request.method, params: request.params };
    }),
    cancel: emit(({ event }) => ({ type: 'cancel', id: narrow(event, 'request.cancelled').id })),
    refuseRequest: emit(({ event }, { code }: { code: RequestErrorCode }) => ({
      type: 'answer',
      answer: {
        type: 'requestFailed',
        id: (event as FactOf<'request.received' | 'request.malformed'>).id,
        error: requestFailure(code),
      },
    })),
    abandonRequests: emit({ type: 'abandonRequests' }),
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
        // No reply is pending before the acceptance, so the session ends at once.
        'drain.began': ends('draining'),
      },
      initial: 'awaitingCredentials',
      states: {
        awaitingCredentials: {
          on: {
            'credentials.received': 'verifying',
            'credentials.malformed': [
              { guard: 'isLastAttempt', target: '#session.closing', actions: refuseFinally },
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
                actions: refuseFinally,
              },
              { guard: 'isOfThisAttempt', target: 'awaitingCredentials', actions: refuse },
            ],
            // The attempt counts as no refusal, but its number is used up: a late verdict must not count for the next attempt.
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
      // No request and no subscription outlives the identity that it was accepted for.
      exit: [disarms('expiry'), 'abandonRequests'],
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
        // Messages go on, and the expiry timer runs on: a refresh that comes too late does not save the session.
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
              // Another user, or an expired identity, is refused like a wrong password. The running identity stays.
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
        // Delivered messages get their replies, and accepted requests their answers. New messages are ignored, and new requests
        // refused.
        draining: {
          tags: 'refusing',
          entry: [arms('draining'), 'settle'],
          exit: disarms('draining'),
          on: {
            ...whileAnswering,
            'request.received': { actions: refusesRequest('unavailable') },
            'replies.settled': ends('draining'),
            'draining.timedOut': ends('draining'),
          },
        },
      },
    },

    // The close frame is sent. The session only waits for the connection to close.
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
