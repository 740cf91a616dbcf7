/**
 * The reason for every cell of the golden table in which the machine does nothing. `ignored`: the fact can occur, and has no effect.
 * `cannot occur`: the channel never reports the fact in that state.
 */
export interface IgnoredFact {
  readonly kind: 'ignored' | 'cannot occur';
  readonly why: string;
  readonly states: readonly string[];
  readonly facts: RegExp;
}

const HOLDING = ['following', 'repairing'];
const AWAY = ['retrying', 'interrupted'];

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
  impossible('the channel takes no fact once it has closed', ['closed'], /./),

  // Publications and tops.
  impossible('publications wait unread meanwhile', HOLDING, /^publication\./),
  ignored('the read that follows brings it', AWAY, /^(publication|tag)\./),
  ignored(
    'the channel has no subscriber any more',
    ['unfollowing'],
    /^(publication|tag|append|top|position)\./,
  ),
  ignored('the subscribers have it already', ['live'], /^publication\.arrived, the last again$/),
  ignored('the channel stands there', ['live'], /^(append|top|position).*(the position|what has arrived)$/),
  ignored('the channel expects it already', ['live'], /^(append|top).*ahead$/),
  ignored('it is late: more has arrived since', ['live'], /^(append|position).*(older one|behind)$/),
  ignored('the answer of the broker tells the top', [...HOLDING, ...AWAY], /^(append|top|position|tag)\./),

  // Answers of the broker.
  ignored('a late answer: the channel waits for another one', HOLDING, /another attempt$/),
  ignored('a late answer: the channel waits for none', ['live', ...AWAY, 'unfollowing'], /^(follow|read)\./),
  impossible('the channel has not asked for it', HOLDING, /^(follow|read)\./),
  impossible('the channel is followed', ['live', ...HOLDING, ...AWAY], /^unfollow\./),
  impossible('no publication waits', ['following', 'live', ...AWAY, 'unfollowing'], /^queue\./),
  ignored('the broker settles what is under way', ['unfollowing'], /^broker\./),
  ignored('the answer is under way', ['following'], /^broker\.resumed$/),
  ignored('the read starts again already', ['repairing'], /^(queue\.|broker\.resumed)/),
  impossible('there is no subscriber', ['unfollowing'], /^subscribers\./),
  ignored('the channel knows', ['interrupted'], /^broker\.interrupted$/),

  // Timers.
  impossible('this timer is not armed here', [...HOLDING, ...AWAY, 'live', 'unfollowing'], /\.timedOut$/),
];
