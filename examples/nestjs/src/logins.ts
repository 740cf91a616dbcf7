/** The logins of the app: which user each session cookie belongs to. Proven by: test/nestjs.test.ts. */
import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';

/** In your app: a database of hashed passwords, and a table of logins. */
@Injectable()
export class Logins {
  readonly #passwords = new Map([
    ['ada', 'lovelace'],
    ['grace', 'hopper'],
  ]);
  readonly #users = new Map<string, string>();

  /** Returns the value of a new cookie. Undefined if the password is wrong. */
  begin(username: unknown, password: unknown): string | undefined {
    if (typeof username !== 'string' || typeof password !== 'string') return undefined;
    if (this.#passwords.get(username) !== password) return undefined;
    const id = randomBytes(32).toString('base64url');
    this.#users.set(id, username);
    return id;
  }

  /** The user of a cookie. Undefined if the cookie is unknown or has been signed out. */
  userOf(id: string): string | undefined {
    return this.#users.get(id);
  }

  /** Ends a login. Returns its user. */
  end(id: string): string | undefined {
    const user = this.#users.get(id);
    this.#users.delete(id);
    return user;
  }
}
