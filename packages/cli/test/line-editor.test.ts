/** The line editor by itself: keys that come before, during and after a question. */
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LineEditor } from '../src/line-editor.ts';

const ENTER = '\r';
const UNDO = '\u001f';

let input: PassThrough;
let editor: LineEditor;
let shown = '';
let answers: string[] = [];

beforeEach(() => {
  const output = new PassThrough().setEncoding('utf8').on('data', (text: string) => {
    shown += text;
  });
  [input, shown, answers] = [new PassThrough(), '', []];
  editor = new LineEditor(input as unknown as NodeJS.ReadStream, output as unknown as NodeJS.WriteStream);
  editor.onLine = (line) => answers.push(`said ${line}`);
});
afterEach(() => editor.close());

const ask = (label: string, isHidden: boolean) =>
  editor.ask(label, isHidden, (answer) => answers.push(`${label}${answer}`));

/** Types keys. Resolves when readline has handled them, and the output has arrived. */
async function type(keys: string): Promise<void> {
  input.write(keys);
  await new Promise(setImmediate);
}

it('keys typed before the first question answer it', async () => {
  await type(`ada${ENTER}secret${ENTER}`);
  ask('Username: ', false);
  ask('Password: ', true);
  await type('');
  expect(answers).toEqual(['Username: ada', 'Password: secret']);
  expect(shown).toContain('Username: ada\n');
  expect(shown).not.toContain('secret');
});

it.each([
  ['the next hidden question', () => ask('Password: ', true), `right${ENTER}`, ['Password: right']],
  ['the next visible question', () => ask('Username: ', false), `ada${ENTER}`, ['Username: ada']],
  ['the prompt', () => editor.showPrompt(), `hello${ENTER}`, ['said hello']],
])(
  'keys typed after a hidden question was withdrawn are dropped until %s',
  async (_, next, keys, expected) => {
    ask('Password: ', true);
    await type('sec');
    editor.cancelQuestion();
    await type(`ret${ENTER}more of it${ENTER}sec`);
    next();
    await type(`${UNDO}${keys}`);
    expect(answers).toEqual(expected);
    expect(shown).not.toMatch(/sec|ret|more/);
  },
);

it('a half-typed visible answer is there when the question comes again', async () => {
  ask('Username: ', false);
  await type('ad');
  editor.cancelQuestion();
  ask('Username: ', false);
  await type(`a${ENTER}`);
  expect(answers).toEqual(['Username: ada']);
});

const CTRL_C = '\u0003';
const CTRL_R = '\u0012';
const paste = (text: string) => `\u001b[200~${text}\u001b[201~`;

it.each([
  ['y', ['said half one\ntwo\nthree']],
  [ENTER, ['said half one\ntwo\nthree']],
  ['n', []],
  [CTRL_C, []],
])('a paste of several lines is one message after the answer %j to a question', async (answer, expected) => {
  editor.showPrompt();
  await type(`half ${paste('one\r\ntwo\rthree\r')}`);
  expect(shown).toMatch(/send 3 lines as one message\? y\/n$/);
  await type(answer);
  expect(answers).toEqual(expected);
  // The line typed before the paste is sent, or is still there.
  await type(`after${ENTER}`);
  expect(answers).toEqual([...expected, expected.length > 0 ? 'said after' : 'said half after']);
});

it('a paste of one line is inserted at the cursor, without control characters, and not sent', async () => {
  editor.showPrompt();
  await type(`ac\u001b[D${paste('\u0007b\u001b[31m\n')}`);
  expect(answers).toEqual([]);
  await type(ENTER);
  expect(answers).toEqual(['said ab[31mc']);
});

it('a pasted message returns from the history with its line ends', async () => {
  editor.showPrompt();
  await type(`${paste('one\ntwo')}y`);
  await type(`\u001b[A${ENTER}`);
  expect(answers).toEqual(['said one\ntwo', 'said one\ntwo']);
});

it.each([
  ['the newest match', `hel${ENTER}`, ['said hello two']],
  ['the next older match', `hel${CTRL_R}${ENTER}`, ['said hello one']],
  ['a match after an erased character', `helx\u007f${ENTER}`, ['said hello two']],
  ['a match for editing', `hel\u0005!${ENTER}`, ['said hello two!']],
  ['nothing after Ctrl-C', `hel${CTRL_C}x${ENTER}`, ['said x']],
])('Ctrl-R finds %s', async (_, keys, expected) => {
  editor.showPrompt();
  await type(`hello one${ENTER}hello two${ENTER}other${ENTER}`);
  answers.length = 0;
  await type(`${CTRL_R}${keys}`);
  expect(answers).toEqual(expected);
});

it('an empty line is offered to onEnter first, and counts as a line if it is not used', async () => {
  let isUsed = true;
  editor.onEnter = () => isUsed;
  editor.showPrompt();
  await type(ENTER);
  expect(answers).toEqual([]);
  isUsed = false;
  await type(ENTER);
  expect(answers).toEqual(['said ']);
});
