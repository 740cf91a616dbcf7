/**
 * Writes an answer of plain HTTP to uWebSockets.js, as fast as the client reads it.
 *
 * What `end` and `write` cannot send, the library buffers without a limit, and it counts the request as answered. What `tryEnd`
 * cannot send, it leaves to the caller, and the request stays pending: it closes the connection at a further request.
 * Proven by: test/send.test.ts and the stories of conformance.
 */
import type { HttpResponse } from 'uWebSockets.js';
import {
  type Client,
  type Outgoing,
  type OwnBytes,
  PIECE_BYTES,
  piecesOf,
  type Site,
} from '@sallyport/listen';

export interface SendOptions {
  readonly isHead: boolean;
  /** The connection closes after the answer. */
  readonly isLast: boolean;
}

/** Whether the library does not tell when the client has read the answer: it has no body, or `end` sends the body. */
export function isUnseen({ body, length }: Outgoing, { isHead, isLast }: SendOptions): boolean {
  return isHead || !body || length === 0 || isEndedAtOnce(body, isLast);
}

/** `tryEnd` has no way to close the connection after the answer. */
const isEndedAtOnce = (body: Outgoing['body'], isLast: boolean): body is OwnBytes =>
  isLast && body instanceof Uint8Array && body.length <= PIECE_BYTES;

/** Resolves when the library has the last byte, or the connection has closed. Rejects if the body fails. */
export async function send(
  outgoing: Outgoing,
  res: HttpResponse,
  how: SendOptions,
  client: Client,
  { writeMs }: Pick<Site, 'writeMs'>,
): Promise<void> {
  const { body, length } = outgoing;
  if (how.isHead || !body) {
    res.cork(() => {
      begin(outgoing, res);
      endWithoutBody(outgoing, res, how);
    });
    return;
  }
  if (isEndedAtOnce(body, how.isLast) || length === 0) {
    if (!(body instanceof Uint8Array)) body.cancel().catch(() => {});
    res.cork(() => {
      begin(outgoing, res);
      res.end(body instanceof Uint8Array ? body : '', how.isLast);
    });
    return;
  }
  const start = () => {
    begin(outgoing, res);
    // Written here: `end` would write the header into the body.
    if (how.isLast) res.writeHeader('connection', 'close');
  };
  const writer = new Writer(res, client, writeMs);
  if (length === undefined) res.cork(start);
  let isFirst = length !== undefined;
  for await (const piece of piecesOf(outgoing, client)) {
    await writer.write(length === undefined ? chunk(res, piece) : part(res, piece, length, isFirst && start));
    isFirst = false;
    if (client.isClosed) return;
  }
  if (length === undefined && !client.isClosed) res.cork(() => res.end());
}

/** Passes bytes to the library, within a cork. Returns whether the client has taken them all. */
type Attempt = () => boolean;

/** A part of a body of a known length. The next attempt sends the rest. */
function part(res: HttpResponse, piece: Uint8Array, length: number, start: (() => void) | false): Attempt {
  let rest = piece;
  let isBegun = !start;
  return () => {
    if (!isBegun && start) start();
    isBegun = true;
    const before = res.getWriteOffset();
    const [isTaken, isOver] = res.tryEnd(rest, length);
    if (isTaken || isOver) return true;
    rest = rest.subarray(res.getWriteOffset() - before);
    return rest.length === 0;
  };
}

/** A chunk of a body of unknown length. The library buffers the rest, so the chunk is written once. */
function chunk(res: HttpResponse, piece: Uint8Array): Attempt {
  let isWritten = false;
  return () => {
    if (isWritten) return true;
    isWritten = true;
    return res.write(piece);
  };
}

class Writer {
  readonly #res: HttpResponse;
  readonly #writeMs: number;
  #attempt: Attempt = () => true;
  #done = () => {};
  #deadline: NodeJS.Timeout | undefined;

  constructor(res: HttpResponse, client: Client, writeMs: number) {
    this.#res = res;
    this.#writeMs = writeMs;
    res.onWritable(() => this.#onWritable());
    client.onClosed(() => this.#settle());
  }

  /** Resolves when the client has taken it, or the connection has closed. Terminates a client that takes nothing for `writeMs`. */
  async write(attempt: Attempt): Promise<void> {
    if (this.#try(attempt)) return;
    this.#attempt = attempt;
    await new Promise<void>((resolve) => {
      this.#done = resolve;
      this.#wait();
    });
  }

  #onWritable(): boolean {
    const isTaken = this.#try(this.#attempt);
    if (isTaken) this.#settle();
    else this.#wait();
    return isTaken;
  }

  #try(attempt: Attempt): boolean {
    let isTaken = true;
    this.#res.cork(() => {
      isTaken = attempt();
    });
    return isTaken;
  }

  #wait(): void {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => this.#res.close(), this.#writeMs);
  }

  #settle(): void {
    clearTimeout(this.#deadline);
    this.#attempt = () => true;
    this.#done();
  }
}

function begin({ status, statusText, headers }: Outgoing, res: HttpResponse): void {
  res.writeStatus(`${status} ${statusText}`);
  for (const [name, value] of headers) res.writeHeader(name, value);
}

/** Passes no length to the library: it would wait for that many bytes, and close the connection at a further request. */
function endWithoutBody(
  { status, length }: Outgoing,
  res: HttpResponse,
  { isHead, isLast }: SendOptions,
): void {
  if (!isHead && status !== 204 && status !== 304) {
    res.end('', isLast);
    return;
  }
  if (length !== undefined) res.writeHeader('content-length', String(length));
  if (isLast) res.writeHeader('connection', 'close');
  res.endWithoutBody();
}
