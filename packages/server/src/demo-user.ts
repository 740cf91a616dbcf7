/**
 * The demo user: the only user while the operator has configured no authentication.
 *
 * The password is public, so a server with the demo user must listen on a loopback address (`host.ts`).
 */
import { type Authenticator, accept, refuse } from '@sallyport/core';

export const demoUser = { username: 'admin', password: '123456' } as const;

/** A plain comparison. The password is public, so a timing attack gains nothing. */
export const authenticateDemoUser: Authenticator = Object.assign(
  (credentials: Parameters<Authenticator>[0]) =>
    credentials.type === 'password' &&
    credentials.username === demoUser.username &&
    credentials.password === demoUser.password
      ? accept(demoUser.username)
      : refuse(),
  { stillValid: () => true },
);
