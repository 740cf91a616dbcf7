/** The users of the chat, and their cookie: the name, an id and an end, signed. It outlives a restart of the server. */
import { randomUUID } from 'node:crypto';
import { isSameSecret } from '@sallyport/auth';
import { sign, unsign } from 'cookie-signature';

/** In your app: a database of hashed passwords. */
const passwords = new Map([
  ['ada', 'lovelace'],
  ['grace', 'hopper'],
  ['alan', 'turing'],
]);

/** In your app: always from the environment. The example has a fixed one, so that a restart does not sign its users out. */
const secret = process.env['SESSION_SECRET'] ?? 'the secret of an example that listens on loopback only';

/** How long a user is signed in. */
export const SIGNED_IN_MS = 12 * 3_600_000;

/** What a cookie says. */
export interface SignedIn {
  readonly user: string;
  /** The sign-in: another one of the same user has another id. */
  readonly id: string;
  readonly untilMs: number;
}

/** The sign-ins that their users have ended: a cookie that was copied before does not work either. In your app: in the database. */
const endedSignIns = new Set<string>();

/** The value of a new cookie. Undefined if the password is wrong. */
export function cookieFor(username: unknown, password: unknown): string | undefined {
  if (typeof username !== 'string' || typeof password !== 'string') return undefined;
  const right = passwords.get(username);
  if (right === undefined || !isSameSecret(password, right)) return undefined;
  return sign(`${username}.${randomUUID()}.${Date.now() + SIGNED_IN_MS}`, secret);
}

/** Makes the cookie of a sign-in worthless. */
export function endSignIn(id: string): void {
  endedSignIns.add(id);
}

/** What the cookie says. Undefined if its signature is wrong, its time is over, or its user has signed out. */
export function readCookie(value: string | undefined): SignedIn | undefined {
  const text = value === undefined ? false : unsign(value, secret);
  const [user = '', id = '', until = ''] = text ? text.split('.') : [];
  const untilMs = Number(until);
  return passwords.has(user) && untilMs > Date.now() && !endedSignIns.has(id)
    ? { user, id, untilMs }
    : undefined;
}
