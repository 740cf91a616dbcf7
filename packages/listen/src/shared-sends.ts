/**
 * The same data for many connections: it is encoded once, and the data of one tick leaves each connection in one piece.
 *
 * A connection that gets the data of a channel waits here until the tick ends. What it waits for is a batch: a sequence of encoded
 * pieces. Connections that get the same pieces in the same order share their batch, so it is joined once for all of them. A connection
 * has its place here only while it waits, so an idle one costs nothing.
 * Proven by: test/shared-sends.test.ts, and the stories of conformance on each adapter.
 */
/** What a library needs to send data to many connections. */
export interface SharedEncoding<Piece, Joined> {
  /** Encodes data for the library. */
  encode(data: string | Uint8Array): Piece;
  /** The bytes of a piece, about. */
  bytesOf(piece: Piece): number;
  /** Joins pieces, so that a connection can send them at once. The same result goes to many connections. */
  join(pieces: readonly Piece[]): Joined;
}

/** A connection that gets data together with others. */
export interface SharedTarget<Joined> {
  /** Sends a batch now. Must not throw. */
  sendJoined(joined: Joined): void;
}

/** Bytes of one batch at which it is sent before the tick ends. */
const FULL_BYTES = 65_536;

/** A sequence of pieces: a shorter one, and one more piece. */
class Batch<Piece, Joined> {
  readonly #before: Batch<Piece, Joined> | undefined;
  readonly #piece: Piece | undefined;
  readonly bytes: number;
  /** The last batch that was made by one more piece. Mostly all connections get the same one next. */
  #next: Batch<Piece, Joined> | undefined;
  #joined: Joined | undefined;

  constructor(before?: Batch<Piece, Joined>, piece?: Piece, bytes = 0) {
    this.#before = before;
    this.#piece = piece;
    this.bytes = bytes;
  }

  /** This batch with one more piece. */
  with(piece: Piece, bytes: number): Batch<Piece, Joined> {
    const next = this.#next;
    if (next !== undefined && next.#piece === piece) return next;
    this.#next = new Batch(this, piece, this.bytes + bytes);
    return this.#next;
  }

  joined(join: (pieces: readonly Piece[]) => Joined): Joined {
    this.#joined ??= join(this.#pieces());
    return this.#joined;
  }

  #pieces(): readonly Piece[] {
    const pieces: Piece[] = [];
    // The batch where all begin has no piece.
    for (let batch: Batch<Piece, Joined> = this; batch.#before !== undefined; batch = batch.#before)
      pieces.push(batch.#piece as Piece);
    return pieces.reverse();
  }
}

/** The data that waits for the end of the tick. An adapter has one of these for all its connections. */
export class SharedSends<Piece, Joined> {
  readonly #encoding: SharedEncoding<Piece, Joined>;
  readonly #waiting = new Map<SharedTarget<Joined>, Batch<Piece, Joined>>();
  #isScheduled = false;
  /** Where every batch of this tick begins. */
  #empty = new Batch<Piece, Joined>();
  /** The last data, and its encoded form. */
  #data: string | Uint8Array | undefined;
  #piece: Piece | undefined;
  #bytes = 0;

  constructor(encoding: SharedEncoding<Piece, Joined>) {
    this.#encoding = encoding;
  }

  /** Whether a connection waits. An adapter asks before it sends anything else. */
  get isWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  /** Sends the data to this connection at the end of the tick, or earlier where much waits. */
  add(target: SharedTarget<Joined>, data: string | Uint8Array): void {
    if (data !== this.#data || this.#piece === undefined) this.#prepare(data);
    const batch = (this.#waiting.get(target) ?? this.#empty).with(this.#piece as Piece, this.#bytes);
    this.#waiting.set(target, batch);
    if (batch.bytes >= FULL_BYTES) this.flush(target);
    // Also where nothing waits: the end of the tick forgets the data.
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      process.nextTick(() => this.#flushAll());
    }
  }

  /** Sends now what waits for this connection. Call it before anything else is sent there, or that overtakes the data. */
  flush(target: SharedTarget<Joined>): void {
    const batch = this.#waiting.get(target);
    if (!batch) return;
    this.#waiting.delete(target);
    target.sendJoined(batch.joined(this.#encoding.join));
  }

  /** The connection has closed: drops what waits for it. */
  forget(target: SharedTarget<Joined>): void {
    this.#waiting.delete(target);
  }

  #prepare(data: string | Uint8Array): void {
    // If encoding throws, what is kept still fits together.
    const piece = this.#encoding.encode(data);
    this.#bytes = this.#encoding.bytesOf(piece);
    this.#piece = piece;
    this.#data = data;
  }

  #flushAll(): void {
    this.#isScheduled = false;
    // What is added meanwhile is sent as well.
    for (const target of this.#waiting.keys()) this.flush(target);
    this.#empty = new Batch();
    this.#data = undefined;
    this.#piece = undefined;
  }
}
