/**
 * The demo user: who may enter while nobody has said who may.
 *
 * Everybody knows the password, so a server that knows no better must not be reached from other machines (`host.ts`).
 */
import { type Authenticator, accept, refuse } from '@sallyport/core';

export const demoUser = { username: 'admin', password: '123456' } as const;

/** Compares plainly: there is no secret here whose length or letters time could tell. */
export const authenticateDemoUser: Authenticator = (credentials) =>
  credentials.type === 'password' &&
  credentials.username === demoUser.username &&
  credentials.password === demoUser.password
    ? accept(demoUser.username)
    : refuse();
