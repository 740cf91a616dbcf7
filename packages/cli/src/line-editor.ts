/**
 * The line editor of a terminal: questions with visible or hidden answers, then a prompt with a history. Other output
 * appears above the line that the user is typing, and leaves that line intact.
 *
 * One `node:readline` interface does all of it: a second one would lose keys that were typed ahead of a question. Keys typed
 * ahead stay hidden. An answer to a question never enters the history.
 * Proven by: test/terminal.test.ts, test/interrupted.test.ts, test/line-editor.test.ts, test/history.test.ts.
 */
import { createInterface, type Interface, type Key } from 'node:readline';
import { DrawnLine, type LineContent } from './drawn-line.ts';
import { handleHiddenKillKeys } from './kill-keys.ts';
import type { Overlay } from './overlay.ts';
import { asLines, asOneRow, insertable, PASTE_MARKS, PasteCollector } from './paste.ts';
import { pasteOverlay } from './paste-overlay.ts';
import type { ReadlineInternals } from './readline-internals.ts';
import { Screen } from './screen.ts';
import { searchOverlay } from './search-overlay.ts';
import { stripUnprintableLines } from './strip-unprintable.ts';

/** Keeps the messages between runs. */
interface HistoryStore {
  /** Newest first. */
  load(): string[];
  add(message: string): void;
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
  readonly #line: DrawnLine;
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
    this.#line = new DrawnLine(this.#screen, this.#readline, () => this.#content());
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
    this.#line.hide();
    this.#status = text;
    this.#line.show();
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
    this.#line.show();
  }

  /** Cancels the question. A hidden answer typed so far is dropped, and so are keys until the next question. */
  cancelQuestion(): void {
    if (!this.#question) return;
    this.#line.hide();
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
    this.#line.show();
  }

  /** Prints lines above the line that is being typed. */
  printAbove(...lines: string[]): void {
    const text = lines.map((line) => `${line}\n`).join('');
    this.#line.hide();
    this.#screen.show(text);
    this.#line.show();
  }

  /** Ends the prompt or the question. The typed text stays on the screen. */
  finish(): void {
    this.status(undefined);
    this.#closeOverlay();
    if (this.#hasPrompt || this.#question) {
      if (this.#readline.line !== '' || this.#question) this.#screen.show('\n');
      else this.#line.hide();
    }
    this.#leavePrompt();
    this.#question = undefined;
    this.#screen.isMuted = true;
  }

  /** Restores the terminal. */
  close(): void {
    this.#isClosed = true;
    this.#line.close();
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
      if (this.#hasPrompt) this.#line.show();
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
    if (this.#line.takeReport(text, key)) return;
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
    this.#open(
      pasteOverlay(whole.split('\n').length, {
        send: () => this.#sendPasted(whole),
        cancel: () => this.#closeOverlay(),
      }),
    );
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
    this.#open(
      searchOverlay([...this.#history], {
        redraw: () => {
          this.#line.hide();
          this.#line.show();
        },
        accept: (match, isSent) => {
          if (match !== undefined) this.#setLine(match);
          this.#closeOverlay();
          if (isSent) this.#press({ name: 'return' });
        },
        cancel: () => this.#closeOverlay(),
      }),
    );
  }

  #open(overlay: Overlay): void {
    this.#line.hide();
    this.#overlay = overlay;
    this.#line.show();
  }

  #closeOverlay(): void {
    if (!this.#overlay) return;
    this.#line.hide();
    this.#overlay = undefined;
    this.#line.show();
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
    this.#line.forgetRows();
    if (this.#question?.isHidden) this.#screen.show(this.#question.label);
  }

  /** A line typed at the prompt must not become the answer to a question. */
  #clearTypedLine(): void {
    this.#closeOverlay();
    this.#line.hide();
    this.#screen.isMuted = true;
    this.#press({ ctrl: true, name: 'e' });
    this.#press({ ctrl: true, name: 'u' });
    // Nor must an earlier message.
    this.#setAsideHistory = this.#history.splice(0);
  }

  #content(): LineContent | undefined {
    if (this.#question) {
      const { label, isHidden } = this.#question;
      return { kind: isHidden ? 'hidden' : 'edited', label };
    }
    if (this.#overlay) return { kind: 'row', text: this.#overlay.text() };
    if (this.#hasPrompt) return { kind: 'edited', label: PROMPT };
    return this.#status === undefined ? undefined : { kind: 'row', text: this.#status };
  }
}
