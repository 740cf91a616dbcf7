/**
 * Credentials: what a client sends to prove its identity.
 *
 * Secrets are private fields behind getters. So a log line, an inspector or `JSON.stringify` of an object that holds credentials
 * never shows them. An authenticator decides whether they are right. This file only knows which names and tokens are malformed,
 * for all protocols alike.
 */

/** A username and a password, exactly as received: no trimming, no Unicode normalisation (OWASP ASVS 5.0, 6.2.8). */
export interface PasswordCredentials {
  /** The kind of credentials. */
  readonly type: 'password';
  /** The username. Never has control characters. */
  readonly username: string;
  /** The password, a secret. May be empty. */
  readonly password: string;
  /** The device token of an earlier acceptance, a secret too. Absent where the client has none. */
  readonly deviceToken?: string | undefined;
}

/** A bearer token (RFC 6750). */
export interface TokenCredentials {
  /** The kind of credentials. */
  readonly type: 'token';
  /** The token, a secret: a token68 (RFC 7235). */
  readonly token: string;
}

/** A cookie of the upgrade request (RFC 6265), such as that of a session of the app's web pages. */
export interface CookieCredentials {
  /** The kind of credentials. */
  readonly type: 'cookie';
  /** The name of the cookie. */
  readonly name: string;
  /** The value of the cookie, decoded; a secret. It may have any characters. */
  readonly value: string;
}

/** Credentials that a message can carry. */
export type MessageCredentials = PasswordCredentials | TokenCredentials;

/** What a client signs in with. Cookies come only with an upgrade request. */
export type Credentials = MessageCredentials | CookieCredentials;

/** Control characters (C0, DEL, C1). A username must not have them, because they can forge log lines. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/** The token68 of RFC 7235, the syntax of a bearer token (RFC 6750, 2.1). */
const TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/** Whether a text can be a username: it must not have control characters. The text protocol forbids colons too. */
export function canBeUsername(text: string): boolean {
  return !CONTROL.test(text);
}

/** Whether a text has the syntax of a bearer token. */
export function canBeToken(text: string): boolean {
  return TOKEN.test(text);
}

/** Makes credentials of a username and a password, whose secrets do not show when they are printed. */
export function passwordCredentials(
  username: string,
  password: string,
  deviceToken?: string,
): PasswordCredentials {
  return new Password(username, password, deviceToken);
}

/** Makes credentials of a bearer token, which does not show when they are printed. */
export function tokenCredentials(token: string): TokenCredentials {
  return new Token(token);
}

/** Makes credentials of a cookie, whose value does not show when they are printed. */
export function cookieCredentials(name: string, value: string): CookieCredentials {
  return new Cookie(name, value);
}

/** A class, because a property that is not enumerable costs more than the rest of the decoding. */
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

class Cookie implements CookieCredentials {
  readonly type = 'cookie';
  readonly name: string;
  readonly #value: string;

  constructor(name: string, value: string) {
    this.name = name;
    this.#value = value;
  }

  get value(): string {
    return this.#value;
  }
}
