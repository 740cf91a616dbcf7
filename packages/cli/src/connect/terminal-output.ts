/**
 * What the client prints at a terminal: messages of the server after `< `, notes of this program after `* `.
 *
 * Standard output that is no terminal gets the messages as they are. Proven by: test/terminal.test.ts, test/hostile.test.ts.
 */
import type { Data } from '@sallyport/protocol';
import type { LineEditor } from '../line-editor.ts';
import { stripUnprintable, stripUnprintableLines } from '../strip-unprintable.ts';
import { hexDump } from './hex.ts';

export class TerminalOutput {
  readonly #editor: LineEditor;

  constructor(editor: LineEditor) {
    this.#editor = editor;
  }

  message(message: Data): void {
    if (!process.stdout.isTTY) {
      process.stdout.write(message);
      process.stdout.write('\n');
      return;
    }
    const lines =
      typeof message === 'string'
        ? stripUnprintableLines(message)
        : [`${message.length} bytes: ${hexDump(message)}`];
    this.#editor.printAbove(...lines.map((line) => `< ${line}`));
  }

  /** The result of a request, after the name of its method. Without one the result stands alone. */
  result(result: unknown, method?: string): void {
    const text = JSON.stringify(result ?? null);
    const name = method === undefined ? '' : `< ${method}: `;
    this.line(process.stdout.isTTY ? `${name}${stripUnprintable(text)}` : text);
  }

  line(line: string): void {
    if (process.stdout.isTTY) this.#editor.printAbove(line);
    else process.stdout.write(`${line}\n`);
  }

  note(text: string): void {
    this.#editor.printAbove(`* ${text}`);
  }
}
