/** Collects the body of a plain request up to a limit. Proven by: test/body.test.ts, and the adapters' stories of HTTP. */
import type { OwnBytes } from './answers.ts';

/** The chunks of one request's body, kept up to a limit in bytes. Past the limit they are dropped. */
export class Body {
  readonly #maxBytes: number;
  #chunks: Uint8Array[] = [];
  #size = 0;

  /** `maxBytes`: the largest body, in bytes. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** More bytes have come than the limit allows. */
  get isTooLarge(): boolean {
    return this.#size > this.#maxBytes;
  }

  /** Keeps a chunk, which the library must not use again. Past the limit nothing is kept. */
  add(chunk: Uint8Array): void {
    this.#size += chunk.length;
    if (this.isTooLarge) this.#chunks = [];
    else this.#chunks.push(chunk);
  }

  /** All bytes so far; `undefined` past the limit. */
  get bytes(): OwnBytes | undefined {
    return this.isTooLarge ? undefined : Buffer.concat(this.#chunks);
  }
}
