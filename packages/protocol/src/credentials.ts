/**
 * Credentials: what a client offers to prove who it is.
 *
 * Secrets are not enumerable, so that printing or serialising an object that holds credentials (a log line, an
 * inspector, `JSON.stringify`) never shows them. Whether they are right is for an authenticator to say, never here.
 */

/** A username and a password, exactly as received: no trimming, no Unicode normalisation (OWASP ASVS 5.0, 6.2.8). */
export interface PasswordCredentials {
  readonly type: 'password';
  readonly username: string;
  readonly password: string;
}

/** A bearer token (RFC 6750). */
export interface TokenCredentials {
  readonly type: 'token';
  readonly token: string;
}

export type Credentials = PasswordCredentials | TokenCredentials;

export function passwordCredentials(username: string, password: string): PasswordCredentials {
  return withSecret({ type: 'password', username }, 'password', password);
}

export function tokenCredentials(token: string): TokenCredentials {
  return withSecret({ type: 'token' }, 'token', token);
}

function withSecret<T extends object, K extends string>(shown: T, name: K, secret: string) {
  return Object.defineProperty(shown, name, { value: secret }) as T & Readonly<Record<K, string>>;
}
