/**
 * Questions for credentials, one at a time, and what was given last.
 *
 * The one rule: credentials that were refused are not given again, unless a person does (`again`) or they have been accepted
 * since. A value is a function that always says the same, so it is asked once after a refusal, and that is the end.
 * Proven by: test/signing-in.test.ts.
 */
import { type Credentials, passwordCredentials, tokenCredentials } from '@sallyport/protocol';
import type { Fact } from './facts.ts';

type OneOfTheTwo =
  | { readonly username: string; readonly password: string; readonly token?: never }
  | { readonly token: string; readonly username?: never; readonly password?: never };

/** A username and a password, or a token; not both. */
export type FixedCredentials = OneOfTheTwo & { readonly again?: never };

/** What a function gives that is asked for credentials. */
export type GivenCredentials = OneOfTheTwo & {
  /**
   * A person has entered these anew, knowing what was refused. They are sent once more even if they are the same, since a
   * server that throttles refuses right ones too. Default false.
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
  | FixedCredentials
  | ((
      request: CredentialsRequest,
    ) => GivenCredentials | undefined | PromiseLike<GivenCredentials | undefined>);

/** Of those that were refused, so many are remembered. */
const MOST_REFUSED = 100;

export class CredentialRequests {
  #source: CredentialsSource;
  readonly #canSay: (credentials: Credentials) => boolean;
  readonly #deviceOf: (user: string) => Promise<string | undefined>;
  /** Given last; not yet any. */
  last: Credentials | undefined;
  #wasRefused = false;
  readonly #refused: Credentials[] = [];
  #pending: AbortController | undefined;

  /**
   * Throws a `TypeError` if it is no source. `canSay`: whether the protocol has words for them. `deviceOf`: the device token
   * that goes with a password; it never rejects.
   */
  constructor(
    source: CredentialsSource,
    canSay: (credentials: Credentials) => boolean,
    deviceOf: (user: string) => Promise<string | undefined>,
  ) {
    this.#source = checked(source);
    this.#canSay = canSay;
    this.#deviceOf = deviceOf;
  }

  /** From the next question on. Throws a `TypeError` if it is no source. */
  set source(source: CredentialsSource) {
    this.#source = checked(source);
  }

  /** Whether asking again may bring others. */
  get isFresh(): boolean {
    return typeof this.#source === 'function';
  }

  async ask(question: number, tell: (fact: Fact) => void): Promise<void> {
    this.abandon();
    const pending = new AbortController();
    this.#pending = pending;
    try {
      const given =
        typeof this.#source === 'function'
          ? await this.#source({ refused: this.#wasRefused, signal: pending.signal })
          : this.#source;
      if (pending.signal.aborted) return;
      if (!given) return tell({ type: 'credentials.withheld', question });
      const credentials = credentialsOf(given);
      if (!credentials || !this.#canSay(credentials))
        return tell({ type: 'credentials.unsayable', question });
      if (given.again !== true && this.#refused.some((refused) => isSame(credentials, refused)))
        return tell({ type: 'credentials.repeated', question });
      const known = await this.#withDevice(credentials);
      if (pending.signal.aborted) return;
      this.last = known;
      this.#wasRefused = false;
      tell({ type: 'credentials.given', question });
    } catch {
      // Why is the function's own to report: what it throws may hold a secret.
      if (!pending.signal.aborted) tell({ type: 'credentials.failed', question });
    }
  }

  async #withDevice(credentials: Credentials): Promise<Credentials> {
    if (credentials.type === 'token') return credentials;
    const { username, password } = credentials;
    return passwordCredentials(username, password, await this.#deviceOf(username));
  }

  /** What was given last is refused. */
  refuse(): void {
    this.#wasRefused = true;
    const { last } = this;
    if (!last || this.#refused.some((refused) => isSame(last, refused))) return;
    if (this.#refused.push(last) > MOST_REFUSED) this.#refused.shift();
  }

  /** What was given last is good, whatever was said of it before. */
  accept(): void {
    const at = this.#refused.findIndex((refused) => this.last && isSame(this.last, refused));
    if (at >= 0) this.#refused.splice(at, 1);
  }

  /** There will be no more questions: no secret stays. */
  forget(): void {
    this.#source = () => undefined;
    this.last = undefined;
    this.#refused.length = 0;
  }

  abandon(): void {
    this.#pending?.abort();
    this.#pending = undefined;
  }
}

/** Types hold nobody who writes JavaScript. No message shows a secret. */
function checked(source: CredentialsSource): CredentialsSource {
  if (typeof source === 'function') return source;
  if (!credentialsOf(source))
    throw new TypeError(
      'credentials must be { username, password } or { token }, of strings, or a function that returns one of them',
    );
  if ('again' in source)
    throw new TypeError('credentials: only what a function returns can be given `again`');
  return source;
}

/** None if they are none. */
function credentialsOf(given: GivenCredentials): Credentials | undefined {
  const { username, password, token } = (given ?? {}) as Record<string, unknown>;
  const isPassword = typeof username === 'string' && typeof password === 'string' && token === undefined;
  if (isPassword) return passwordCredentials(username, password);
  const isToken = typeof token === 'string' && username === undefined && password === undefined;
  return isToken ? tokenCredentials(token) : undefined;
}

function isSame(one: Credentials, other: Credentials): boolean {
  if (one.type === 'token') return other.type === 'token' && one.token === other.token;
  return other.type === 'password' && one.username === other.username && one.password === other.password;
}
