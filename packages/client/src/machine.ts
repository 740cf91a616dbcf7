/**
 * The client's machine.
 *
 * Rule 1: every transition of a client's session is in this file, and nothing else is. What its guards look at and what
 * its commands say is in `machine-functions.ts`; what runs is `description.ts`, made of both ahead of time.
 * Rule 2: it touches nothing, as the server's (`@sallyport/core`, `machine.ts`) does not. Facts go in, commands come out.
 *
 * How it goes. Credentials are asked for first, and only then is there a connection: the server's patience is not spent on
 * fetching a token. A refusal asks again; credentials that were refused are never said twice (`live-session.ts` tells them
 * from new ones). What ends a session says by its row in the table of reasons what comes next: `waiting` and another
 * attempt, `signedOut` until the program resumes, or `closed` for good. `asking` tags a state in which a question for
 * credentials may be under way; `open` one in which the program may send.
 *
 * Credentials that the server did not look at (`postponed`) are said again by themselves, without a question: on the same
 * connection, or on a new one where the server has closed it meanwhile. The program can end that wait by `close`, or by
 * `resume` with other credentials; `resume` alone does not shorten it, since the server said how long it is at least.
 *
 * Why questions are numbered: credentials may be given late. An answer counts only for the question that waits.
 *
 * If you change a transition, run `pnpm test packages/client/ -u` and read the diff of docs/client-table.md and of description.ts.
 * Proven by: test/machine/golden.test.ts, test/machine/model.test.ts, test/machine/joined.test.ts (with the server's).
 */
import { and, assign, emit, setup } from 'xstate';
import type { Command } from './commands.ts';
import type { EndReason, Fact } from './facts.ts';
import {
  atFirst,
  bringsCredentials,
  type ClientContext,
  type ClientInput,
  goesOn,
  isLate,
  isLost,
  isOfThisQuestion,
  isSignedOut,
  mayRetry,
  mayTryAgain,
  nextQuestion,
  oneMoreFailure,
  reconnects,
  saysTheSame,
  staysPostponed,
  toArm,
  toArmRenewal,
  toAsk,
  toDeliver,
  toDisarm,
  toEnd,
  toEndWithConnection,
  toRenewLater,
  toRepeat,
  toRetry,
  toRetryAfterLoss,
} from './machine-functions.ts';
import type { durations, Timer } from './timers.ts';

export type StateName =
  | 'connecting.asking'
  | 'connecting.opening'
  | 'authenticating.awaitingVerdict'
  | 'authenticating.asking'
  | 'ready.steady'
  | 'ready.refreshing'
  | 'postponed.connected'
  | 'postponed.disconnected'
  | 'waiting'
  | 'signedOut'
  | 'closing'
  | 'closed';

export type ClientTag = 'open' | 'asking';

const armed = (timer: keyof typeof durations) => ({ type: 'arm', params: { timer } }) as const;
const disarmed = (timer: Timer) => ({ type: 'disarm', params: { timer } }) as const;
const because = (reason: EndReason) => ({ type: 'end', params: { reason } }) as const;

/** The connection is gone: its reason says what comes next. */
const lost = [
  { guard: 'mayRetry', target: '#client.waiting', actions: ['retryAfterLoss', 'countLoss'] },
  { guard: 'isSignedOut', target: '#client.signedOut', actions: 'endWithConnection' },
  { target: '#client.closed', actions: 'endWithConnection' },
] as const;

/** We let go of it, to try again if we may. */
const fails = (reason: EndReason, guard: 'goesOn' | 'mayTryAgain' = 'goesOn') =>
  [
    {
      guard,
      target: '#client.waiting',
      actions: ['drop', { type: 'retry', params: { reason } }, 'countFailure'],
    },
    ...(guard === 'goesOn'
      ? [{ target: '#client.closed', actions: ['drop', because(reason)] } as const]
      : []),
  ] as const;

/** What becomes of a question where nobody is signed in. */
const unanswered = {
  'credentials.repeated': {
    guard: 'isOfThisQuestion',
    target: '#client.signedOut',
    actions: ['drop', because('credentialsRefused')],
  },
  'credentials.withheld': {
    guard: 'isOfThisQuestion',
    target: '#client.signedOut',
    actions: ['drop', because('credentialsWithheld')],
  },
  'credentials.unsayable': {
    guard: 'isOfThisQuestion',
    target: '#client.signedOut',
    actions: ['drop', because('credentialsUnsayable')],
  },
  'credentials.failed': [
    ...fails('credentialsFailed', 'mayTryAgain'),
    {
      guard: 'isOfThisQuestion',
      target: '#client.closed',
      actions: ['drop', because('credentialsFailed')],
    },
  ],
} as const;

const leaves = { target: '#client.closed', actions: ['drop', because('clientLeft')] } as const;
const asks = { target: '#client.connecting', actions: ['countQuestion', 'ask'] } as const;
/** Another connection, for the credentials that were postponed. */
const comesBack = { guard: 'saysTheSame', target: '#client.connecting.opening' } as const;

