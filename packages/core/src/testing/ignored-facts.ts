/**
 * The reason for every cell of the golden table in which the machine does nothing.
 *
 * `ignored`: the fact can occur, and has no effect. `cannot occur`: the session never reports the fact in that state. A cell
 * without an effect and without a reason fails the test. So does a reason for a cell with an effect.
 */
export interface IgnoredFact {
  readonly kind: 'ignored' | 'cannot occur';
  readonly why: string;
  readonly states: readonly string[];
  readonly facts: RegExp;
}

const AUTHENTICATING = ['authenticating.awaitingCredentials', 'authenticating.verifying'];
const ESTABLISHED = ['established.steady', 'established.refreshing', 'established.draining'];
const LATE = ['established.draining', 'closing'];
const FROM_CLIENT =
  /^(credentials\.(received|malformed|unsupported)|message\.|request\.|refresh\.|inbox\.|rate\.)/;
const VERDICT = /^(credentials\.(accepted|refused|postponed)|authenticator\.)/;

const ignored = (why: string, states: readonly string[], facts: RegExp): IgnoredFact => ({
  kind: 'ignored',
  why,
  states,
  facts,
});
const impossible = (why: string, states: readonly string[], facts: RegExp): IgnoredFact => ({
  kind: 'cannot occur',
  why,
  states,
  facts,
});

/** The first entry that matches gives the reason. */
export const ignoredFacts: readonly IgnoredFact[] = [
  impossible('the session takes no fact once it has ended', ['closed'], /./),

  // Messages of the client.
  impossible('the session does not listen: messages are dropped unread', LATE, FROM_CLIENT),
  impossible(
    'messages wait unread meanwhile',
    ['authenticating.verifying'],
    /^(credentials\.(received|malformed|unsupported)|message\.received|request\.|refresh\.)/,
  ),
  impossible(
    'no user is signed in: every message is read as credentials',
    AUTHENTICATING,
    /^(message\.received|request\.|refresh\.)/,
  ),
  impossible('a user is signed in: every message is read as a message', ESTABLISHED, FROM_CLIENT),

  // Verdicts of the authenticator.
  ignored(
    'a late verdict: its attempt has ended',
    ['authenticating.verifying', 'established.refreshing'],
    /another attempt$/,
  ),
  ignored(
    'a late verdict: the session waits for none',
    ['authenticating.awaitingCredentials', ...ESTABLISHED, 'closing'],
    VERDICT,
  ),

  // Acts of the application.
  impossible('the application has no message', AUTHENTICATING, /^(application\.failed|replies\.)/),
  impossible(
    'the session does not wait for replies to settle',
    ['established.steady', 'established.refreshing'],
    /^replies\./,
  ),
  ignored('the session ends already', ['closing'], /^(application|replies|session|drain|connection\.silent)/),

  // Acts of the operator and of other sessions.
  impossible('no user is signed in yet', AUTHENTICATING, /^session\.(replaced|idled)$/),
  ignored('the session drains already', ['established.draining'], /^drain\.began$/),
  ignored('a session that waits for replies is not idle', ['established.draining'], /^session\.idled$/),

  // Timers.
  impossible('this timer is not armed here', [...AUTHENTICATING, ...ESTABLISHED, 'closing'], /\.timedOut$/),
];
