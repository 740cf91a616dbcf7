/**
 * What the view asks the admin handler for. The token goes in a header, never in a URL. The page keeps it for this tab, so that a reload does
 * not ask again. Proven by: tests/browser/live.test.ts.
 */

const KEY = 'sallyport admin token';

/** The handler wants a token, or another one. */
export class TokenWanted extends Error {}

/** The handler refused the question. */
export class Refused extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export class AdminApi {
  #token = sessionStorage.getItem(KEY) ?? undefined;

  /** Whether the operator has given a token. */
  get hasToken(): boolean {
    return this.#token !== undefined;
  }

  set token(token: string) {
    this.#token = token;
    sessionStorage.setItem(KEY, token);
  }

  forgetToken(): void {
    this.#token = undefined;
    sessionStorage.removeItem(KEY);
  }

  /** The path starts beside the page. Throws a `TokenWanted` or a `Refused`, and a `TypeError` if the server does not answer. */
  async get<Answer>(path: string): Promise<Answer> {
    const response = await fetch(path, {
      headers: this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` },
      cache: 'no-store',
      signal: AbortSignal.timeout(10_000),
    });
    const answer = (await response.json()) as unknown;
    if (response.ok) return answer as Answer;
    const { code, message } = (answer as { error: { code: string; message: string } }).error;
    throw response.status === 401 ? new TokenWanted(message) : new Refused(code, message);
  }
}
