/**
 * The line editor of a terminal: questions with visible or hidden answers, then a prompt with a history. Other output
 * appears above the line that the user is typing, and leaves that line intact.
 *
 * One `node:readline` interface does all of it: a second one would lose keys that were typed ahead of a question. Keys typed
 * ahead stay hidden. An answer to a question never enters the history.
 * Proven by: test/terminal.test.ts, test/interrupted.test.ts, test/line-editor.test.ts, test/history.test.ts.
 */
import {
  clearScreenDown,
  createInterface,
  cursorTo,
  type Interface,
  type Key,
  moveCursor,
} from 'node:readline';
import { HistorySearch } from './history-search.ts';
import { handleHiddenKillKeys } from './kill-keys.ts';
import { asLines, asOneRow, insertable, PASTE_MARKS, PasteCollector } from './paste.ts';
import { Screen } from './screen.ts';
import { stripUnprintable, stripUnprintableLines } from './strip-unprintable.ts';

/** Keeps the messages between runs. */
interface HistoryStore {
  /** Newest first. */
  load(): string[];
  add(message: string): void;
}

/** A row in place of the prompt, which takes all keys until it is replaced. */
interface Overlay {
  readonly text: () => string;
  readonly onKey: (text: string | undefined, key: Key) => void;
}

/** The parts of readline that its types hide. Node's own REPL uses them in the same way. */
interface ReadlineInternals {
  line: string;
  cursor: number;
  /** Newest first. */
  history: string[];
  prevRows: number;
  _ttyWrite(text: string | undefined, key: Key): void;
}

interface Question {
  readonly label: string;
  readonly isHidden: boolean;
  readonly answered: (text: string) => void;
}

const PROMPT = '> ';

export class LineEditor {
  /** Gets each message: a line typed at the prompt, or a paste of several lines. */
  onLine: (line: string) => void = () => {};
  /** Gets an empty line where there is no question. Returns whether it was used; if not, it counts as a line. */
  onEnter: () => boolean = () => false;
  /** Ctrl-C, Ctrl-D, or the terminal has been closed. */
  onExit: () => void = () => {};
  readonly #screen: Screen;
  readonly #readline: Interface;
  #question: Question | undefined;
  #hasPrompt = false;
  #overlay: Overlay | undefined;
  readonly #paste = new PasteCollector();
  readonly #store: HistoryStore | undefined;
  /** The history has a message of several lines, so a row may stand for one. */
  #hasRows = false;
  /** The row shown while there is neither a question nor the prompt. */
  #status: string | undefined;
  readonly #typedAhead: string[] = [];
  /** A hidden question was cancelled, and the user may still be typing its answer: it must not show. */
  #discardsInput = false;
  /** The history while there is no prompt. */
  #setAsideHistory: string[] = [];
  #isClosed = false;
  /** Readline has closed, also by Ctrl-D. From Node 24 on its methods throw then. */
  #hasReadlineClosed = false;

