/**
 * The reason for every cell of the golden table in which the machine does nothing. Such a cell without a
 * reason fails the test, and so does a reason without such a cell.
 */
export interface IgnoredFacts {
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
const ignored = (reason: string, states: readonly string[], facts: RegExp): IgnoredFacts => ({
  reason,
  states,
  facts,
});

/** The first entry that matches gives the reason. */
export const ignoredFacts: readonly IgnoredFacts[] = [
  ignored('cannot occur: the session takes no fact once it has ended', ['closed'], /./),

  ignored(
    'ignored: a late answer to an earlier request',
    ['connecting.asking', 'authenticating.asking', 'ready.refreshing'],
    /another question$/,
  ),
  ignored(
    'ignored: a late answer: no request is under way',
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

  ignored(
    'cannot occur: there is no connection',
    UNCONNECTED,
    /^(connection|answer|message|heartbeat|inbox)\./,
  ),
  ignored(
    'cannot occur: the connection is not open yet',
    ['connecting.opening'],
    /^(answer|message|heartbeat|inbox)\./,
  ),
  ignored('cannot occur: it was opened before', [...CONNECTED, POSTPONED, 'closing'], /^connection\.opened$/),
  ignored(
    'ignored: the server answers no request of the client',
    [...CONNECTED, POSTPONED],
    /^(answer|message)\./,
  ),
  ignored(
    'ignored: the time limit of this state is shorter',
    ['authenticating.awaitingVerdict', 'authenticating.asking', POSTPONED],
    /^heartbeat\./,
  ),
  ignored('cannot occur: nothing is delivered', [...CONNECTED, POSTPONED], /^inbox\./),
  ignored(
    'ignored: the session is closing already',
    ['closing'],
    /^(answer|message|heartbeat|session|inbox)\./,
  ),

  ignored(
    'ignored: there is nothing to resume',
    ['connecting.opening', 'authenticating.awaitingVerdict', 'ready.steady'],
    /^session\.resumed/,
  ),
  ignored(
    'ignored: a second renewal during the first would be an error',
    ['ready.refreshing'],
    /^session\.resumed/,
  ),
  ignored(
    'ignored: the server has set the minimum of this wait',
    [POSTPONED, 'postponed.disconnected'],
    /^session\.resumed$/,
  ),
  ignored(
    'cannot occur: only `waiting` listens for it',
    [
      'connecting.asking',
      'connecting.opening',
      ...CONNECTED,
      POSTPONED,
      'postponed.disconnected',
      'signedOut',
      'closing',
    ],
    /^network\.returned$/,
  ),
  ignored(
    'cannot occur: this timer is not armed here',
    [...UNCONNECTED, 'connecting.opening', ...CONNECTED, POSTPONED, 'closing'],
    /^(opening|verdict|settling|closing|silence|retry|repeat)\.timedOut$/,
  ),
  ignored(
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
  ignored('cannot occur: it fired already', ['ready.refreshing'], /^renewal\.timedOut$/),
];
