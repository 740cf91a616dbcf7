/**
 * Answers whose bytes exist before a client asks: an adapter sends one as it is, without a `Request` or a `Response`.
 *
 * Proven by: test/answers.test.ts, and the adapters' stories of HTTP.
 */

/** Bytes in memory that is not shared. As an intersection, so that TypeScript before 5.7 takes the declarations. */
export type OwnBytes = Uint8Array & { readonly buffer: ArrayBuffer };

export interface ReadyAnswer {
  readonly status: number;
  /** Without `content-length`, which the adapter writes. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Never copied. Absent: the answer has no body, and says no length. */
  readonly body?: OwnBytes;
}

/** What a ready answer is chosen by. */
export interface RequestHead {
  readonly method: string;
  /** As in the first line of the request: a path with its query, or a whole URL (RFC 9112, 3.2.2). */
  readonly target: string;
  /** The value of a header, by its name in lower case. Empty if the request does not have it. */
  header(name: string): string;
}

/** Chooses a ready answer. `undefined`: there is none for this request, and `fetch` is asked. */
export type Ready = (head: RequestHead) => ReadyAnswer | undefined;

export const notFound = say(404, 'not found');
export const badRequest = say(400, 'bad request');
export const tooLarge = say(413, 'request too large');
export const failed = say(500, 'internal error');
/** For a source that asks too much at once. The connection ends after it. */
export const tooMany = say(429, 'too many requests', [['retry-after', '1']]);

function say(status: number, text: string, more: ReadyAnswer['headers'] = []): ReadyAnswer {
  const headers = [['content-type', 'text/plain; charset=utf-8'] as const, ...more];
  return { status, headers, body: new Uint8Array(Buffer.from(`${text}\n`)) };
}
