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

  // What the client says.
  impossible('not listening: what arrives is dropped unread', LATE, FROM_CLIENT),
  impossible(
    'what arrives meanwhile waits, unread',
    ['authenticating.verifying'],
    /^(credentials\.(received|malformed|unsupported)|message\.received|request\.|refresh\.)/,
  ),
  impossible(
    'nobody is signed in: what is read is read as credentials',
    AUTHENTICATING,
    /^(message\.received|request\.|refresh\.)/,
  ),
  impossible('somebody is signed in: what is read is read as a message', ESTABLISHED, FROM_CLIENT),

  // What the authenticator says.
  ignored(
    'a late verdict: the attempt it is about is over',
    ['authenticating.verifying', 'established.refreshing'],
    /another attempt$/,
  ),
  ignored(
    'a late verdict: nobody waits for one',
    ['authenticating.awaitingCredentials', ...ESTABLISHED, 'closing'],
    VERDICT,
  ),

  // What the application does.
  impossible('the application has been given nothing', AUTHENTICATING, /^(application\.failed|replies\.)/),
  impossible(
    'nobody has asked whether replies are settled',
    ['established.steady', 'established.refreshing'],
    /^replies\./,
  ),
  ignored('it ends already', ['closing'], /^(application|replies|session|drain|connection\.silent)/),

  // What operators and other sessions do.
  impossible('nobody is signed in yet who could be', AUTHENTICATING, /^session\.(replaced|idled)$/),
  ignored('it is draining already', ['established.draining'], /^drain\.began$/),
  ignored('whoever waits for replies is not idle', ['established.draining'], /^session\.idled$/),

  // What the clock does.
  impossible('this timer is not armed here', [...AUTHENTICATING, ...ESTABLISHED, 'closing'], /\.timedOut$/),
];
