/** The output of both binaries at a real terminal. */
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Binary, binaries } from './binary.ts';
import { Client } from './client.ts';

class Terminal {
  readonly ended: Promise<number>;
  readonly #pty;
  readonly #screen = new xterm.Terminal({ cols: 160, rows: 40, allowProposedApi: true });
  #hasEnded = false;
  #changed = () => {};

  constructor(binary: Binary, args: readonly string[]) {
    const { PATH } = process.env;
    const env = { PATH, TERM: 'xterm-256color' };
    this.#pty = spawn(process.execPath, [binary.file, ...args], { cols: 160, rows: 40, env });
    this.#pty.onData((data) => this.#screen.write(data, () => this.#changed()));
    this.ended = new Promise((resolve) => {
      this.#pty.onExit(({ exitCode }) => {
        this.#hasEnded = true;
        resolve(exitCode);
        this.#changed();
      });
    });
  }

  /** The lines on the screen. */
  get text(): string {
    const { active } = this.#screen.buffer;
    const lines = Array.from({ length: active.length }, (_, i) => active.getLine(i)?.translateToString(true));
    return lines.join('\n').trimEnd();
  }

  async shows(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.text);
      if (found) return found;
      if (this.#hasEnded) throw new Error(`ended, showing:\n${this.text}`);
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }

  type(keys: string): void {
    this.#pty.write(keys);
  }

  /** Closes the terminal: the system then sends SIGHUP to the process. */
  close(): void {
    (this.#pty as unknown as { destroy(): void }).destroy();
  }

  /** Sends SIGHUP from outside, as an operator does. */
  sendHangUp(): void {
    this.#pty.kill('SIGHUP');
  }

  kill(): void {
    this.#pty.kill('SIGKILL');
  }
}

let terminal: Terminal | undefined;
afterEach(() => terminal?.kill());

describe.each(binaries.map((binary) => [binary.name, binary] as const))('%s', (_name, binary) => {
  it.skipIf(binary.unusable)(
    'prints the address and what to try, logs readable lines, and stops on Ctrl-C',
    async () => {
      terminal = new Terminal(binary, ['--port', '0']);
      const [, url] = await terminal.shows(/listens on (ws:\/\/127\.0\.0\.1:\d+)/);
      await terminal.shows(/WARN: .*admin.*123456/);
      expect(terminal.text).toContain(`sallyport connect ${url}`);
      expect(terminal.text).toContain(url?.replace(/^ws/, 'http'));
      expect(terminal.text).toContain('admin:123456');
      expect(terminal.text).toContain('Ctrl-C');
      expect(terminal.text).not.toMatch(/"level"|"time"|\[\d+m/);
      expect(terminal.text.split('\n').length).toBeLessThan(12);

      const client = await Client.signedIn(url ?? '');
      await terminal.shows(/INFO: signed in .*"user":"admin"/);
      terminal.type('\u0003');
      expect((await client.closed).code).toBe(1012);
      expect(await terminal.ended).toBe(0);
      // The last output may arrive after the exit.
      await vi.waitUntil(() => /INFO: stopped/.test(terminal?.text ?? ''), { timeout: 60_000 });
    },
  );

  it.skipIf(binary.unusable)('with --log-format json logs lines of JSON at a terminal too', async () => {
    terminal = new Terminal(binary, ['--port', '0', '--log-format', 'json']);
    await terminal.shows(/"event":"listening"/);
    expect(terminal.text).not.toContain('listens on');
  });

  it.skipIf(binary.unusable)('E29: keeps serving while Ctrl-S stops the terminal', async () => {
    terminal = new Terminal(binary, ['--port', '0']);
    const [, url] = await terminal.shows(/listens on (ws:\/\/127\.0\.0\.1:\d+)/);
    terminal.type('\u0013');
    const client = await Client.signedIn(url ?? '');
    expect(await client.ask('still here')).toBe('your submit context: still here');
    expect(terminal.text).not.toContain('signed in');
    terminal.type('\u0011');
    await terminal.shows(/INFO: signed in/);
    client.socket.terminate();
  });

  it.skipIf(binary.unusable)(
    'drains when its terminal closes, but not when an operator sends SIGHUP',
    async () => {
      terminal = new Terminal(binary, ['--port', '0']);
      const [, url] = await terminal.shows(/listens on (ws:\/\/127\.0\.0\.1:\d+)/);
      const client = await Client.signedIn(url ?? '');
      terminal.sendHangUp();
      await terminal.shows(/INFO: watched files read again/);
      expect(await client.ask('still here')).toBe('your submit context: still here');
      terminal.close();
      expect((await client.closed).code).toBe(1012);
    },
  );

  it.skipIf(binary.unusable)('prints the address at log level silent too', async () => {
    terminal = new Terminal(binary, ['--port', '0', '--log-level', 'silent']);
    await terminal.shows(/listens on ws:[\s\S]*Ctrl-C/);
    expect(terminal.text).not.toContain('WARN');
  });
});
