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
  readonly #data: string | Uint8Array | undefined;
  readonly #piece: Piece | undefined;
  readonly bytes: number;
  /** The last batch that was made by one more piece. Mostly all connections get the same one next. */
  #next: Batch<Piece, Joined> | undefined;
  #joined: Joined | undefined;

  constructor(before?: Batch<Piece, Joined>, data?: string | Uint8Array, piece?: Piece, bytes = 0) {
    this.#before = before;
    this.#data = data;
    this.#piece = piece;
    this.bytes = bytes;
  }

  /** This batch with this data, if it was the last that was made of it. */
  with(data: string | Uint8Array): Batch<Piece, Joined> | undefined {
    const next = this.#next;
    return next !== undefined && next.#data === data ? next : undefined;
  }

  /** Makes this batch with one more piece. */
  extended(data: string | Uint8Array, piece: Piece, bytes: number): Batch<Piece, Joined> {
    this.#next = new Batch(this, data, piece, this.bytes + bytes);
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
  /**
   * First the connections for which something waits, and some that were served since; then places that are free. The array keeps its length:
   * to grow anew in each tick would cost more than the places.
   */
  readonly #targets: (SharedTarget<Piece, Joined> | undefined)[] = [];
  #count = 0;
  #isScheduled = false;
  /** Where every batch of this tick begins. */
  #empty = new Batch<Piece, Joined>();
  /** The data of this tick, encoded. */
  readonly #encoded = new Map<string | Uint8Array, Piece>();

  constructor(encoding: SharedEncoding<Piece, Joined>) {
    this.#encoding = encoding;
  }

  /** Sends the data to this connection at the end of the tick, or earlier where much waits. */
  add(target: SharedTarget<Piece, Joined>, data: string | Uint8Array): void {
    const { waiting } = target;
    const before = waiting ?? this.#empty;
    const batch = before.with(data) ?? this.#extended(before, data);
    if (waiting === undefined) {
      this.#targets[this.#count] = target;
      this.#count += 1;
    }
    target.waiting = batch;
    if (batch.bytes >= FULL_BYTES) this.flush(target);
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

  #extended(before: Batch<Piece, Joined>, data: string | Uint8Array): Batch<Piece, Joined> {
    const piece = this.#encoded.get(data) ?? this.#encoding.encode(data);
    this.#encoded.set(data, piece);
    // Every tick makes a batch, and its end forgets the data, also where nothing waits any more.
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      process.nextTick(() => this.#flushAll());
    }
    return before.extended(data, piece, this.#encoding.bytesOf(piece));
  }

  #flushAll(): void {
    this.#isScheduled = false;
    // What is added meanwhile is sent as well.
    for (let index = 0; index < this.#count; index += 1) {
      const target = this.#targets[index];
      this.#targets[index] = undefined;
      if (target) this.flush(target);
    }
    this.#count = 0;
    this.#empty = new Batch();
    this.#encoded.clear();
  }
}
