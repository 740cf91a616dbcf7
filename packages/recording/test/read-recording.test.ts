/** That a damaged recording gets an error that says what is wrong where. */
import { RecordingError, readRecording } from '@sallyport/recording';
import { expect, it } from 'vitest';
import { harness, recordedPath } from './harness.ts';

const whole = recordedPath([{ type: 'credentials.malformed' }, { type: 'connection.closed' }], 5);
const read = (...texts: string[]) =>
  readRecording(texts.map((text, index) => ({ name: `file${index}`, text })));
const replaced = (line: number, by: string) =>
  whole
    .split('\n')
    .map((one, index) => (index === line - 1 ? by : one))
    .join('\n');

it.each([
  ['an empty file', '', 'file0 is empty'],
  ['a file of other lines', 'hello\n', 'file0 is not a recording: --record writes one'],
  [
    'another version',
    whole.replace('"version":1', '"version":2'),
    /file0 has version 2 of the format, and this program reads version 1/,
  ],
  [
    'a header without attempts',
    whole.replace('"attempts":5', '"attempts":0'),
    /line 1 is damaged: the header has no machine, or no limit of attempts/,
  ],
  ['a line that is not JSON', replaced(3, '{"t":0'), 'file0, line 3 is damaged: it is not a JSON object'],
  [
    'a line without a time',
    replaced(3, '{"s":1}'),
    "file0, line 3 is damaged: it has no time 't' or no session 's'",
  ],
  ['a line without an event', replaced(3, '{"t":1,"s":1}'), 'file0, line 3 is damaged: it has no event'],
  [
    'a fact without a type',
    replaced(3, '{"t":1,"s":1,"fact":{}}'),
    "file0, line 3 is damaged: 'fact' has no 'type'",
  ],
  [
    'an event that is a text',
    replaced(3, '{"t":1,"s":1,"fact":"x"}'),
    "file0, line 3 is damaged: 'fact' is not an object",
  ],
  [
    'lost lines without a number',
    replaced(3, '{"lost":"x"}'),
    "file0, line 3 is damaged: 'lost' is not a number",
  ],
  ['a second opening', replaced(4, whole.split('\n')[1] as string), 'file0, line 4: session 1 opens twice'],
])('%s is an error', (_, text, message) => {
  expect(() => read(text)).toThrow(RecordingError);
  expect(() => read(text)).toThrow(message);
});

it('an incomplete last line is not an error: the server was killed while it wrote', () => {
  const recording = read(whole.slice(0, -10));
  expect(recording.endsWithinLine).toBe(true);
  expect(recording.sessions.get(1)?.closed).toBeUndefined();
});

it('the files of one recording are read as one, and an incomplete line between them is an error', () => {
  const lines = whole.split('\n');
  const [header] = lines;
  const first = `${lines.slice(0, 4).join('\n')}\n`;
  const second = `${[header, ...lines.slice(4)].join('\n')}`;
  expect(read(first, second).sessions).toEqual(
    new Map([...read(whole).sessions].map(([id, session]) => [id, { ...session, steps: expect.any(Array) }])),
  );
  expect(() => read(first.slice(0, -3), second)).toThrow('file0, line 4 is incomplete');
  const other = harness().text;
  expect(() => read(first, other)).toThrow('file1 belongs to another recording than file0');
  expect(() => readRecording([])).toThrow('there is no file');
});

it('a session that opened before the first line is counted and left out', () => {
  const [header, , ...rest] = whole.split('\n');
  const recording = read([header, ...rest].join('\n'));
  expect(recording.begunBefore).toBe(1);
  expect(recording.sessions.size).toBe(0);
});

it('lost lines cut every session that is open there, and no session that opens later', () => {
  const lines = whole.split('\n');
  const later = lines.slice(1).join('\n').replaceAll('"s":1', '"s":2');
  const recording = read(`${lines.slice(0, 4).join('\n')}\n{"lost":7}\n${lines.slice(4).join('\n')}${later}`);
  expect(recording.lost).toBe(7);
  expect(recording.sessions.get(1)).toMatchObject({ isCut: true, closed: { reason: 'clientLeft' } });
  expect(recording.sessions.get(2)).toMatchObject({ isCut: false });
});
