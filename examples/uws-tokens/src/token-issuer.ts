/**
 * Makes tokens, and is the authenticator that takes them. A token is a JWT of five minutes. The client fetches a new one before the
 * session expires. A token that was signed out is refused, although its signature is right. Proven by: test/uws-tokens.test.ts.
 */
import { randomUUID } from 'node:crypto';
import { type Tokens, tokens } from '@sallyport/auth';
import { type Authenticator, refuse } from '@sallyport/core';
import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';

const AUDIENCE = 'chat';
const LIFETIME_S = 300;

export class TokenIssuer {
  readonly #secret: Uint8Array;
  readonly #verify: Tokens;
  /** The ids of tokens that were signed out, with their expiry in seconds since 1970. In your app: a store that all servers share. */
  readonly #ended = new Map<unknown, number>();

  /** At least 32 bytes. */
  constructor(secret: Uint8Array) {
    this.#secret = secret;
    this.#verify = tokens({ secret, audience: AUDIENCE });
  }

  readonly authenticate: Authenticator = async (credentials, context) => {
    const verdict = await this.#verify(credentials, context);
    const isEnded = verdict.verdict === 'accepted' && this.#ended.has(verdict.identity.claims?.['jti']);
    return isEnded ? refuse() : verdict;
  };

  async tokenFor(user: string): Promise<string> {
    const now = Math.floor(Date.now() / 1_000);
    return new SignJWT()
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(user)
      .setAudience(AUDIENCE)
      .setJti(randomUUID())
      .setExpirationTime(now + LIFETIME_S)
      .sign(this.#secret);
  }

  /** Ends a token. Resolves with its user, or with undefined if the token is not valid. */
  async end(token: string): Promise<string | undefined> {
    const claims = await this.#claimsOf(token);
    if (claims?.jti === undefined || claims.exp === undefined || this.#ended.has(claims.jti))
      return undefined;
    const now = Date.now() / 1_000;
    for (const [id, expiry] of this.#ended) if (expiry < now) this.#ended.delete(id);
    this.#ended.set(claims.jti, claims.exp);
    return claims.sub;
  }

  async #claimsOf(token: string): Promise<JWTPayload | undefined> {
    try {
      return (await jwtVerify(token, this.#secret, { algorithms: ['HS256'], audience: AUDIENCE })).payload;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }
}
