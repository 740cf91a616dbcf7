/**
 * Credentials: what a client offers to prove who it is.
 *
 * Secrets are private fields behind getters, so that printing or serialising an object that holds credentials (a log line,
 * an inspector, `JSON.stringify`) never shows them. Whether they are right is for an authenticator to say, never here; only
 * what no user and no token can be called is known here, for all protocols alike.
 */

/** A username and a password, exactly as received: no trimming, no Unicode normalisation (OWASP ASVS 5.0, 6.2.8). */
export interface PasswordCredentials {
  readonly type: 'password';
  readonly username: string;
  readonly password: string;
  /** What the server gave this device at an earlier acceptance; a secret too. Absent where the client has none. */
  readonly deviceToken?: string | undefined;
}

/** A bearer token (RFC 6750). */
export interface TokenCredentials {
  readonly type: 'token';
  readonly token: string;
}

export type Credentials = PasswordCredentials | TokenCredentials;

/** No name has control characters: they only ever serve to deceive whoever reads the log (C0, DEL, C1). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/** The token68 of RFC 7235, which is all that a bearer token is made of (RFC 6750, 2.1). */
const TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/** Whether a server could be told of this name: of no user at all where not. A colon is for the text protocol to mind. */
export function canBeUsername(text: string): boolean {
  return !CONTROL.test(text);
}

/** Whether it has the form of a bearer token. */
export function canBeToken(text: string): boolean {
  return TOKEN.test(text);
}

export function passwordCredentials(
  username: string,
  password: string,
  deviceToken?: string,
): PasswordCredentials {
  return new Password(username, password, deviceToken);
}

export function tokenCredentials(token: string): TokenCredentials {
  return new Token(token);
}

/** Classes, because a property that is not enumerable costs more than all the rest of a sign-in's decoding. */
class Password implements PasswordCredentials {
  readonly type = 'password';
  readonly username: string;
  readonly #password: string;
  readonly #deviceToken: string | undefined;

  constructor(username: string, password: string, deviceToken: string | undefined) {
    this.username = username;
    this.#password = password;
    this.#deviceToken = deviceToken;
  }

  get password(): string {
    return this.#password;
  }

  get deviceToken(): string | undefined {
    return this.#deviceToken;
  }
}

class Token implements TokenCredentials {
  readonly type = 'token';
  readonly #token: string;

  constructor(token: string) {
    this.#token = token;
  }

  get token(): string {
    return this.#token;
  }
}
