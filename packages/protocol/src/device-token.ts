/**
 * A device token on its way from the authenticator to the client (PROTOCOL.md, section 3.1).
 *
 * The text is a private field behind a getter. So a fact, a command or a verdict that holds a device token can be printed,
 * serialised or recorded, and the text does not show. Proven by: test/device-token.test.ts.
 */

/** The most characters of a device token. A server reads a longer one as if the client had sent none. */
const CHARACTERS = 512;

/** The token68 of RFC 7235, as a bearer token is. */
const TOKEN68 = /^[A-Za-z0-9\-._~+/]+=*$/;

/** Whether the text has the form of a device token: a token68 of at most 512 characters. */
export function canBeDeviceToken(text: string): boolean {
  return text.length <= CHARACTERS && TOKEN68.test(text);
}

export interface GivenDeviceToken {
  /** What the client is to keep and send. */
  readonly text: string;
}

/** Throws a `TypeError` if the text cannot be a device token, since no server would read it again. */
export function givenDeviceToken(text: string): GivenDeviceToken {
  if (typeof text !== 'string' || !canBeDeviceToken(text))
    throw new TypeError('a device token must be a token68 of at most 512 characters');
  return new Given(text);
}

/** Whether `givenDeviceToken` made it. */
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
