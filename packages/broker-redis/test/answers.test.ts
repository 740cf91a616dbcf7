/** What Redis answers is read whole, or not at all. */
import { expect, it } from 'vitest';
import { parseMessage, positionOf, readOutcomeOf } from '../src/answers.ts';
import { endsConnection, isCertainlyUnchanged, isWriteRefused, reasonOf } from '../src/failures.ts';

it('a message of pub/sub has five lines and the data', () => {
  expect(parseMessage('e1\n12\naa\nbb\n"ada"\n{"a":\n1}')).toEqual({
    epoch: 'e1',
    publication: { offset: 12, tag: 'aa', prev: 'bb', user: 'ada', json: '{"a":\n1}' },
  });
  expect(parseMessage('e1\n1\naa\n\n\n0')).toEqual({
    epoch: 'e1',
    publication: { offset: 1, tag: 'aa', prev: '', json: '0' },
  });
});

it.each(['', 'hello', 'e\n0\na\nb\n\n1', 'e\nx\na\nb\n\n1', 'e\n1\na\nb\nada\n1', 'e\n1\na\nb'])(
  'a message of another sender is dropped: %j',
  (message) => {
    expect(parseMessage(message)).toBeUndefined();
  },
);

it.each([undefined, 'OK', [], ['e', 'x', 'aa'], ['e', '1']])(
  'an answer without a position is an error: %j',
  (answer) => {
    expect(() => positionOf(answer)).toThrow('Redis answered');
  },
);

it('an answer of `read` without a list of publications is an error', () => {
  expect(() => readOutcomeOf(['read', ['e', '1', 'aa'], 'nothing'])).toThrow('Redis answered no list');
});

// The words of Redis 7.0, of 6.2, where a script puts its own words before them, and of Redis 7.2 and Valkey.
const meanings: readonly (readonly [string, ('unchanged' | 'ends' | 'refused')[]])[] = [
  ["OOM command not allowed when used memory > 'maxmemory'. script: 2a", ['unchanged', 'refused']],
  [
    'ERR Error running script (call to f_2a): @user_script:9: -OOM command not allowed',
    ['unchanged', 'refused'],
  ],
  ["READONLY You can't write against a read only replica. script: 2a", ['unchanged', 'ends']],
  ['NOREPLICAS Not enough good replicas to write. script: 2a', ['unchanged', 'refused']],
  ['MISCONF Redis is configured to save RDB snapshots', ['unchanged', 'refused']],
  ['NOSCRIPT No matching script. Please use EVAL.', ['unchanged', 'ends']],
  ['LOADING Redis is loading the dataset in memory', ['unchanged', 'ends']],
  ['MASTERDOWN Link with MASTER is down', ['unchanged', 'ends']],
  ["NOPERM User u has no permissions to run the 'evalsha' command", ['unchanged', 'ends']],
  ['WRONGTYPE Operation against a key holding the wrong kind of value', ['unchanged']],
  ["ERR The user executing the script can't run this command or subcommand script: 2a", ['ends']],
  [
    "ERR ACL failure in script: User u has no permissions to run the 'publish' command script: 2a, on @user_script:9.",
    ['ends'],
  ],
  ['no answer within 5000 ms', []],
  ['Socket closed unexpectedly', []],
];

it.each(meanings)('what an error means: %s', (message, meaning) => {
  const error = new Error(message);
  expect(isCertainlyUnchanged(error)).toBe(meaning.includes('unchanged'));
  expect(endsConnection(error)).toBe(meaning.includes('ends'));
  expect(isWriteRefused(error)).toBe(meaning.includes('refused'));
});

it('an error without a message is described by its code', () => {
  expect(reasonOf(Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' }))).toBe('ECONNREFUSED');
});
