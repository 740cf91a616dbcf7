/** Answers of the admin handler: JSON, texts, and errors with a code and what to do. Browsers must not keep or run any of them. */

const common = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

export function json(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(`${JSON.stringify(value)}\n`, {
    status,
    headers: { ...common, 'content-type': 'application/json; charset=utf-8', ...headers },
  });
}

export function text(content: string, type = 'text/plain; charset=utf-8', status = 200): Response {
  return new Response(content, { status, headers: { ...common, 'content-type': type } });
}

/** The errors of the handler. Programs read the code, people the message. */
export type ErrorCode =
  | 'badRequest'
  | 'crossSite'
  | 'hostNotAllowed'
  | 'internal'
  | 'methodNotAllowed'
  | 'noChannels'
  | 'notFound'
  | 'payloadsOffLoopback'
  | 'sessionNotFound'
  | 'tooManyOpened'
  | 'unauthorized'
  | 'unavailable'
  | 'noLiveView'
  | 'unknownOutcome';

/** Thrown by a route. The handler answers with it. */
export class AdminError extends Error {
  override readonly name = 'AdminError';
  readonly status: number;
  readonly code: ErrorCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: ErrorCode,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }

  get answer(): Response {
    return json({ error: { code: this.code, message: this.message } }, this.status, this.headers);
  }
}
