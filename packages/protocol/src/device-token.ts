/**
 * A device token on its way from the authenticator to the client (PROTOCOL.md, section 3.1).
 *
 * The text is a private field behind a getter, so it does not show in a printed, serialised or recorded fact, command or
 * verdict. Proven by: test/device-token.test.ts.
 */

/** The most characters of a device token. A server ignores a longer one. */
const MAX_CHARACTERS = 512;

/** The token68 of RFC 7235, as a bearer token is. */
const TOKEN68 = /^[A-Za-z0-9\-._~+/]+=*$/;

/** Whether the text has the form of a device token: a token68 of at most 512 characters. */
export function canBeDeviceToken(text: string): boolean {
  return text.length <= MAX_CHARACTERS && TOKEN68.test(text);
}

/** A device token from the authenticator. Made by `givenDeviceToken`. */
export interface GivenDeviceToken {
  /** The secret for the client to keep and send. */
  readonly text: string;
}

/** Wraps a device token. Throws a `TypeError` if the text does not have the syntax of one. */
export function givenDeviceToken(text: string): GivenDeviceToken {
  if (typeof text !== 'string' || !canBeDeviceToken(text))
    throw new TypeError('a device token must be a token68 of at most 512 characters');
  return new Given(text);
}

/** Whether `givenDeviceToken` made this value. */
export function isGivenDeviceToken(value: unknown): value is GivenDeviceToken {
  return value instanceof Given;
}

class Given implements GivenDeviceToken {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  get text(): string {
    return this.#text;
  }
}
