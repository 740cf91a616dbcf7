/**
 * Reads frames as a client gets them, in chunks that end anywhere, at the cost of a few operations each: payloads are
 * skipped unless they are asked for.
 */
export interface FrameSink {
  /** `payload` is given only while the reader keeps payloads. */
  onFrame(opcode: number, size: number, payload: Buffer | undefined): void;
}

const LONGEST_HEADER = 10;

export class FrameReader {
  /** Whether the reader keeps payloads. */
  keepsPayloads = true;
  #opcode = 0;
  #size = 0;
  /** Bytes of the payload that are still to come; -1 while a header is read. */
  #left = -1;
  /** The header, if it arrived in parts. */
  #header: number[] = [];
  #parts: Buffer[] = [];

  read(chunk: Buffer, end: number, sink: FrameSink): void {
    let at = 0;
    while (at < end || this.#left === 0) {
      if (this.#left < 0) {
        const short = chunk[at + 1] as number;
        if (this.#header.length === 0 && end - at >= 2 && short < 126) {
          this.#begin(chunk[at] as number, short);
          at += 2;
        } else {
          this.#header.push(chunk[at] as number);
          at += 1;
          this.#tryHeader();
        }
      } else {
        const taken = Math.min(this.#left, end - at);
        if (this.keepsPayloads) this.#parts.push(Buffer.from(chunk.subarray(at, at + taken)));
        at += taken;
        this.#left -= taken;
        if (this.#left === 0) this.#finish(sink);
      }
    }
  }

  #tryHeader(): void {
    const header = this.#header;
    const short = header[1];
    if (short === undefined) return;
    const length = short < 126 ? 2 : short === 126 ? 4 : LONGEST_HEADER;
    if (header.length < length) return;
    const bytes = Buffer.from(header);
    this.#header = [];
    const size =
      short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
    this.#begin(bytes[0] as number, size);
  }

  #begin(first: number, size: number): void {
    this.#opcode = first & 0x0f;
    this.#size = size;
    this.#left = size;
  }

  #finish(sink: FrameSink): void {
    this.#left = -1;
    const payload = this.keepsPayloads ? Buffer.concat(this.#parts) : undefined;
    if (this.keepsPayloads) this.#parts = [];
    sink.onFrame(this.#opcode, this.#size, payload);
  }
}
