/** The history between runs: private, bounded, and without effect where it cannot be kept. */
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

it('returns the messages of an earlier run, newest first', () => {
  const file = added(['one', 'two\nlines', 'two\nlines', ' ', 'three']);
  expect(new HistoryFile(file).load()).toEqual(['three', 'two\nlines', 'one']);
});

it('is readable by its owner only, even if the file had another mode', () => {
  const file = added(['one']);
  expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
  chmodSync(file, 0o644);
  new HistoryFile(file).add('two');
  expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
});

it('keeps the last thousand messages, and skips lines that are not JSON strings', () => {
  const file = added(Array.from({ length: 1_001 }, (_, index) => `message ${index}`));
  writeFileSync(file, `nonsense\n7\n${readFileSync(file, 'utf8')}`);
  const loaded = new HistoryFile(file).load();
  expect([loaded.length, loaded[0], loaded.at(-1)]).toEqual([1_000, 'message 1000', 'message 1']);
  expect(readFileSync(file, 'utf8').trimEnd().split('\n')).toHaveLength(1_000);
});

it('does nothing where the file cannot be written', () => {
  mkdirSync(at('state/history'), { recursive: true });
  expect(new HistoryFile(added(['one'])).load()).toEqual([]);
});

it('follows the XDG specification', () => {
  expect(historyPath({ XDG_STATE_HOME: '/state' })).toBe('/state/sallyport/history');
  expect(historyPath({ XDG_STATE_HOME: 'relative' })).toMatch(/^\/.*\/\.local\/state\/sallyport\/history$/);
});