export const clientMachine = setup({
  types: {
    input: {} as ClientInput,
    context: {} as ClientContext,
    events: {} as Fact,
    emitted: {} as Command,
    tags: {} as ClientTag,
  },
  guards: {
    reconnects,
    isOfThisQuestion,
    mayTryAgain,
    mayRetry,
    isSignedOut,
    isLost,
    isLate,
    saysTheSame,
    staysPostponed,
    bringsCredentials,
    goesOn,
  },
  actions: {
    countQuestion: assign({ question: nextQuestion, isPostponed: false }),
    countFailure: assign({ failures: oneMoreFailure }),
    countLoss: assign({ failures: oneMoreFailure, isPostponed: staysPostponed }),
    forgetFailures: assign({ failures: 0 }),
    notePostponement: assign({ isPostponed: true }),
    forgetPostponement: assign({ isPostponed: false }),

    ask: emit(toAsk),
    open: emit({ type: 'open' }),
    authenticate: emit({ type: 'authenticate' }),
    refresh: emit({ type: 'refresh' }),
    deliver: emit(toDeliver),
    close: emit({ type: 'close' }),
    drop: emit({ type: 'drop' }),
    end: emit(toEnd),
    endWithConnection: emit(toEndWithConnection),
    arm: emit(toArm),
    armRenewal: emit(toArmRenewal),
    renewLater: emit(toRenewLater),
    repeatLater: emit(toRepeat),
    retry: emit(toRetry),
    retryAfterLoss: emit(toRetryAfterLoss),
    disarm: emit(toDisarm),
  },
}).createMachine({
  id: 'client',
  context: atFirst,
  entry: 'ask',
  initial: 'connecting',
  states: {
    connecting: {
      initial: 'asking',
      states: {
        asking: {
          tags: 'asking',
          on: {
            ...unanswered,
            'credentials.given': { guard: 'isOfThisQuestion', target: 'opening' },
            'session.closed': leaves,
          },
        },
        opening: {
          entry: ['open', armed('opening')],
          exit: disarmed('opening'),
          on: {
            'connection.opened': '#client.authenticating',
            'connection.closed': lost,
            'opening.timedOut': fails('connectionLost'),
            'session.closed': leaves,
          },
        },
      },
    },

    authenticating: {
      on: { 'session.closed': 'closing' },
      initial: 'awaitingVerdict',
      states: {
        awaitingVerdict: {
          entry: ['authenticate', armed('verdict')],
          exit: disarmed('verdict'),
          on: {
            'connection.closed': lost,
            'answer.accepted': { target: '#client.ready', actions: 'forgetPostponement' },
            'answer.postponed': '#client.postponed',
            'answer.refused': { target: 'asking', actions: ['countQuestion', 'ask'] },
            'verdict.timedOut': fails('credentialsUnanswered'),
          },
        },
        asking: {
          tags: 'asking',
          on: {
            ...unanswered,
            'credentials.given': { guard: 'isOfThisQuestion', target: 'awaitingVerdict' },
            // Whoever types may take longer than the server waits; the question goes on without it.
            'connection.closed': [
              { guard: and(['reconnects', 'isLate']), target: '#client.connecting' },
              ...lost,
            ],
          },
        },
      },
    },

    ready: {
      tags: 'open',
      entry: ['armRenewal', armed('settling')],
      exit: [disarmed('renewal'), disarmed('settling')],
      on: {
        'connection.closed': lost,
        'message.received': { actions: 'deliver' },
        'settling.timedOut': { actions: 'forgetFailures' },
        'session.closed': 'closing',
        'inbox.overflowed': { target: 'closed', actions: ['drop', because('unread')] },
      },
      initial: 'steady',
      states: {
        steady: { on: { 'renewal.timedOut': 'refreshing' } },
        // Messages go on. What is not renewed expires, and then there is another attempt (4419).
        refreshing: {
          tags: 'asking',
          entry: ['countQuestion', 'ask'],
          on: {
            'credentials.given': { guard: 'isOfThisQuestion', actions: 'refresh' },
            'credentials.repeated': { guard: 'isOfThisQuestion', target: 'steady' },
            'credentials.withheld': { guard: 'isOfThisQuestion', target: 'steady' },
            'credentials.unsayable': { guard: 'isOfThisQuestion', target: 'steady' },
            'credentials.failed': { guard: 'isOfThisQuestion', target: 'steady' },
            'answer.refreshed': { target: 'steady', actions: 'armRenewal' },
            'answer.failed': 'steady',
            'answer.postponed': { target: 'steady', actions: 'renewLater' },
          },
        },
      },
    },

    // The server's minimum goes on whether or not there is a connection; a loss in between is no failure.
    postponed: {
      entry: ['notePostponement', 'repeatLater'],
      exit: disarmed('repeat'),
      initial: 'connected',
      states: {
        connected: {
          on: {
            'repeat.timedOut': '#client.authenticating',
            'connection.closed': [{ guard: 'staysPostponed', target: 'disconnected' }, ...lost],
            'session.resumed': {
              guard: 'bringsCredentials',
              target: '#client.authenticating.asking',
              actions: ['countQuestion', 'ask'],
            },
            'session.closed': '#client.closing',
          },
        },
        disconnected: {
          on: {
            'repeat.timedOut': '#client.connecting.opening',
            'session.resumed': { ...asks, guard: 'bringsCredentials' },
            'session.closed': leaves,
          },
        },
      },
    },

    waiting: {
      exit: disarmed('retry'),
      on: {
        'retry.timedOut': [comesBack, asks],
        'session.resumed': [comesBack, asks],
        'session.closed': leaves,
      },
    },

    // Only the program leads out of here.
    signedOut: {
      on: {
        'session.resumed': { ...asks, actions: ['forgetFailures', 'countQuestion', 'ask'] },
        'session.closed': leaves,
      },
    },

    // If the server's close frame crossed ours, it was first to say why.
    closing: {
      entry: ['close', armed('closing')],
      exit: disarmed('closing'),
      on: {
        'connection.closed': [
          { guard: 'isLost', target: 'closed', actions: because('clientLeft') },
          { target: 'closed', actions: 'endWithConnection' },
        ],
        'closing.timedOut': leaves,
      },
    },

    closed: { type: 'final' },
  },
});
