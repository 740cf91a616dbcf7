/** `sallyport` in a real pseudo-terminal, with an emulator that keeps its screen. */
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { onTestFailed } from 'vitest';
import { NO_STATE, sallyport } from './built.ts';

export const CTRL_C = '\u0003';
export const CTRL_D = '\u0004';
export const ENTER = '\r';

interface Size {
  readonly cols: number;
  readonly rows: number;
  /** Whether the emulator wraps the line of the cursor anew when its width changes, as VTE does. xterm does not. */
  readonly reflows?: boolean;
  /** Whether it says where its cursor is when a program asks. */
  readonly answers?: boolean;
}

export class Terminal {
  readonly ended: Promise<number>;
  /** All output, with the control sequences. */
  raw = '';
  readonly #pty;
  readonly #screen;
  readonly #reflows: boolean;
  #hasEnded = false;
  #changed = () => {};

  constructor(
    args: readonly string[],
    { cols, rows, reflows = false, answers = true }: Size = { cols: 160, rows: 40 },
    [program, ...before]: readonly [string, ...string[]] = [process.execPath, sallyport],
    state = NO_STATE,
  ) {
    this.#screen = new xterm.Terminal({ cols, rows, allowProposedApi: true, reflowCursorLine: reflows });
    this.#reflows = reflows;
    const { PATH } = process.env;
    const env = { PATH, TERM: 'xterm-256color', XDG_STATE_HOME: state };
    this.#pty = spawn(program, [...before, ...args], { cols, rows, env });
    if (answers) this.#screen.onData((answer) => this.#pty.write(answer));
    this.#pty.onData((data) => {
      this.raw += data;
      this.#screen.write(data, () => this.#changed());
    });
    onTestFailed(() => console.error(`The screen showed:\n${this.text}`));
    this.ended = new Promise((resolve) => {
      this.#pty.onExit(({ exitCode }) => {
        // After all earlier output has been drawn.
        this.#screen.write('', () => {
          this.#hasEnded = true;
          resolve(exitCode);
          this.#changed();
        });
      });
    });
  }

  get pid(): number {
    return this.#pty.pid;
  }

  /** The lines on the screen, and those that have scrolled off its top. */
  get text(): string {
    const { active } = this.#screen.buffer;
    const lines = Array.from({ length: active.length }, (_, i) => active.getLine(i)?.translateToString(true));
    return lines.join('\n').trimEnd();
  }

  /** Resolves once the screen matches. */
  async shows(what: RegExp): Promise<void> {
    await this.until(() => what.test(this.text));
  }

  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      if (this.#hasEnded) throw new Error(`ended, showing:\n${this.text}`);
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }

  /** Once the screen has drawn what has come. */
  settled(): Promise<void> {
    return new Promise((resolve) => this.#screen.write('', resolve));
  }

  type(keys: string): void {
    this.#pty.write(keys);
  }

  /** Resizes the terminal and its emulator. */
  resize(cols: number, rows: number): void {
    const offset = this.#offsetInLine();
    this.#screen.resize(cols, rows);
    // xterm.js moves the cursor to the right row only; VTE, kitty and tmux to the right column too.
    if (this.#reflows) this.#screen.write(`\u001b[${(offset % cols) + 1}G`);
    this.#pty.resize(cols, rows);
  }

  /** Characters between the beginning of the cursor's line, which may take several rows, and the cursor. */
  #offsetInLine(): number {
    const { active } = this.#screen.buffer;
    let rows = 0;
    while (active.getLine(active.baseY + active.cursorY - rows)?.isWrapped) rows += 1;
    return rows * this.#screen.cols + active.cursorX;
  }

  kill(): void {
    this.#pty.kill('SIGKILL');
  }
}
