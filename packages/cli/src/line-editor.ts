/**
 * A terminal's one line editor: questions, some of them hidden, then a prompt with a history; and whatever is said
 * meanwhile goes above the line that is being typed, which stays whole.
 *
 * One interface of `node:readline` for all of it, since a second would lose what was typed ahead of its question. What is
 * typed before anybody asks is kept unseen. No answer to a question is ever in the history.
 * Proven by: test/terminal.test.ts, test/interrupted.test.ts, test/line-editor.test.ts.
 */
import { clearScreenDown, createInterface, cursorTo, type Interface, moveCursor } from 'node:readline';
import { handleHiddenKillKeys } from './kill-keys.ts';
import { Screen } from './screen.ts';

interface Question {
  readonly label: string;
  readonly isHidden: boolean;
  readonly answered: (text: string) => void;
}

const PROMPT = '> ';

export class LineEditor {
  /** A line that was typed at the prompt. */
  onLine: (line: string) => void = () => {};
  /** Ctrl-C, Ctrl-D, or the terminal has gone. */
  onExit: () => void = () => {};
  readonly #screen: Screen;
  readonly #readline: Interface;
  #question: Question | undefined;
  #hasPrompt = false;
  /** What stands where there is neither a question nor the prompt. */
  #status: string | undefined;
  readonly #typedAhead: string[] = [];
  /** Somebody may still be typing the answer to a hidden question that is asked no more: nobody shall see the rest of it. */
  #discardsInput = false;
  /** Readline's own array. */
  #history: string[] = [];
  /** What was in it, while there is a question. */
  #setAsideHistory: string[] = [];
  #isClosed = false;

