/**
 * An answer as an adapter writes it: its head, and its body in pieces that are small enough to keep in memory.
 *
 * Proven by: test/outgoing.test.ts, and the adapters' stories of HTTP.
 */
import { STATUS_CODES } from 'node:http';
import type { OwnBytes, ReadyAnswer } from './answers.ts';
import type { Client } from './client.ts';

/** Bytes that an adapter passes to its library at once, at most. A body up to this size is read whole before it is sent. */
export const PIECE_BYTES = 65_536;

/** An answer as an adapter writes it. */
export interface Outgoing {
  /** The HTTP status. */
  readonly status: number;
  /** The words behind the status in the status line. */
  readonly statusText: string;
  /** Without `content-length` and `transfer-encoding`. */
  readonly headers: Iterable<readonly [name: string, value: string]>;
  /** Bytes of the body, for `content-length`. `undefined` where that is not known. */
  readonly length: number | undefined;
  /** `undefined`: the answer has no body. */
  readonly body: OwnBytes | ReadableStream<OwnBytes> | undefined;
}

/** A ready answer as an adapter writes it. */
export function outgoingReady({ status, headers, body }: ReadyAnswer): Outgoing {
  return { status, statusText: STATUS_CODES[status] ?? '', headers, length: body?.length, body };
}

/** The answer of `fetch` as an adapter writes it. Cancels a body that is not sent, as for `HEAD`. */
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
 * Yields the body in pieces of at most `PIECE_BYTES`, none of them empty. Ends early when the client closes the connection.
 * Throws if the body fails, or is not as long as its `content-length` says.
 */
export async function* piecesOf({ body, length }: Outgoing, client: Client): AsyncGenerator<Uint8Array> {
  if (!body) return;
  if (body instanceof Uint8Array) return yield* sliced(body);
  const reader = body.getReader();
  client.onClosed(() => reader.cancel().catch(() => {}));
  let left = length ?? Number.POSITIVE_INFINITY;
  for (let next = await reader.read(); !next.done && !client.isClosed; next = await reader.read()) {
    left -= next.value.length;
    if (left < 0) {
      reader.cancel().catch(() => {});
      throw new TypeError('the body of a response is longer than its content-length');
    }
    yield* sliced(next.value);
  }
  if (length !== undefined && left > 0 && !client.isClosed)
    throw new TypeError('the body of a response is shorter than its content-length');
}

function* sliced(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}
