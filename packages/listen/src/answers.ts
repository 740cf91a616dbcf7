/**
 * Answers whose bytes exist in memory: an adapter sends one as it is, without a `Request` or a `Response`.
 *
 * Proven by: test/answers.test.ts, and the adapters' stories of HTTP.
 */

/** Bytes in memory that is not shared. As an intersection, so that TypeScript before 5.7 takes the declarations. */
export type OwnBytes = Uint8Array & { readonly buffer: ArrayBuffer };

/** An answer whose bytes exist in memory. */
export interface ReadyAnswer {
  /** The HTTP status. */
  readonly status: number;
  /** Without `content-length`, which the adapter writes. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Not copied. Absent: the answer has no body and no `content-length`. */
  readonly body?: OwnBytes;
}

/** The parts of a request that a ready answer is chosen by. */
export interface RequestHead {
  /** Such as `GET`, in the case that the client sent. */
  readonly method: string;
  /** The target in the request line: a path with its query, or a whole URL (RFC 9112, 3.2.2). */
  readonly target: string;
  /** Returns the value of a header by its name in lower case. Empty if the request does not have it. */
  header(name: string): string;
}

/** Chooses a ready answer. `undefined`: there is none for this request, and the adapter calls `fetch`. */
export type Ready = (head: RequestHead) => ReadyAnswer | undefined;

export const notFound = textAnswer(404, 'not found');
export const badRequest = textAnswer(400, 'bad request');
export const tooLarge = textAnswer(413, 'request too large');
export const failed = textAnswer(500, 'internal error');
/** For a source that exceeds its request limits. The connection ends after it. */
export const tooMany = textAnswer(429, 'too many requests', [['retry-after', '1']]);

function textAnswer(status: number, text: string, more: ReadyAnswer['headers'] = []): ReadyAnswer {
  const headers = [['content-type', 'text/plain; charset=utf-8'] as const, ...more];
  return { status, headers, body: new Uint8Array(Buffer.from(`${text}\n`)) };
}