  constructor(input: NodeJS.ReadStream, output: NodeJS.WriteStream) {
    this.#screen = new Screen(output);
    this.#screen.isMuted = true;
    this.#readline = createInterface({
      input,
      output: this.#screen,
      terminal: true,
      historySize: 1_000,
      prompt: PROMPT,
    });
    // While a paste comes in, readline switches this off, and then puts all of it at the end of the line instead of at
    // the cursor (Node 20 to 24). There is nothing to complete here.
    Object.defineProperty(this.#readline, 'isCompletionEnabled', { get: () => true, set: () => {} });
    this.#readline.on('history', (history) => {
      this.#history = history;
      if (!this.#hasPrompt) history.shift();
    });
    this.#readline.on('line', (line) => this.#onReadlineLine(line));
    this.#readline.on('SIGINT', () => this.onExit());
    this.#readline.on('SIGCONT', () => this.#onContinue());
    handleHiddenKillKeys(input, this.#readline, () => this.#question?.isHidden === true);
    this.#readline.on('close', () => {
      if (!this.#isClosed) this.onExit();
    });
  }

  /** A line that stands, cut to one row, as long as there is neither a question nor the prompt. `undefined`: none any more. */
  status(text: string | undefined): void {
    this.#hideLine();
    this.#status = text;
    this.#showLine();
  }

  /** Asks; what is typed shows, or not. `answered` is called before the next key is looked at. */
  ask(label: string, isHidden: boolean, answered: (text: string) => void): void {
    this.status(undefined);
    this.#stopDiscarding();
    const ahead = this.#typedAhead.shift();
    if (ahead !== undefined) {
      this.#screen.show(`${label}${isHidden ? '' : ahead}\n`);
      answered(ahead);
      return;
    }
    if (this.#hasPrompt) this.#clearTypedLine();
    this.#hasPrompt = false;
    this.#question = { label, isHidden, answered };
    this.#showLine();
  }

  /** Nobody wants to know any more. What was typed of a hidden answer is forgotten, and what is typed until the next question. */
  cancelQuestion(): void {
    if (!this.#question) return;
    this.#hideLine();
    this.#discardsInput = this.#question.isHidden;
    this.#question = undefined;
    this.#screen.isMuted = true;
  }

  /** From now on there is a prompt, and lines go to `onLine`. */
  showPrompt(): void {
    if (this.#hasPrompt || this.#isClosed) return;
    this.status(undefined);
    this.#stopDiscarding();
    this.#question = undefined;
    this.#hasPrompt = true;
    this.#history.push(...this.#setAsideHistory.splice(0));
    for (const line of this.#typedAhead.splice(0)) {
      this.#screen.show(`${PROMPT}${line}\n`);
      this.#history.unshift(line);
      this.onLine(line);
      // It may have been the last.
      if (!this.#hasPrompt) return;
    }
    this.#showLine();
  }

  /** Lines, above the one that is being typed. */
  printAbove(...lines: string[]): void {
    const text = lines.map((line) => `${line}\n`).join('');
    this.#hideLine();
    this.#screen.show(text);
    this.#showLine();
  }

  /** There is no prompt and no question any more; what has been typed stays on the screen. */
  finish(): void {
    this.status(undefined);
    if (this.#hasPrompt || this.#question) {
      if (this.#readline.line !== '' || this.#question) this.#screen.show('\n');
      else this.#hideLine();
    }
    this.#hasPrompt = false;
    this.#question = undefined;
    this.#screen.isMuted = true;
  }

  /** Gives the terminal back as it was. */
  close(): void {
    this.#isClosed = true;
    this.#readline.close();
  }

  #onReadlineLine(line: string): void {
    if (this.#discardsInput) return;
    const question = this.#question;
    if (question) {
      // Readline's own line end was hidden with the rest.
      if (question.isHidden) this.#screen.show('\n');
      this.#question = undefined;
      this.#screen.isMuted = true;
      question.answered(line);
    } else if (this.#hasPrompt) {
      this.onLine(line);
      if (this.#hasPrompt) this.#showLine();
    } else this.#typedAhead.push(line);
  }

  #stopDiscarding(): void {
    if (!this.#discardsInput) return;
    // Ended like any line, since readline then forgets its changes too, which Ctrl-_ would bring back.
    this.#readline.write(null, { name: 'return' });
    this.#discardsInput = false;
  }

  /** After Ctrl-Z, when readline has paused itself. What it then draws begins where the shell has left the cursor. */
  #onContinue(): void {
    this.#readline.resume();
    this.#forgetRows();
    if (this.#question?.isHidden) this.#screen.show(this.#question.label);
  }

  /** What was being typed is no answer to a question. */
  #clearTypedLine(): void {
    this.#hideLine();
    this.#screen.isMuted = true;
    this.#readline.write(null, { ctrl: true, name: 'e' });
    this.#readline.write(null, { ctrl: true, name: 'u' });
    // Nor is what was said before.
    this.#setAsideHistory = this.#history.splice(0);
  }

  #showLine(): void {
    if (this.#question) {
      const { label, isHidden } = this.#question;
      this.#screen.isMuted = isHidden;
      if (isHidden) this.#screen.show(label);
      else this.#prompt(label);
    } else if (this.#hasPrompt) {
      this.#screen.isMuted = false;
      this.#prompt(PROMPT);
    } else if (this.#status !== undefined) this.#screen.show(this.#status.slice(0, this.#screen.columns - 1));
  }

  #prompt(label: string): void {
    this.#readline.setPrompt(label);
    this.#forgetRows();
    this.#readline.prompt(true);
  }

  /** Not documented: how many rows readline believes are above the cursor. There are none, below what was just said. */
  #forgetRows(): void {
    (this.#readline as unknown as { prevRows: number }).prevRows = 0;
  }

  #hideLine(): void {
    if (!this.#question && !this.#hasPrompt && this.#status === undefined) return;
    const rows = this.#screen.isMuted ? 0 : this.#readline.getCursorPos().rows;
    const { target } = this.#screen;
    if (rows > 0) moveCursor(target, 0, -rows);
    cursorTo(target, 0);
    clearScreenDown(target);
  }
}
