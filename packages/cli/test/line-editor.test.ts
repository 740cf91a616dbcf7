/** The line editor by itself: what becomes of keys that come while nobody asks. */
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

/** Once readline has looked at the keys, and the output has come through. */
async function type(keys: string): Promise<void> {
  input.write(keys);
  await new Promise(setImmediate);
}

it('what is typed ahead of the first question answers it', async () => {
  await type(`ada${ENTER}secret${ENTER}`);
  ask('Username: ', false);
  ask('Password: ', true);
  await type('');
  expect(answers).toEqual(['Username: ada', 'Password: secret']);
  expect(shown).toContain('Username: ada\n');
  expect(shown).not.toContain('secret');
});

it.each([
  ['another hidden one', () => ask('Password: ', true), `right${ENTER}`, ['Password: right']],
  ['one whose answer shows', () => ask('Username: ', false), `ada${ENTER}`, ['Username: ada']],
  ['the talk', () => editor.showPrompt(), `hello${ENTER}`, ['said hello']],
])(
  'what is typed after a hidden question was withdrawn is dropped until there is %s',
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

it('what was typed of an answer that shows is there when it is asked again', async () => {
  ask('Username: ', false);
  await type('ad');
  editor.cancelQuestion();
  ask('Username: ', false);
  await type(`a${ENTER}`);
  expect(answers).toEqual(['Username: ada']);
});
