/**
 * A response of plain HTTP as uWebSockets.js takes it: no more of it is handed over than the client takes.
 *
 * The library keeps what `end` and `write` cannot send, without a limit, and counts a response as answered all the same.
 * What `tryEnd` cannot send it leaves to us, and the response stays pending: a further request then gets the connection
 * closed. Proven by: test/send.test.ts and the stories of conformance.
 */
import type { HttpResponse } from 'uWebSockets.js';
import { type Client, type Outgoing, PIECE_BYTES, piecesOf, type Site } from '@sallyport/listen';

export interface How {
  readonly isHead: boolean;
  /** The connection is not kept for a further request. */
  readonly isLast: boolean;
}

/** Whether the library does not tell if the client has read the answer: there is no body, or `end` sends it. */
export function isUnseen({ body, length }: Outgoing, { isHead, isLast }: How): boolean {
  return isHead || !body || length === 0 || isEndedAtOnce(body, isLast);
}

/** `tryEnd` has no way to close the connection after the answer. */
const isEndedAtOnce = (body: Outgoing['body'], isLast: boolean): body is Uint8Array<ArrayBuffer> =>
  isLast && body instanceof Uint8Array && body.length <= PIECE_BYTES;

/** Resolves when the last byte is handed over, or the client has gone. Rejects if the body fails. */
export async function send(
  outgoing: Outgoing,
  res: HttpResponse,
  how: How,
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
    // Said here: `end` would write it into the body.
    if (how.isLast) res.writeHeader('connection', 'close');
  };
  const writer = new Writer(res, client, writeMs);
  if (length === undefined) res.cork(start);
  let isFirst = length !== undefined;
  for await (const piece of piecesOf(outgoing, client)) {
    await writer.write(length === undefined ? chunk(res, piece) : part(res, piece, length, isFirst && start));
    isFirst = false;
    if (client.hasGone) return;
  }
  if (length === undefined && !client.hasGone) res.cork(() => res.end());
}

/** Tries to hand something over, in a cork; tells whether the client has taken it all. */
type Attempt = () => boolean;

/** A part of a body of a known length. What is not taken is tried again. */
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

/** A chunk of a body of no known length. The library keeps what is not taken, so it is not tried twice. */
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
    res.onWritable(() => this.#goOn());
    client.whenGone(() => this.#settle());
  }

  /** Resolves when it is taken, or the client has gone. A client that takes nothing for too long is cut. */
  async write(attempt: Attempt): Promise<void> {
    if (this.#try(attempt)) return;
    this.#attempt = attempt;
    await new Promise<void>((resolve) => {
      this.#done = resolve;
      this.#wait();
    });
  }

  #goOn(): boolean {
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

/** The library is not told a length: it would wait for as many bytes, not close, and cut a client that asks for more. */
function endWithoutBody({ status, length }: Outgoing, res: HttpResponse, { isHead, isLast }: How): void {
  if (!isHead && status !== 204 && status !== 304) {
    res.end('', isLast);
    return;
  }
  if (length !== undefined) res.writeHeader('content-length', String(length));
  if (isLast) res.writeHeader('connection', 'close');
  res.endWithoutBody();
}
