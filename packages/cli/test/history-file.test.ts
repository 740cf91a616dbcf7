/** The history file: private, bounded, and without effect where it cannot be written. */
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { HistoryFile, historyPath } from '../src/history-file.ts';
import { scratch } from './scratch.ts';

const at = scratch();

function added(messages: readonly string[]): string {
  const file = at('state/history');
  const history = new HistoryFile(file);
  history.load();
  for (const message of messages) history.add(message);
  return file;
}

it('the history file returns the messages of an earlier run, newest first', () => {
  const file = added(['one', 'two\nlines', 'two\nlines', ' ', 'three']);
  expect(new HistoryFile(file).load()).toEqual(['three', 'two\nlines', 'one']);
});

it('the history file is readable by its owner only, even if it had another mode', () => {
  const file = added(['one']);
  expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
  chmodSync(file, 0o644);
  new HistoryFile(file).add('two');
  expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
});

it('the history file keeps the last 1000 messages, and skips lines that are not JSON strings', () => {
  const file = added(Array.from({ length: 1_001 }, (_, index) => `message ${index}`));
  writeFileSync(file, `nonsense\n7\n${readFileSync(file, 'utf8')}`);
  const loaded = new HistoryFile(file).load();
  expect([loaded.length, loaded[0], loaded.at(-1)]).toEqual([1_000, 'message 1000', 'message 1']);
  expect(readFileSync(file, 'utf8').trimEnd().split('\n')).toHaveLength(1_000);
});

it('a history file that cannot be written is ignored', () => {
  mkdirSync(at('state/history'), { recursive: true });
  expect(new HistoryFile(added(['one'])).load()).toEqual([]);
});

it('the path of the history file follows the XDG specification', () => {
  expect(historyPath({ XDG_STATE_HOME: '/state' })).toBe('/state/sallyport/history');
  expect(historyPath({ XDG_STATE_HOME: 'relative' })).toMatch(/^\/.*\/\.local\/state\/sallyport\/history$/);
});
