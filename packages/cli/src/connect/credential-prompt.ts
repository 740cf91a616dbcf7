/**
 * Whoever sits at the terminal, asked who that is: once, and again after a refusal. What was entered is kept in memory for
 * the next connection, and nowhere else. Proven by: test/terminal.test.ts, test/ended.test.ts.
 */
import type { CredentialsRequest, GivenCredentials } from '@sallyport/client';
import type { LineEditor } from '../line-editor.ts';
import { Refusal } from '../refusal.ts';
import { stripUnprintableName } from '../strip-unprintable.ts';
import type { ConnectionPlan } from './connection-plan.ts';
import { readToken } from './token-file.ts';
import { usernameProblem } from './username.ts';

/** What a person, or the lack of a token, has to say to the talk. */
interface CredentialPromptEvents {
  leave(): void;
  /** The token file cannot be read any more. */
  unreadable(refusal: Refusal): void;
}

export class CredentialPrompt {
  readonly #plan: ConnectionPlan;
  readonly #editor: LineEditor;
  readonly #events: CredentialPromptEvents;
  /** Entered, and not refused so far. */
  #held: GivenCredentials | undefined;
  /** Whose password was asked for, if nobody got to the end of it. */
  #asked: string | undefined;

  constructor(plan: ConnectionPlan, editor: LineEditor, heard: CredentialPromptEvents) {
    this.#plan = plan;
    this.#editor = editor;
    this.#events = heard;
  }

  async credentials({ refused, signal }: CredentialsRequest): Promise<GivenCredentials | undefined> {
    const { tokenFile } = this.#plan;
    if (tokenFile !== undefined) return this.#token(tokenFile);
    if (!this.#held || refused) this.#held = await this.#ask(signal);
    return this.#held;
  }

  #token(file: string): GivenCredentials | undefined {
    try {
      return { token: readToken(file) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#events.unreadable(error);
      return undefined;
    }
  }

  #ask(signal: AbortSignal): Promise<GivenCredentials | undefined> {
    const known = this.#plan.username ?? this.#asked;
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        this.#editor.cancelQuestion();
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
      else askPassword(known, `Password of ${stripUnprintableName(known)}: `);
    });
  }

  #askUsername(answered: (username: string) => void): void {
    this.#editor.ask('Username: ', false, (username) => {
      if (username === 'exit') return this.#events.leave();
      const problem = usernameProblem(username, this.#plan.protocol);
      if (problem === undefined) return answered(username);
      this.#editor.printAbove(`* ${problem}`);
      this.#askUsername(answered);
    });
  }
}
