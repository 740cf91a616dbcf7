/** The module for `--app`: what the binaries run behind the sign-in. Proven by: test/app.test.ts, with both binaries. */
import { isSameSecret } from '@sallyport/auth';
import { type Authenticator, accept, refuse } from '@sallyport/core';

export { contract } from './contract.ts';
export { message, requests } from './room.ts';

/** Two users to try. An app of yours asks its database. */
const passwords = new Map([
  ['ada', 'lovelace'],
  ['grace', 'hopper'],
]);

export const authenticate: Authenticator = (credentials) => {
  if (credentials.type !== 'password') return refuse();
  const password = passwords.get(credentials.username);
  return password !== undefined && isSameSecret(credentials.password, password)
    ? accept(credentials.username)
    : refuse();
};
