/**
 * Questions for credentials, one at a time, and what was given last.
 *
 * The one rule: credentials that were refused are never given again, unless a person does (`again`). A value is a function that
 * always says the same, so it is asked once after a refusal, and that is the end. Proven by: test/signing-in.test.ts.
 */
import { type Credentials, passwordCredentials, tokenCredentials } from '@sallyport/protocol';
import type { Fact } from './facts.ts';

export type GivenCredentials = (
  | { readonly username: string; readonly password: string }
  | { readonly token: string }
) & {
  /**
   * From a function only: a person has entered these anew, knowing what was refused. They are sent once more even if they
   * are the same, since a server that throttles refuses right ones too. Default false.
   */
  readonly again?: boolean;
};

export interface CredentialsRequest {
  /** The last ones were refused: the same again will not do. */
  readonly refused: boolean;
  /** Aborts when nobody waits for them any more. */
  readonly signal: AbortSignal;
}

/** The credentials; or who is asked for them, anew for every attempt, and may say `undefined` where there are none. */
export type CredentialsSource =
  | GivenCredentials
  | ((
      request: CredentialsRequest,
    ) => GivenCredentials | undefined | PromiseLike<GivenCredentials | undefined>);

export class Questions {
  source: CredentialsSource;
  /** Given last; not yet any. */
  last: Credentials | undefined;
  #refused: Credentials | undefined;
  #pending: AbortController | undefined;

  constructor(source: CredentialsSource) {
    this.source = source;
  }

  /** Whether asking again may bring others. */
  get isFresh(): boolean {
    return typeof this.source === 'function';
  }

  async ask(question: number, tell: (fact: Fact) => void): Promise<void> {
    this.abandon();
    const pending = new AbortController();
    this.#pending = pending;
    try {
      const refused = this.last !== undefined && this.last === this.#refused;
      const given =
        typeof this.source === 'function'
          ? await this.source({ refused, signal: pending.signal })
          : this.source;
      if (pending.signal.aborted) return;
      if (!given) return tell({ type: 'credentials.withheld', question });
      const credentials =
        'token' in given
          ? tokenCredentials(given.token)
          : passwordCredentials(given.username, given.password);
      const isDeliberate = this.isFresh && given.again === true;
      if (this.#refused && !isDeliberate && isSame(credentials, this.#refused))
        return tell({ type: 'credentials.repeated', question });
      this.last = credentials;
      tell({ type: 'credentials.given', question });
    } catch {
      // Why is the function's own to report: what it throws may hold a secret.
      if (!pending.signal.aborted) tell({ type: 'credentials.failed', question });
    }
  }

  /** What was given last is refused. */
  refuse(): void {
    this.#refused = this.last;
  }

  abandon(): void {
    this.#pending?.abort();
    this.#pending = undefined;
  }
}

function isSame(one: Credentials, other: Credentials): boolean {
  if (one.type === 'token') return other.type === 'token' && one.token === other.token;
  return other.type === 'password' && one.username === other.username && one.password === other.password;
}
