/**
 * Asks the user at the terminal for credentials: once, and again after a refusal. It keeps them in memory for the next
 * connection, and nowhere else. Proven by: test/terminal.test.ts, test/ended.test.ts.
 */
import type { CredentialsRequest, GivenCredentials } from '@sallyport/client';
import type { LineEditor } from '../line-editor.ts';
import { Refusal } from '../refusal.ts';
import { stripUnprintableName } from '../strip-unprintable.ts';
import type { ConnectionPlan } from './connection-plan.ts';
import { readToken } from './token-file.ts';
import { usernameProblem } from './username.ts';

/** What a prompt reports besides credentials. */
interface CredentialPromptEvents {
  /** The user has entered "exit". */
  exit(): void;
  /** The token file can no longer be read. */
  unreadable(refusal: Refusal): void;
}

export class CredentialPrompt {
  readonly #plan: ConnectionPlan;
  readonly #editor: LineEditor;
  readonly #events: CredentialPromptEvents;
  /** The credentials that the user entered, until the server refuses them. */
  #held: GivenCredentials | undefined;
  /** The username of an unfinished password question. */
  #pendingUsername: string | undefined;

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
    const known = this.#plan.username ?? this.#pendingUsername;
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        this.#editor.cancelQuestion();
        resolve(undefined);
      });
      // Callbacks, not promises: the very next key belongs to the next question.
      const askPassword = (username: string, label = 'Password: ') => {
        this.#pendingUsername = username;
        this.#editor.ask(label, true, (password) => {
          this.#pendingUsername = undefined;
          resolve({ username, password, again: true });
        });
      };
      if (known === undefined) this.#askUsername(askPassword);
      else askPassword(known, `Password of ${stripUnprintableName(known)}: `);
    });
  }

  #askUsername(answered: (username: string) => void): void {
    this.#editor.ask('Username: ', false, (username) => {
      if (username === 'exit') return this.#events.exit();
      const problem = usernameProblem(username, this.#plan.protocol);
      if (problem === undefined) return answered(username);
      this.#editor.printAbove(`* ${problem}`);
      this.#askUsername(answered);
    });
  }
}
