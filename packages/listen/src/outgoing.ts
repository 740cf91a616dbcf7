/**
 * An answer as an adapter writes it: its head, and its body in pieces that are small enough to hold.
 *
 * Proven by: test/outgoing.test.ts, and the adapters' stories of HTTP.
 */
import { STATUS_CODES } from 'node:http';
import type { OwnBytes, ReadyAnswer } from './answers.ts';
import type { Client } from './client.ts';

/** The most that an adapter hands to its library at once, in bytes. A body up to this size is gathered before it is sent. */
export const PIECE_BYTES = 65_536;

export interface Outgoing {
  readonly status: number;
  /** For the first line. */
  readonly statusText: string;
  /** Without `content-length` and `transfer-encoding`. */
  readonly headers: Iterable<readonly [name: string, value: string]>;
  /** Of the body, in bytes, where it is known: what `content-length` has to say. */
  readonly length: number | undefined;
  readonly body: OwnBytes | ReadableStream<OwnBytes> | undefined;
}

export function outgoingReady({ status, headers, body }: ReadyAnswer): Outgoing {
  return { status, statusText: STATUS_CODES[status] ?? '', headers, length: body?.length, body };
}

/** Lets go of a body that the client is not sent. */
export async function outgoingOf(response: Response, isHead: boolean): Promise<Outgoing> {
  const { status, headers, body } = response;
  const declared = headers.get('content-length');
  const length = declared === null ? undefined : Number(declared);
  const head = {
    status,
    statusText: response.statusText || (STATUS_CODES[status] ?? ''),
    headers: [...headers].filter(([name]) => name !== 'content-length' && name !== 'transfer-encoding'),
  };
  if (isHead || !body) {
    await body?.cancel();
    return { ...head, length, body: undefined };
  }
  if (length === undefined || length > PIECE_BYTES) return { ...head, length, body };
  const whole = new Uint8Array(await response.arrayBuffer());
  return { ...head, length: whole.length, body: whole };
}

/**
 * The body piece by piece, each of at most `PIECE_BYTES` and none of them empty. Ends early when the client has gone.
 * Throws if the body fails, or is not as long as its `content-length` says.
 */
export async function* piecesOf({ body, length }: Outgoing, client: Client): AsyncGenerator<Uint8Array> {
  if (!body) return;
  if (body instanceof Uint8Array) return yield* sliced(body);
  const reader = body.getReader();
  client.whenGone(() => reader.cancel().catch(() => {}));
  let left = length ?? Number.POSITIVE_INFINITY;
  for (let next = await reader.read(); !next.done && !client.hasGone; next = await reader.read()) {
    left -= next.value.length;
    if (left < 0) {
      reader.cancel().catch(() => {});
      throw new TypeError('the body of a response is longer than its content-length');
    }
    yield* sliced(next.value);
  }
  if (length !== undefined && left > 0 && !client.hasGone)
    throw new TypeError('the body of a response is shorter than its content-length');
}

function* sliced(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}
