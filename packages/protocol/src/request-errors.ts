/**
 * The errors of requests: one table, shared by servers and clients (PROTOCOL.md, section 7).
 *
 * A request that fails gets an error in place of a result. It never closes the session. An application may use codes of its own
 * beside those of the table. Proven by: test/request-errors.test.ts.
 */
import { UsageError } from './usage-error.ts';

/**
 * When a client may send a request again after its error.
 * - `never`: the same request would fail the same way.
 * - `later`: after a while.
 * - `ifIdempotent`: the request may have taken effect, so only if it does no harm twice.
 */
export type RequestRetry = 'never' | 'later' | 'ifIdempotent';

/** What follows from an error of a request. */
export interface RequestErrorRow {
  /** The text for people, where the server gives no other. */
  readonly message: string;
  /** When a client may send the request again. */
  readonly retry: RequestRetry;
}

const row = (message: string, retry: RequestRetry): RequestErrorRow => ({ message, retry });

/** The table of errors, by code. */
export const requestErrors = {
  invalidRequest: row('the request is malformed', 'never'),
  idInUse: row('a request with this id is under way', 'never'),
  methodNotFound: row('the server does not know this method', 'never'),
  invalidParams: row('the parameters do not fit the method', 'never'),
  invalidMessage: row('the message does not fit the contract', 'never'),
  tooManyRequests: row('too many requests are under way', 'later'),
  timedOut: row('the request took too long', 'ifIdempotent'),
  cancelled: row('the client cancelled the request', 'ifIdempotent'),
  resultTooBig: row('the result is too big', 'never'),
  unavailable: row('the server cannot take this request now', 'later'),
  internal: row('the request failed on the server', 'ifIdempotent'),
} as const satisfies Readonly<Record<string, RequestErrorRow>>;

/** A code of the table. */
export type RequestErrorCode = keyof typeof requestErrors;

/** The error of a request on its way. A `RequestError` is one. */
export interface RequestFailure {
  /** A code of the table, or one of the application's own. */
  readonly code: string;
  /** The text for people. */
  readonly message: string;
  /** Further data about the error, which JSON can express. */
  readonly data?: unknown;
}

/** The error of a code, with the text of the table. */
export function requestFailure(code: RequestErrorCode): RequestFailure {
  return { code, message: requestErrors[code].message };
}

/** Whether a text has the form of a code. */
export function canBeErrorCode(text: string): boolean {
  return CODE.test(text);
}

/**
 * Returns the error. Throws a `TypeError` if its code is not a code, or its text is not a string: a program can set other values on a
 * `RequestError` afterwards, and they would break the message that carries the error.
 */
export function checkedFailure(error: RequestFailure): RequestFailure {
  if (typeof error.code !== 'string' || !canBeErrorCode(error.code))
    throw new TypeError('the code of the error is not a code');
  if (typeof error.message !== 'string') throw new TypeError('the message of the error is not a string');
  return error;
}

/** The form of every code: a letter, then letters, digits, `.`, `_` and `-`; at most 64 characters. */
const CODE = /^[A-Za-z][A-Za-z0-9._-]{0,63}$/;

/**
 * The error of a request, as a server answers it and a client reports it. A handler throws one to say what the client shall see.
 * Any other error that a handler throws is answered as `internal`, without its text.
 */
export class RequestError extends Error implements RequestFailure {
  /** The name of the class. */
  override readonly name = 'RequestError';
  /** A code of the table, or one of the application's own. */
  readonly code: string;
  /** Further data about the error, which JSON can express. Default: none. */
  readonly data?: unknown;

  /**
   * `code`: a letter, then letters, digits, `.`, `_` and `-`, at most 64 characters. `message`: the text for people; default: the
   * table's, or the code. Throws a `UsageError` for any other code.
   */
  constructor(code: string, message?: string, data?: unknown) {
    if (typeof code !== 'string' || !canBeErrorCode(code))
      throw new UsageError(
        'code',
        'must be a letter, then letters, digits, ".", "_" or "-", at most 64 characters',
        code,
      );
    super(
      message ??
        (Object.hasOwn(requestErrors, code) ? requestErrors[code as RequestErrorCode].message : code),
    );
    this.code = code;
    if (data !== undefined) this.data = data;
  }
}

/**
 * Whether a value is a `RequestError`, also one of another copy of this package: an app may bring a copy of its own, for which `instanceof`
 * reports false.
 */
export function isRequestError(value: unknown): value is RequestError {
  if (value instanceof RequestError) return true;
  if (!(value instanceof Error) || value.name !== 'RequestError') return false;
  const { code } = value as { code?: unknown };
  return typeof code === 'string' && canBeErrorCode(code);
}