  /** `store` keeps the history between runs; without one it lasts as long as the editor. */
  constructor(input: NodeJS.ReadStream, output: NodeJS.WriteStream, store?: HistoryStore) {
    this.#store = store;
    this.#screen = new Screen(output);
    this.#screen.isMuted = true;
    this.#readline = createInterface({
      input,
      output: this.#screen,
      terminal: true,
      historySize: 1_000,
      prompt: PROMPT,
    });
    // During a paste readline switches completion off, and then appends the text to the line instead of inserting it at
    // the cursor (Node 20 to 24). This editor completes nothing.
    Object.defineProperty(this.#readline, 'isCompletionEnabled', { get: () => true, set: () => {} });
    this.#readline.on('history', (history) => {
      if (!this.#hasPrompt) history.shift();
    });
    const entries = (store?.load() ?? []).map(asOneRow);
    this.#hasRows = entries.some((entry) => asLines(entry) !== entry);
    this.#setAsideHistory = entries;
    const write = this.#internals._ttyWrite.bind(this.#readline);
    this.#internals._ttyWrite = (text, key) => this.#onKey(text, key, write);
    this.#readline.on('line', (line) => this.#onReadlineLine(line));
    this.#readline.on('SIGINT', () => this.onExit());
    this.#readline.on('SIGCONT', () => this.#onContinue());
    handleHiddenKillKeys(input, this.#readline, () => this.#question?.isHidden === true);
    this.#readline.on('close', () => {
      this.#hasReadlineClosed = true;
      if (!this.#isClosed) this.onExit();
    });
  }

  get #internals(): ReadlineInternals {
    return this.#readline as unknown as ReadlineInternals;
  }

  get #history(): string[] {
    return this.#internals.history;
  }

  /** Shows a row, cut to the width, while there is neither a question nor the prompt. `undefined` removes it. */
  status(text: string | undefined): void {
    this.#hideLine();
    this.#status = text;
    this.#showLine();
  }

  /** Asks a question. `isHidden` hides the answer. `answered` is called before the next key is handled. */
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
    this.#leavePrompt();
    this.#question = { label, isHidden, answered };
    this.#showLine();
  }

  /** Cancels the question. A hidden answer typed so far is dropped, and so are keys until the next question. */
  cancelQuestion(): void {
    if (!this.#question) return;
    this.#hideLine();
    this.#discardsInput = this.#question.isHidden;
    this.#question = undefined;
    this.#screen.isMuted = true;
  }

  /** Shows the prompt. From now on lines go to `onLine`. */
  showPrompt(): void {
    if (this.#hasPrompt || this.#isClosed) return;
    this.status(undefined);
    this.#stopDiscarding();
    this.#question = undefined;
    this.#hasPrompt = true;
    this.#screen.show(PASTE_MARKS.on);
    this.#history.push(...this.#setAsideHistory.splice(0));
    for (const line of this.#typedAhead.splice(0)) {
      this.#screen.show(`${PROMPT}${line}\n`);
      this.#history.unshift(line);
      this.#submit(line);
      // `onLine` may have ended the program.
      if (!this.#hasPrompt) return;
    }
    this.#showLine();
  }

  /** Prints lines above the line that is being typed. */
  printAbove(...lines: string[]): void {
    const text = lines.map((line) => `${line}\n`).join('');
    this.#hideLine();
    this.#screen.show(text);
    this.#showLine();
  }

  /** Ends the prompt or the question. The typed text stays on the screen. */
  finish(): void {
    this.status(undefined);
    this.#closeOverlay();
    if (this.#hasPrompt || this.#question) {
      if (this.#readline.line !== '' || this.#question) this.#screen.show('\n');
      else this.#hideLine();
    }
    this.#leavePrompt();
    this.#question = undefined;
    this.#screen.isMuted = true;
  }

  /** Restores the terminal. */
  close(): void {
    this.#isClosed = true;
    this.#leavePrompt();
    this.#readline.close();
  }

  #onReadlineLine(line: string): void {
    if (this.#discardsInput) return;
    const question = this.#question;
    if (question) {
      // Readline's line end was hidden with the answer.
      if (question.isHidden) this.#screen.show('\n');
      this.#question = undefined;
      this.#screen.isMuted = true;
      question.answered(line);
    } else if (this.#hasPrompt) {
      if (line !== '' || !this.onEnter()) this.#submit(this.#hasRows ? asLines(line) : line);
      if (this.#hasPrompt) this.#showLine();
    } else if (line !== '' || this.#status === undefined || !this.onEnter()) this.#typedAhead.push(line);
  }

  #submit(message: string): void {
    if (message !== 'exit') this.#store?.add(message);
    this.onLine(message);
  }

  #leavePrompt(): void {
    if (this.#hasPrompt) this.#screen.show(PASTE_MARKS.off);
    this.#overlay = undefined;
    this.#hasPrompt = false;
  }

  #onKey(text: string | undefined, key: Key, write: ReadlineInternals['_ttyWrite']): void {
    const pasted = this.#paste.take(text, key);
    if (pasted === false) return;
    if (pasted !== undefined) this.#onPaste(pasted, write);
    else if (this.#overlay) this.#overlay.onKey(text, key);
    else if (key.ctrl && key.name === 'r' && this.#hasPrompt) this.#search();
    else write(text, key);
  }

  /** One line is inserted and not sent. For several lines it asks first. Without a prompt a paste is dropped. */
  #onPaste(pasted: string, write: ReadlineInternals['_ttyWrite']): void {
    if (!this.#hasPrompt || this.#overlay) return;
    const { line, cursor } = this.#internals;
    const text = pasted.replace(/\n$/, '');
    const whole = line.slice(0, cursor) + text + line.slice(cursor);
    if (!text.includes('\n')) {
      const inserted = insertable(text);
      if (inserted !== '') write(inserted, {});
      return;
    }
    const count = whole.split('\n').length;
    this.#open({
      text: () => `send ${count} lines as one message? y/n`,
      onKey: (answer, { name }) => {
        const isYes = answer === 'y' || answer === 'Y' || name === 'return';
        const isNo = answer === 'n' || answer === 'N' || name === 'escape' || answer === '\u0003';
        if (isYes) this.#sendPasted(whole);
        else if (isNo) this.#closeOverlay();
      },
    });
  }

  #sendPasted(message: string): void {
    this.#setLine('');
    this.#closeOverlay();
    this.#hasRows = true;
    this.#history.unshift(asOneRow(message));
    this.printAbove(...stripUnprintableLines(message).map((line) => `${PROMPT}${line}`));
    this.#submit(message);
  }

  #search(): void {
    const search = new HistorySearch([...this.#history]);
    const accept = () => {
      if (search.match !== undefined) this.#setLine(search.match);
      this.#closeOverlay();
    };
    this.#open({
      text: () => stripUnprintable(search.text),
      onKey: (text, key) => {
        const isPlain = !key.ctrl && !key.meta && text !== undefined && insertable(text) !== '';
        if (key.ctrl && key.name === 'r') search.older();
        else if (key.name === 'backspace') search.erase();
        else if (key.name === 'return') {
          accept();
          this.#press({ name: 'return' });
          return;
        } else if (key.ctrl && (key.name === 'c' || key.name === 'g')) return this.#closeOverlay();
        else if (isPlain) search.type(text);
        else return accept();
        this.#hideLine();
        this.#showLine();
      },
    });
  }

  #open(overlay: Overlay): void {
    this.#hideLine();
    this.#overlay = overlay;
    this.#showLine();
  }

  #closeOverlay(): void {
    if (!this.#overlay) return;
    this.#hideLine();
    this.#overlay = undefined;
    this.#showLine();
  }

  #press(key: { readonly name: string; readonly ctrl?: boolean }): void {
    if (!this.#hasReadlineClosed) this.#readline.write(null, key);
  }

  #setLine(line: string): void {
    this.#internals.line = line;
    this.#internals.cursor = line.length;
  }

  #stopDiscarding(): void {
    if (!this.#discardsInput) return;
    // Ending the line also clears readline's undo stack, which Ctrl-_ would show.
    this.#press({ name: 'return' });
    this.#discardsInput = false;
  }

  /** After Ctrl-Z: readline has paused, and draws the line where the shell has left the cursor. */
  #onContinue(): void {
    if (this.#hasReadlineClosed) return;
    this.#readline.resume();
    // The shell may have switched it off.
    if (this.#hasPrompt) this.#screen.show(PASTE_MARKS.on);
    this.#forgetRows();
    if (this.#question?.isHidden) this.#screen.show(this.#question.label);
  }

  /** A line typed at the prompt must not become the answer to a question. */
  #clearTypedLine(): void {
    this.#closeOverlay();
    this.#hideLine();
    this.#screen.isMuted = true;
    this.#press({ ctrl: true, name: 'e' });
    this.#press({ ctrl: true, name: 'u' });
    // Nor must an earlier message.
    this.#setAsideHistory = this.#history.splice(0);
  }

  #showLine(): void {
    if (this.#question) {
      const { label, isHidden } = this.#question;
      this.#screen.isMuted = isHidden;
      if (isHidden) this.#screen.show(label);
      else this.#prompt(label);
    } else if (this.#overlay) {
      this.#screen.isMuted = true;
      this.#screen.show(this.#oneRow(this.#overlay.text()));
    } else if (this.#hasPrompt) {
      this.#screen.isMuted = false;
      this.#prompt(PROMPT);
    } else if (this.#status !== undefined) this.#screen.show(this.#oneRow(this.#status));
  }

  #oneRow(text: string): string {
    return text.slice(0, (this.#screen.columns || 80) - 1);
  }

  #prompt(label: string): void {
    if (this.#hasReadlineClosed) return;
    this.#readline.setPrompt(label);
    this.#forgetRows();
    this.#readline.prompt(true);
  }

  /** Sets the number of rows that readline assumes above the cursor. A newly drawn line has none. */
  #forgetRows(): void {
    this.#internals.prevRows = 0;
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
