/**
 * The same data for many connections: it is encoded once, and the data of one tick leaves each connection in one piece.
 *
 * A connection that gets the data of a channel waits here until the tick ends. What it waits for is a batch: a sequence of encoded
 * pieces. Connections that get the same pieces in the same order share their batch, so it is joined once for all of them. The batch stands
 * in a field of the connection: a `Map` of 10 000 connections would be built anew in each tick, which costs more than all the rest.
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
export interface SharedTarget<Piece, Joined> {
  /** What waits for this connection. Undefined at first. Only `SharedSends` changes it. */
  waiting: SharedBatch<Piece, Joined> | undefined;
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

/** The data that waits for one or more connections. Opaque. */
export type SharedBatch<Piece, Joined> = Batch<Piece, Joined>;

/** The data that waits for the end of the tick. An adapter has one of these for all its connections. */
export class SharedSends<Piece, Joined> {
  readonly #encoding: SharedEncoding<Piece, Joined>;
  /** The connections for which something waits, and some that were served since. */
  readonly #targets: SharedTarget<Piece, Joined>[] = [];
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

  /** Sends the data to this connection at the end of the tick, or earlier where much waits. */
  add(target: SharedTarget<Piece, Joined>, data: string | Uint8Array): void {
    if (data !== this.#data || this.#piece === undefined) this.#prepare(data);
    if (target.waiting === undefined) this.#targets.push(target);
    const batch = (target.waiting ?? this.#empty).with(this.#piece as Piece, this.#bytes);
    target.waiting = batch;
    if (batch.bytes >= FULL_BYTES) this.flush(target);
    // Also where nothing waits: the end of the tick forgets the data.
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      process.nextTick(() => this.#flushAll());
    }
  }

  /** Sends now what waits for this connection. Call it before anything else is sent there, or that overtakes the data. */
  flush(target: SharedTarget<Piece, Joined>): void {
    const batch = target.waiting;
    if (!batch) return;
    target.waiting = undefined;
    target.sendJoined(batch.joined(this.#encoding.join));
  }

  /** The connection has closed: drops what waits for it. */
  forget(target: SharedTarget<Piece, Joined>): void {
    target.waiting = undefined;
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
    for (const target of this.#targets) this.flush(target);
    this.#targets.length = 0;
    this.#empty = new Batch();
    this.#data = undefined;
    this.#piece = undefined;
  }
}
