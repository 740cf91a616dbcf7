/**
 * Tickets: tokens that work once and for a minute. The app on one host issues them, and the WebSocket server on another host takes them.
 * Both make their `Tickets` with the same secret. Proven by: test/ticket.test.ts.
 */
import { randomUUID } from 'node:crypto';
import { type Tokens, tokens } from '@sallyport/auth';
import { type Authenticator, refuse } from '@sallyport/core';
import { jwtVerify, SignJWT } from 'jose';

/** Seconds. The session that a ticket opens ends then too, unless the client renews it with another ticket. */
const LIFETIME_S = 60;
const TICKET = 'ticket';
const SIGN_OUT = 'sign-out';

export class Tickets {
  readonly #secret: Uint8Array;
  readonly #verify: Tokens;
  /** Used tickets and ended logins, with the time in milliseconds since 1970 until which they are remembered. */
  readonly #spent = new Map<unknown, number>();

  /** `secret` has at least 32 bytes. */
  constructor(secret: Uint8Array) {
    this.#secret = secret;
    this.#verify = tokens({ secret, audience: TICKET });
  }

  /** Makes a ticket. `login` is an id of the user's login, and not the cookie itself. */
  issue(user: string, login: string): Promise<string> {
    return this.#sign(TICKET, user, login);
  }

  /** Accepts each ticket once, and none of a login that has ended. */
  readonly authenticate: Authenticator = async (credentials, context) => {
    const verdict = await this.#verify(credentials, context);
    if (verdict.verdict !== 'accepted') return verdict;
    const { jti, login } = verdict.identity.claims ?? {};
    if (jti === undefined || this.#spent.has(jti) || this.#spent.has(login)) return refuse();
    this.#spend(jti);
    return verdict;
  };

  /** Makes the message by which the app reports a sign-out to the WebSocket server. */
  reportSignOut(user: string, login: string): Promise<string> {
    return this.#sign(SIGN_OUT, user, login);
  }

  /** Voids all tickets of the login in such a message. Resolves with its user, or with undefined if the message is forged. Never rejects. */
  async takeSignOut(message: string): Promise<string | undefined> {
    const options = { algorithms: ['HS256'], audience: SIGN_OUT, requiredClaims: ['exp', 'login'] };
    try {
      const { sub, login } = (await jwtVerify(message, this.#secret, options)).payload;
      this.#spend(login);
      return sub;
    } catch {
      return undefined;
    }
  }

  #sign(audience: string, user: string, login: string): Promise<string> {
    return new SignJWT({ login })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(user)
      .setAudience(audience)
      .setJti(randomUUID())
      .setExpirationTime(Math.floor(Date.now() / 1_000) + LIFETIME_S)
      .sign(this.#secret);
  }

  /** Remembers an id until every ticket that exists now has expired. The oldest ids are first. */
  #spend(id: unknown): void {
    const now = Date.now();
    for (const [old, until] of this.#spent) {
      if (until > now) break;
      this.#spent.delete(old);
    }
    this.#spent.set(id, now + LIFETIME_S * 1_000);
  }
}
