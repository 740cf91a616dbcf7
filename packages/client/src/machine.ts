/**
 * The client's machine.
 *
 * Rule 1: every transition of a client's session is in this file, and nothing else. Its guards and the contents of its commands
 * are in `machine-functions.ts`. A program runs `description.ts`, which is made of both ahead of time.
 * Rule 2: it touches nothing, as the server's machine (`@sallyport/core`) does not. Facts go in, commands come out.
 *
 * The way of a session. The client requests credentials first and connects then, so the server's time limit is not spent on
 * fetching a token. After a refusal it requests others; `credential-requests.ts` recognises the refused ones, which are never
 * sent twice. When a session ends, the row of its reason in the table of reasons decides: `waiting` and another attempt,
 * `signedOut` until the program resumes, or `closed` for good. The tag `asking` marks states in which a request for
 * credentials may be under way; `open` marks those in which the program may send.
 *
 * The machine sends credentials that the server postponed again, without a request: on the same connection, or on a new one
 * if the server has closed it. The program can end that wait by `close`, or by `resume` with other credentials. `resume` alone
 * does not shorten it, since the server has set its minimum.
 *
 * `resume` during a request abandons the request and makes a new one: a source that never answers must not block the session.
 * A renewal is different: it ends with the sign-in, and a second `refresh` while the server verifies one would be an error.
 * Requests are numbered, because an answer may come late. Only the answer to the last request counts.
 *
 * A renewal that fails is tried again while the sign-in lasts, after half of the time that remains, as a DHCP client renews
 * its lease (RFC 2131, 4.4.5). So the attempts are few, and the last ones come just before the sign-in expires.
 *
 * A server that sends heartbeats and then nothing for 60 s counts as dead. The timer starts with the first heartbeat, so a
 * server that sends none is never taken for dead. An acceptance that announces heartbeats counts as the first one.
 *
 * If you change a transition, run `pnpm test packages/client/ -u` and read the diff of docs/client-table.md and of description.ts.
 * Proven by: test/machine/golden.test.ts, test/machine/model.test.ts, test/machine/joined.test.ts (with the server's).
 */
import { and, assign, emit, setup } from 'xstate';
import type { Command } from './commands.ts';
import type { durations, Timer } from './durations.ts';
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
  oneMoreFailedRenewal,
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
  toRearm,
  toRenewAgain,
  toRenewLater,
  toRepeat,
  toRetry,
  toRetryAfterLoss,
} from './machine-functions.ts';

/** The innermost states of the client's machine. */
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

/** `open`: the program may send. `asking`: a request for credentials may be under way. */
export type ClientTag = 'open' | 'asking';

const armed = (timer: keyof typeof durations) => ({ type: 'arm', params: { timer } }) as const;
const disarmed = (timer: Timer) => ({ type: 'disarm', params: { timer } }) as const;
const because = (reason: EndReason) => ({ type: 'end', params: { reason } }) as const;

/** The connection has closed: its reason decides what comes next. */
const lost = [
  { guard: 'mayRetry', target: '#client.waiting', actions: ['retryAfterLoss', 'countLoss'] },
  { guard: 'isSignedOut', target: '#client.signedOut', actions: 'endWithConnection' },
  { target: '#client.closed', actions: 'endWithConnection' },
] as const;

/** The client drops the connection, and tries again if it may. */
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

/** Outcomes of a request for credentials before the sign-in. */
const requestOutcomes = {
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
/** Another connection for the postponed credentials. */
const comesBack = { guard: 'saysTheSame', target: '#client.connecting.opening' } as const;

const renewsAgain = { target: 'steady', actions: ['countFailedRenewal', 'renewAgain'] } as const;
const withoutCredentials = { ...renewsAgain, guard: 'isOfThisQuestion' } as const;

/** Requests credentials anew, in the same state. */
const asksAgain = { actions: ['countQuestion', 'ask'] } as const;

/** The client's machine, for programs that draw or inspect it. Needs XState. */
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
    countFailedRenewal: assign({ failedRenewals: oneMoreFailedRenewal }),
    forgetFailedRenewals: assign({ failedRenewals: 0 }),
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
    rearm: emit(toRearm),
    armRenewal: emit(toArmRenewal),
    renewAgain: emit(toRenewAgain),
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
            ...requestOutcomes,
            'credentials.given': { guard: 'isOfThisQuestion', target: 'opening' },
            'session.resumed': asksAgain,
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
            ...requestOutcomes,
            'credentials.given': { guard: 'isOfThisQuestion', target: 'awaitingVerdict' },
            'session.resumed': asksAgain,
            // A person may type for longer than the server waits. The request goes on without the connection.
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
      exit: ['forgetFailedRenewals', disarmed('renewal'), disarmed('settling'), disarmed('silence')],
      on: {
        'connection.closed': lost,
        'heartbeat.received': { actions: armed('silence') },
        'message.received': { actions: ['deliver', { type: 'rearm', params: { timer: 'silence' } }] },
        'silence.timedOut': fails('connectionLost'),
        'settling.timedOut': { actions: 'forgetFailures' },
        'session.closed': 'closing',
        'inbox.overflowed': { target: 'closed', actions: ['drop', because('unread')] },
      },
      initial: 'steady',
      states: {
        steady: { on: { 'renewal.timedOut': 'refreshing' } },
        // Messages go on. A sign-in that no attempt renews expires, and then the client signs in again (4419).
        refreshing: {
          tags: 'asking',
          entry: ['countQuestion', 'ask'],
          on: {
            'credentials.given': { guard: 'isOfThisQuestion', actions: 'refresh' },
            'credentials.repeated': withoutCredentials,
            'credentials.withheld': withoutCredentials,
            'credentials.unsayable': withoutCredentials,
            'credentials.failed': withoutCredentials,
            'answer.refreshed': { target: 'steady', actions: ['forgetFailedRenewals', 'armRenewal'] },
            'answer.failed': renewsAgain,
            'answer.postponed': { target: 'steady', actions: 'renewLater' },
          },
        },
      },
    },

    // The wait goes on with or without a connection. A loss in between is not counted as a failure.
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
        'network.returned': [comesBack, asks],
        'session.closed': leaves,
      },
    },

    // Only the program can leave this state.
    signedOut: {
      on: {
        'session.resumed': { ...asks, actions: ['forgetFailures', 'countQuestion', 'ask'] },
        'session.closed': leaves,
      },
    },

    // If the server's close frame crossed ours, its reason counts.
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
