/** The options of one request, and their checks. Proven by: test/requests.test.ts. */
import { canBeMethod } from '@sallyport/protocol';
import { checkNames } from './option-names.ts';

/** The options of one request: of `session.request`, which `requests()` adds to a session. */
export interface RequestOptions {
  /** Rejects the request with the signal's reason when it fires, and cancels it on the server. Default: none. */
  readonly signal?: AbortSignal;
  /**
   * Milliseconds until the request is rejected (a `RequestError` with the code `timedOut`) and cancelled on the server: above 0, or
   * `Infinity`. The time in which the request waits to be sent counts. Default 35 000, more than the server's own limit.
   */
  readonly timeoutMs?: number;
  /**
   * Whether the request does no harm if the server runs it twice. After a loss the client sends such a request again, instead of
   * rejecting it. Default false.
   */
  readonly idempotent?: boolean;
}

const names: Readonly<Record<keyof RequestOptions, true>> = {
  signal: true,
  timeoutMs: true,
  idempotent: true,
};

/** Longer than the server's own limit of 30 s, so that its answer arrives first. */
const DEFAULT_TIMEOUT_MS = 35_000;

/** Throws a `TypeError` that names what is wrong. */
export function checkedRequest(
  method: string,
  options: RequestOptions = {},
): RequestOptions & { readonly timeoutMs: number } {
  if (typeof method !== 'string' || !canBeMethod(method))
    throw new TypeError('method must have 1 to 128 printable characters of ASCII, without the space');
  if (typeof options !== 'object' || options === null)
    throw new TypeError('request(method, params, options): the options must be an object');
  checkNames(options, Object.keys(names), 'request');
  const { timeoutMs = DEFAULT_TIMEOUT_MS, signal, idempotent } = options;
  if (typeof timeoutMs !== 'number' || !(timeoutMs > 0))
    throw new TypeError('timeoutMs must be a number of milliseconds above 0, or Infinity');
  if (signal !== undefined && typeof signal?.addEventListener !== 'function')
    throw new TypeError('signal must be an AbortSignal');
  if (idempotent !== undefined && typeof idempotent !== 'boolean')
    throw new TypeError('idempotent must be true or false');
  return { ...options, timeoutMs };
}
