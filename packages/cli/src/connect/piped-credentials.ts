/**
 * The credentials of the client as a filter: a token file, or a line of standard input. It also says why they did not sign in.
 *
 * Proven by: test/piped.test.ts, test/channels-piped.test.ts.
 */
import type { CredentialsRequest, EndReason, GivenCredentials } from '@sallyport/client';
import { Refusal } from '../refusal.ts';
import type { ConnectionPlan } from './connection-plan.ts';
import { parseCredentialLine } from './credential-line.ts';
import { readToken } from './token-file.ts';

/** Asks for the next line of standard input. Undefined at its end. */
export type Ask = (prompt: string) => Promise<string | undefined>;

export class PipedCredentials {
  readonly #plan: ConnectionPlan;
  readonly #ask: Ask;
  /** Whether a later connection gives the credentials of the first one again. */
  readonly #isKept: boolean;
  #kept: GivenCredentials | undefined;
  #lastWasRefused = false;
  /** The token file could be read at the start, and could not be read later. */
  #unreadable: Refusal | undefined;

  constructor(plan: ConnectionPlan, ask: Ask, isKept: boolean) {
    this.#plan = plan;
    this.#ask = ask;
    this.#isKept = isKept;
  }

  async give({ refused }: CredentialsRequest): Promise<GivenCredentials | undefined> {
    const { tokenFile, username } = this.#plan;
    // The client package does not send a refused token again.
    if (tokenFile !== undefined) return { token: this.#readToken(tokenFile) };
    if (this.#kept && !refused) return this.#kept;
    this.#lastWasRefused = refused;
    const text = await this.#ask(
      username === undefined ? 'please enter your username and password: ' : 'please enter your password: ',
    );
    if (text === undefined || (text === 'exit' && username === undefined)) return undefined;
    const given = {
      ...(username === undefined ? parseCredentialLine(text) : { username, password: text }),
      again: true,
    };
    if (this.#isKept) this.#kept = given;
    return given;
  }

  /** The server has refused the last credentials. */
  refused(): void {
    this.#lastWasRefused = true;
  }

  /** Why the credentials did not sign in. Undefined if the session ended for a reason that is not about them. */
  failureText(reason: EndReason): string | undefined {
    const { tokenFile } = this.#plan;
    if (reason === 'credentialsFailed') return this.#unreadable?.message;
    if (reason === 'credentialsWithheld')
      return this.#lastWasRefused
        ? 'not signed in: the username or password is wrong'
        : 'not signed in: the first line of standard input must be username:password';
    if (tokenFile !== undefined && reason === 'credentialsRefused')
      return `not signed in: the server refused the token in ${tokenFile}`;
    return undefined;
  }

  #readToken(file: string): string {
    try {
      return readToken(file);
    } catch (error) {
      if (error instanceof Refusal) this.#unreadable = error;
      throw error;
    }
  }
}
