/**
 * A response that records its calls and has the rules of the library: it refuses writes outside of a
 * cork, and calls after it has ended or the client has left. It takes bytes when the test says so.
 */
import type { HttpRequest, HttpResponse } from 'uWebSockets.js';

export class SlowResponse {
  readonly calls: unknown[][] = [];
  /** Calls that the library would refuse, including those whose error was caught. */
  misuses = 0;
  isTaking = true;
  /** How many bytes `tryEnd` still takes while it takes nothing else. */
  room = 0;
  #offset = 0;
  #isCorked = false;
  #isOver = false;
  #onAborted = () => {};
  #onData: ((chunk: ArrayBuffer, isLast: boolean) => void) | undefined;
  #onWritable = () => true;

  get asResponse(): HttpResponse {
    return this as unknown as HttpResponse;
  }

  // --- Events of the library.

  gets(text: string, isLast: boolean): void {
    const bytes = new Uint8Array(Buffer.from(text)).buffer;
    this.#onData?.(bytes, isLast);
    structuredClone(bytes, { transfer: [bytes] });
  }
  takes(): boolean {
    return this.#onWritable();
  }
  isLeft(): void {
    this.#isOver = true;
    this.#onAborted();
  }
  get isRead(): boolean {
    return this.#onData !== undefined;
  }

  // --- Calls of the code under test.

  getRemoteAddressAsText() {
    return new Uint8Array(Buffer.from('192.0.2.1')).buffer;
  }
  onAborted(callback: () => void) {
    this.#onAborted = callback;
  }
  onData(callback: (chunk: ArrayBuffer, isLast: boolean) => void) {
    this.#use();
    this.#onData = callback;
  }
  onWritable(callback: () => boolean) {
    this.#use();
    this.#onWritable = callback;
  }
  cork(write: () => void) {
    this.#use();
    this.#isCorked = true;
    write();
    this.#isCorked = false;
  }
  writeStatus(...args: unknown[]) {
    this.#writes('writeStatus', args);
    return this;
  }
  writeHeader(...args: unknown[]) {
    this.#writes('writeHeader', args);
    return this;
  }
  write(chunk: Uint8Array) {
    this.#writes('write', [String(Buffer.from(chunk))]);
    return this.isTaking;
  }
  getWriteOffset() {
    return this.#offset;
  }
  /** Takes what fits, and is over once all of it is taken. */
  tryEnd(chunk: Uint8Array, total: number) {
    const taken = chunk.subarray(0, this.isTaking ? chunk.length : this.room);
    this.room -= taken.length;
    this.#writes('tryEnd', [String(Buffer.from(taken)), total]);
    this.#offset += taken.length;
    this.#isOver = this.#offset >= total;
    return [taken.length === chunk.length, this.#isOver];
  }
  end(body: unknown, ...args: unknown[]) {
    const written =
      body === undefined || typeof body === 'string' ? body : Buffer.from(body as ArrayBuffer).toString();
    this.#writes('end', written === undefined ? [] : [written, ...args]);
    this.#isOver = true;
  }
  endWithoutBody(...args: unknown[]) {
    this.#writes('endWithoutBody', args);
    this.#isOver = true;
  }
  close() {
    this.#use();
    this.calls.push(['close']);
    this.isLeft();
  }

  #writes(name: string, args: unknown[]): void {
    this.#use();
    if (!this.#isCorked) this.misuses += 1;
    this.calls.push([name, ...args]);
  }
  #use(): void {
    if (!this.#isOver) return;
    this.misuses += 1;
    throw new Error('Invalid access of discarded uWS.HttpResponse.');
  }
}

/** A request with these headers. */
export function requestOf(
  headers: readonly (readonly [string, string])[] = [],
  { method = 'GET', url = '/', query = '' } = {},
): HttpRequest {
  const request = {
    getCaseSensitiveMethod: () => method,
    getUrl: () => url,
    getQuery: () => query,
    getHeader: (name: string) => headers.find(([one]) => one === name)?.[1] ?? '',
    forEach: (visit: (name: string, value: string) => void) => {
      for (const [name, value] of headers) visit(name, value);
    },
  };
  return request as unknown as HttpRequest;
}
