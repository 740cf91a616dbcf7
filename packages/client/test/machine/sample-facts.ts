/** Every fact, in every variant that a guard distinguishes. A fact that is missing here does not compile. */
import type { Fact } from '@sallyport/client';
import type { Reason } from '@sallyport/protocol';

/** Returns the fact for the number of the current request for credentials. */
type Variant = (question: number) => Fact;

const answered = (type: Extract<Fact, { question: number }>['type']): Record<string, Variant> => ({
  '': (question) => ({ type, question }),
  'another question': (question) => ({ type, question: question - 1 }),
});
const plain = (type: Fact['type']): Record<string, Variant> => ({ '': () => ({ type }) as Fact });
const closed =
  (reason: Reason): Variant =>
  () => ({ type: 'connection.closed', reason });

const byFact: Readonly<Record<Fact['type'], Readonly<Record<string, Variant>>>> = {
  'credentials.given': answered('credentials.given'),
  'credentials.repeated': answered('credentials.repeated'),
  'credentials.withheld': answered('credentials.withheld'),
  'credentials.unsayable': answered('credentials.unsayable'),
  'credentials.failed': answered('credentials.failed'),
  'connection.opened': plain('connection.opened'),
  // One of every kind of row, and those that a guard names.
  'connection.closed': {
    clientLeft: closed('clientLeft'),
    connectionLost: closed('connectionLost'),
    attemptsUsedUp: closed('attemptsUsedUp'),
    authenticationTimedOut: closed('authenticationTimedOut'),
    idle: closed('idle'),
    expired: closed('expired'),
    malformed: closed('malformed'),
    replaced: closed('replaced'),
    revoked: closed('revoked'),
  },
  'answer.accepted': { '': () => ({ type: 'answer.accepted', expiresInMs: 60_000 }) },
  'answer.refused': plain('answer.refused'),
  'answer.postponed': { '': () => ({ type: 'answer.postponed', retryInMs: 5_000 }) },
  'answer.refreshed': { '': () => ({ type: 'answer.refreshed', expiresInMs: 60_000 }) },
  'answer.failed': plain('answer.failed'),
  'message.received': { '': () => ({ type: 'message.received', message: 'hello' }) },
  'heartbeat.received': plain('heartbeat.received'),
  'session.closed': plain('session.closed'),
  'session.resumed': {
    '': () => ({ type: 'session.resumed', hasCredentials: false }),
    'other credentials': () => ({ type: 'session.resumed', hasCredentials: true }),
  },
  'inbox.overflowed': plain('inbox.overflowed'),
  'network.returned': plain('network.returned'),
  'opening.timedOut': plain('opening.timedOut'),
  'verdict.timedOut': plain('verdict.timedOut'),
  'settling.timedOut': plain('settling.timedOut'),
  'closing.timedOut': plain('closing.timedOut'),
  'silence.timedOut': plain('silence.timedOut'),
  'retry.timedOut': plain('retry.timedOut'),
  'renewal.timedOut': plain('renewal.timedOut'),
  'repeat.timedOut': plain('repeat.timedOut'),
};

/** `credentials.given` and `credentials.given, another question`, and so on. */
export const sampleFacts: ReadonlyMap<string, Variant> = new Map(
  Object.entries(byFact).flatMap(([fact, special]) =>
    Object.entries(special).map(([what, variant]) => [what ? `${fact}, ${what}` : fact, variant] as const),
  ),
);
