/**
 * Whoever sits at the terminal, asked who that is: once, and again after a refusal. What was entered is kept in memory for
 * the next connection, and nowhere else. Proven by: test/terminal.test.ts, test/ended.test.ts.
 */
import type { CredentialsRequest, GivenCredentials } from '@sallyport/client';
import type { LineEditor } from '../line-editor.ts';
import { printableName } from '../printable.ts';
import { Refusal } from '../refusal.ts';
import type { Plan } from './connection-plan.ts';
import { tokenIn } from './token-file.ts';
import { problemOfUsername } from './username.ts';

/** What a person, or the lack of a token, has to say to the talk. */
interface Heard {
  leave(): void;
  /** The token file cannot be read any more. */
  unreadable(refusal: Refusal): void;
}

export class Person {
  readonly #plan: Plan;
  readonly #editor: LineEditor;
  readonly #heard: Heard;
  /** Entered, and not refused so far. */
  #held: GivenCredentials | undefined;
  /** Whose password was asked for, if nobody got to the end of it. */
  #asked: string | undefined;

  constructor(plan: Plan, editor: LineEditor, heard: Heard) {
    this.#plan = plan;
    this.#editor = editor;
    this.#heard = heard;
  }

  async credentials({ refused, signal }: CredentialsRequest): Promise<GivenCredentials | undefined> {
    const { tokenFile } = this.#plan;
    if (tokenFile !== undefined) return this.#token(tokenFile);
    if (!this.#held || refused) this.#held = await this.#ask(signal);
    return this.#held;
  }

  #token(file: string): GivenCredentials | undefined {
    try {
      return { token: tokenIn(file) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#heard.unreadable(error);
      return undefined;
    }
  }

  #ask(signal: AbortSignal): Promise<GivenCredentials | undefined> {
    const known = this.#plan.username ?? this.#asked;
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        this.#editor.withdraw();
        resolve(undefined);
      });
      // Callbacks, since the very next key belongs to the next question.
      const askPassword = (username: string, label = 'Password: ') => {
        this.#asked = username;
        this.#editor.ask(label, true, (password) => {
          this.#asked = undefined;
          resolve({ username, password, again: true });
        });
      };
      if (known === undefined) this.#askUsername(askPassword);
      else askPassword(known, `Password of ${printableName(known)}: `);
    });
  }

  #askUsername(answered: (username: string) => void): void {
    this.#editor.ask('Username: ', false, (username) => {
      if (username === 'exit') return this.#heard.leave();
      const problem = problemOfUsername(username, this.#plan.protocol);
      if (problem === undefined) return answered(username);
      this.#editor.say(`* ${problem}`);
      this.#askUsername(answered);
    });
  }
}
