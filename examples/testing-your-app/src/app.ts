/** What you would write: who may enter, and what messages are for. Neither knows of a socket. */
import { type Application, type Authenticator, accept, refuse } from '@sallyport/core';

const SHIFT_MS = 8 * 3_600_000;

/** Looked up somewhere else, and so later. */
const passwords = new Map([['ada', 'lovelace']]);
const find = async (username: string) => passwords.get(username);

export const authenticate: Authenticator = async (given) =>
  given.type === 'password' && (await find(given.username)) === given.password
    ? accept(given.username, { expiresInMs: SHIFT_MS })
    : refuse();

/** Adds up the numbers of a session, and sees off who says `bye`. */
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
