/** The code that you would write: an authenticator and an application. Neither uses a socket. */
import { type Application, type Authenticator, accept, refuse } from '@sallyport/core';

const SHIFT_MS = 8 * 3_600_000;

/** A look-up that takes time, as in a database. */
const passwords = new Map([['ada', 'lovelace']]);
const find = async (username: string) => passwords.get(username);

export const authenticate: Authenticator = async (credentials) =>
  credentials.type === 'password' && (await find(credentials.username)) === credentials.password
    ? accept(credentials.username, { expiresInMs: SHIFT_MS })
    : refuse();

/** Adds up the numbers of a session, and ends the session at `bye`. */
export function adder(): Application {
  const sums = new Map<number, number>();
  return (message, session) => {
    if (message === 'bye') return session.close('see you');
    const number = Number(message);
    if (Number.isNaN(number)) throw new Error('no number');
    const sum = (sums.get(session.id) ?? 0) + number;
    sums.set(session.id, sum);
    return String(sum);
  };
}
