/**
 * Why nothing happens: the reason for every cell of the golden table in which the machine does not stir. A silent cell
 * without a reason fails the test, and so does a reason for a cell that is not silent.
 */
export interface Silence {
  readonly reason: string;
  readonly states: readonly string[];
  readonly facts: RegExp;
}

const CONNECTED = [
  'authenticating.awaitingVerdict',
  'authenticating.asking',
  'ready.steady',
  'ready.refreshing',
];
const POSTPONED = 'postponed.connected';
const UNCONNECTED = ['connecting.asking', 'postponed.disconnected', 'waiting', 'signedOut'];
const silence = (reason: string, states: readonly string[], facts: RegExp): Silence => ({
  reason,
  states,
  facts,
});

/** The first that fits gives the reason. */
export const ignoredFacts: readonly Silence[] = [
  silence('cannot occur: the session takes no fact once it has ended', ['closed'], /./),

  silence(
    'ignored: a late answer: the question it is about is over',
    ['connecting.asking', 'authenticating.asking', 'ready.refreshing'],
    /another question$/,
  ),
  silence(
    'ignored: a late answer: nobody waits for one',
    [
      'connecting.opening',
      'authenticating.awaitingVerdict',
      'ready.steady',
      POSTPONED,
      'postponed.disconnected',
      'waiting',
      'signedOut',
      'closing',
    ],
    /^credentials\./,
  ),

  silence('cannot occur: there is no connection', UNCONNECTED, /^(connection|answer|message|inbox)\./),
  silence(
    'cannot occur: the connection is not open yet',
    ['connecting.opening'],
    /^(answer|message|inbox)\./,
  ),
  silence('cannot occur: it was opened before', [...CONNECTED, POSTPONED, 'closing'], /^connection\.opened$/),
  silence('ignored: not what the server was asked', [...CONNECTED, POSTPONED], /^(answer|message)\./),
  silence('cannot occur: nothing is delivered', [...CONNECTED, POSTPONED], /^inbox\./),
  silence('ignored: it ends already', ['closing'], /^(answer|message|session|inbox)\./),

  silence(
    'ignored: there is nothing to resume',
    ['connecting.asking', 'connecting.opening', ...CONNECTED],
    /^session\.resumed/,
  ),
  silence(
    'ignored: the server said how long the wait is at least',
    [POSTPONED, 'postponed.disconnected'],
    /^session\.resumed$/,
  ),
  silence(
    'cannot occur: this timer is not armed here',
    [...UNCONNECTED, 'connecting.opening', ...CONNECTED, POSTPONED, 'closing'],
    /^(opening|verdict|settling|closing|retry|repeat)\.timedOut$/,
  ),
  silence(
    'cannot occur: this timer is not armed here',
    [
      ...UNCONNECTED,
      'connecting.opening',
      'authenticating.awaitingVerdict',
      'authenticating.asking',
      POSTPONED,
      'closing',
    ],
    /^renewal\.timedOut$/,
  ),
  silence('cannot occur: it rang already', ['ready.refreshing'], /^renewal\.timedOut$/),
];
