/**
 * Every fact, in every variant that a guard distinguishes. The golden table has a row for each, and the model's paths consist of
 * them. A missing fact does not compile.
 */
import { passwordCredentials } from '@sallyport/protocol';
import type { Fact } from '../machine/facts.ts';

/** Makes the fact for the number of the current attempt. */
type Variant = (attempt: number) => Fact;

const credentials = passwordCredentials('admin', '123456');
const accepted =
  (user: string, offset: number, expiresInMs = 60_000): Variant =>
  (attempt) => ({
    type: 'credentials.accepted',
    attempt: attempt + offset,
    identity: { user, expiresInMs },
  });
const about =
  (
    type: 'credentials.refused' | 'authenticator.failed' | 'authenticator.overloaded',
    offset: number,
  ): Variant =>
  (attempt) => ({ type, attempt: attempt + offset });
const postponed =
  (offset: number): Variant =>
  (attempt) => ({ type: 'credentials.postponed', attempt: attempt + offset, retryInMs: 1_500 });
/** For a fact without data. */
const plain =
  (type: Extract<Fact, { readonly type: string }>['type']): Variant =>
  () =>
    ({ type }) as Fact;

/** By the type of the fact, then by the name of the variant. */
const byFact: Readonly<Record<Fact['type'], Readonly<Record<string, Variant>>>> = {
  'credentials.received': { '': () => ({ type: 'credentials.received', credentials }) },
  'credentials.malformed': { '': plain('credentials.malformed') },
  'credentials.unsupported': { '': plain('credentials.unsupported') },
  'credentials.accepted': {
    '': accepted('admin', 0),
    'another user': accepted('eve', 0),
    expired: accepted('admin', 0, 0),
    'another attempt': accepted('admin', -1),
  },
  'credentials.refused': {
    '': about('credentials.refused', 0),
    'another attempt': about('credentials.refused', -1),
  },
  'credentials.postponed': {
    '': postponed(0),
    'another attempt': postponed(-1),
  },
  'authenticator.failed': {
    '': about('authenticator.failed', 0),
    'another attempt': about('authenticator.failed', -1),
  },
  'authenticator.overloaded': {
    '': about('authenticator.overloaded', 0),
    'another attempt': about('authenticator.overloaded', -1),
  },
  'refresh.requested': { '': () => ({ type: 'refresh.requested', credentials }) },
  'message.received': { '': () => ({ type: 'message.received', message: 'hello' }) },
  'request.received': {
    '': () => ({ type: 'request.received', id: 7, method: 'room.history', params: { room: 'a' } }),
    'of a channel': () => ({
      type: 'request.received',
      id: 7,
      operation: { type: 'subscribe', channel: 'room:42' },
    }),
  },
  'request.malformed': { '': () => ({ type: 'request.malformed', id: 7 }) },
  'request.cancelled': { '': () => ({ type: 'request.cancelled', id: 7 }) },
  'message.malformed': { '': plain('message.malformed') },
  'message.tooBig': { '': plain('message.tooBig') },
  'inbox.overflowed': { '': plain('inbox.overflowed') },
  'rate.exceeded': { '': plain('rate.exceeded') },
  'application.failed': { '': plain('application.failed') },
  'application.closed': { '': () => ({ type: 'application.closed', text: 'enough' }) },
  'replies.settled': { '': plain('replies.settled') },
  'connection.closed': { '': plain('connection.closed') },
  'connection.stalled': { '': plain('connection.stalled') },
  'connection.silent': { '': plain('connection.silent') },
  'drain.began': { '': plain('drain.began') },
  'session.revoked': { '': plain('session.revoked') },
  'session.replaced': { '': plain('session.replaced') },
  'session.idled': { '': plain('session.idled') },
  'authentication.timedOut': { '': plain('authentication.timedOut') },
  'verification.timedOut': { '': plain('verification.timedOut') },
  'expiry.timedOut': { '': plain('expiry.timedOut') },
  'draining.timedOut': { '': plain('draining.timedOut') },
  'closing.timedOut': { '': plain('closing.timedOut') },
};

/** By name, such as `credentials.refused`, or `credentials.refused, another attempt` for a variant. */
export const sampleFacts: ReadonlyMap<string, Variant> = new Map(
  Object.entries(byFact).flatMap(([fact, special]) =>
    Object.entries(special).map(([what, variant]) => [what ? `${fact}, ${what}` : fact, variant] as const),
  ),
);
