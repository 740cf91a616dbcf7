/**
 * Requests for credentials, one at a time, and the credentials that were given last.
 *
 * The one rule: refused credentials are not given again, unless a person enters them (`again`) or the server has accepted them
 * since. A value always gives the same, so a refusal ends the attempts with it. Proven by: test/signing-in.test.ts.
 */
import { type MessageCredentials, passwordCredentials, tokenCredentials } from '@sallyport/protocol';
import { type Clock, LONGEST_MS } from './clock.ts';
import type { Fact } from './facts.ts';
import { wellFormed } from './outbox.ts';

type PasswordOrToken =
  | { readonly username: string; readonly password: string; readonly token?: never }
  | { readonly token: string; readonly username?: never; readonly password?: never };

/** A username and a password, or a token; not both. */
export type FixedCredentials = PasswordOrToken & { readonly again?: never };

/** The credentials that a function returns. */
export type GivenCredentials = PasswordOrToken & {
  /**
   * A person has entered these after a refusal. The client sends them even if they are the refused ones, since a server that
   * throttles refuses right ones too. Default false.
   */
  readonly again?: boolean;
};

/** The argument of a function that returns credentials. */
export interface CredentialsRequest {
  /** Whether the server refused the last credentials. The same ones will not be sent again. */
  readonly refused: boolean;
  /** Aborts when the client no longer waits for the answer. */
  readonly signal: AbortSignal;
}

/**
 * The credentials, or a function that returns them, now or later. The client calls the function for every attempt and every
 * renewal. The function may return `undefined` if there are none. `request`: the upgrade request carries the credentials, such as
 * the cookie that a browser sends by itself. The client then sends none, and waits for the server's answer.
 */
export type CredentialsSource =
  | FixedCredentials
  | 'request'
  | ((
      request: CredentialsRequest,
    ) => GivenCredentials | undefined | PromiseLike<GivenCredentials | undefined>);

interface CredentialRequestsOptions {
  readonly source: CredentialsSource;
  /** Milliseconds that a function may take. */
  readonly maxMs: number;
  readonly clock: Clock;
  /** Whether the protocol can express the credentials. */
  readonly canEncode: (credentials: MessageCredentials) => boolean;
  /** Whether the protocol lets a server answer credentials of the upgrade request. */
  readonly canSignInByRequest: boolean;
  /** The device token that goes with a password. It never rejects. */
  readonly deviceTokenOf: (user: string) => Promise<string | undefined>;
}

/** Refused credentials that are remembered. */
const MAX_REFUSED = 100;

export class CredentialRequests {
  #source: CredentialsSource;
  readonly #options: Omit<CredentialRequestsOptions, 'source'>;
  /** The credentials that were given last, if any. */
  last: MessageCredentials | undefined;
  #wasRefused = false;
  readonly #refused: MessageCredentials[] = [];
  #pending: AbortController | undefined;
  #timer: unknown;

  /** Throws a `TypeError` if the source is neither credentials nor a function. */
  constructor({ source, ...options }: CredentialRequestsOptions) {
    this.#options = options;
    this.#source = this.#checked(source);
  }

  /** Used from the next request on. Throws a `TypeError` if it is neither credentials nor a function. */
  set source(source: CredentialsSource) {
    this.#source = this.#checked(source);
  }

  /** Whether the upgrade request carries the credentials. */
  get isByRequest(): boolean {
    return this.#source === 'request';
  }

  /** Whether another request may bring other credentials. */
  get isFunction(): boolean {
    return typeof this.#source === 'function';
  }

  /** Abandons the request that is under way, if any, and makes a new one. */
  async ask(question: number, report: (fact: Fact) => void): Promise<void> {
    this.abandon();
    const pending = new AbortController();
    this.#pending = pending;
    const conclude = (type: Extract<Fact, { question: number }>['type']) => {
      if (this.#pending !== pending) return;
      this.#stopTimer();
      this.#pending = undefined;
      report({ type, question });
    };
    this.#limit(() => {
      conclude('credentials.failed');
      pending.abort();
    });
    if (this.#source === 'request') {
      this.last = undefined;
      // The same cookie again would be refused again. After a `resume` it may be another one.
      const wasRefused = this.#wasRefused;
      this.#wasRefused = false;
      return conclude(wasRefused ? 'credentials.repeated' : 'credentials.given');
    }
    try {
      const given =
        typeof this.#source === 'function'
          ? await this.#source({ refused: this.#wasRefused, signal: pending.signal })
          : this.#source;
      if (this.#pending !== pending) return;
      if (!given) return conclude('credentials.withheld');
      const credentials = credentialsOf(given);
      if (!credentials || !isWellFormed(credentials) || !this.#options.canEncode(credentials))
        return conclude('credentials.unsayable');
      if (given.again !== true && this.#refused.some((refused) => isSame(credentials, refused)))
        return conclude('credentials.repeated');
      const complete = await this.#withDeviceToken(credentials);
      if (this.#pending !== pending) return;
      this.last = complete;
      this.#wasRefused = false;
      conclude('credentials.given');
    } catch {
      // The function itself must report its error: the error may contain a secret.
      conclude('credentials.failed');
    }
  }

  async #withDeviceToken(credentials: MessageCredentials): Promise<MessageCredentials> {
    if (credentials.type === 'token') return credentials;
    const { username, password } = credentials;
    return passwordCredentials(username, password, await this.#options.deviceTokenOf(username));
  }

  /** The server refused the credentials that were given last. */
  refuse(): void {
    this.#wasRefused = true;
    const { last } = this;
    if (!last || this.#refused.some((refused) => isSame(last, refused))) return;
    if (this.#refused.push(last) > MAX_REFUSED) this.#refused.shift();
  }

  /** The server accepted the credentials that were given last, even if it refused them before. */
  accept(): void {
    const at = this.#refused.findIndex((refused) => this.last && isSame(this.last, refused));
    if (at >= 0) this.#refused.splice(at, 1);
  }

  /** Deletes all secrets. There are no more requests. */
  forget(): void {
    this.#source = () => undefined;
    this.last = undefined;
    this.#refused.length = 0;
  }

  /** The client no longer waits for the answer. */
  abandon(): void {
    const pending = this.#pending;
    this.#pending = undefined;
    this.#stopTimer();
    pending?.abort();
  }

  /** Types do not bind a program in JavaScript. No message shows a secret. */
  #checked(source: CredentialsSource): CredentialsSource {
    if (typeof source === 'function') return source;
    if (source === 'request') {
      if (this.#options.canSignInByRequest) return source;
      throw new TypeError("credentials: 'request' needs the protocol 'json'");
    }
    if (!credentialsOf(source))
      throw new TypeError(
        "credentials must be { username, password } or { token }, of strings, or a function that returns one of them, or 'request'",
      );
    if ('again' in source)
      throw new TypeError('credentials: only what a function returns can be given `again`');
    return source;
  }

  #limit(expire: () => void): void {
    const { clock, maxMs } = this.#options;
    if (maxMs < Number.POSITIVE_INFINITY) this.#timer = clock.setTimeout(expire, Math.min(LONGEST_MS, maxMs));
  }

  #stopTimer(): void {
    if (this.#timer !== undefined) this.#options.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** Undefined for a wrong shape. */
function credentialsOf(given: GivenCredentials): MessageCredentials | undefined {
  const { username, password, token } = (given ?? {}) as Record<string, unknown>;
  const isPassword = typeof username === 'string' && typeof password === 'string' && token === undefined;
  if (isPassword) return passwordCredentials(username, password);
  const isToken = typeof token === 'string' && username === undefined && password === undefined;
  return isToken ? tokenCredentials(token) : undefined;
}

/** UTF-8 has no form for half a surrogate pair. To repair the text would send other credentials than the given ones. */
function isWellFormed(credentials: MessageCredentials): boolean {
  const text =
    credentials.type === 'token' ? credentials.token : `${credentials.username}\n${credentials.password}`;
  return wellFormed(text) === text;
}

function isSame(one: MessageCredentials, other: MessageCredentials): boolean {
  if (one.type === 'token') return other.type === 'token' && one.token === other.token;
  return other.type === 'password' && one.username === other.username && one.password === other.password;
}
