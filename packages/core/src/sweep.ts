/**
 * The sweep: all sessions, and one timer for those of their limits that need not be exact.
 *
 * Each session is swept about once a second. The sessions are in slices, and the slices take turns within that second, so a crowd
 * does not keep the process busy all at once. A few sessions are one slice, and the timer fires for slices with sessions only.
 *
 * The time of the sweep counts its turns. So after the process was suspended or busy for long, no peer counts as silent for that time:
 * the pongs that have arrived are read before the next turn. Proven by: test/sweep.test.ts, test/session/watching.test.ts.
 */
import type { Clock } from './ports/clock.ts';

/** Fine enough for limits of many seconds, and cheap: a few comparisons per session. */
const LONGEST_MS = 1_000;
const SLICE_MS = 50;
/** Sessions with so many consecutive numbers share a slice. */
const GROUP = 64;

export class Sweep<Member extends { readonly id: number }> implements Iterable<Member> {
  /** Milliseconds in which each member is swept once. */
  readonly periodMs: number;
  readonly #clock: Clock;
  readonly #sweep: (members: readonly Member[], round: number) => void;
  readonly #slices: readonly Set<Member>[];
  #size = 0;
  #isRunning = false;
  #handle: unknown;
  #dueAt = 0;
  /** Turns so far, one for each slice, with those of empty slices. */
  #turn = 0;

  /** `finest` is the shortest duration that the sweep has to measure, in milliseconds. `round` rises by 1 for each member's sweep. */
  constructor(clock: Clock, finest: number, sweep: (members: readonly Member[], round: number) => void) {
    this.#clock = clock;
    this.periodMs = Math.min(LONGEST_MS, finest);
    this.#sweep = sweep;
    const slices = Math.max(1, Math.floor(this.periodMs / SLICE_MS));
    this.#slices = Array.from({ length: slices }, () => new Set());
  }

  /** Milliseconds that the sweep has counted so far. */
  get nowMs(): number {
    return this.#timeOf(this.#turn);
  }

  /** The number of members. */
  get size(): number {
    return this.#size;
  }

  *[Symbol.iterator](): IterableIterator<Member> {
    for (const slice of this.#slices) yield* slice;
  }

  has(member: Member): boolean {
    return this.#sliceOf(member).has(member);
  }

  add(member: Member): void {
    this.#sliceOf(member).add(member);
    this.#size += 1;
  }

  /** Returns whether it was a member. */
  delete(member: Member): boolean {
    if (!this.#sliceOf(member).delete(member)) return false;
    this.#size -= 1;
    return true;
  }

  /** Runs until `stop`. It runs only while there is a member, so that an idle server has no timer. */
  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#arm(0);
  }

  stop(): void {
    this.#isRunning = false;
    this.#clock.clearTimeout(this.#handle);
  }

  #sliceOf({ id }: Member): Set<Member> {
    return this.#sliceAt(Math.floor(id / GROUP));
  }

  #sliceAt(turn: number): Set<Member> {
    return this.#slices[turn % this.#slices.length] as Set<Member>;
  }

  /** In whole milliseconds, as timers have. */
  #timeOf(turn: number): number {
    return Math.floor((turn * this.periodMs) / this.#slices.length);
  }

  /**
   * Waits for the next slice that has members now. A member that comes meanwhile is new, so its slice can wait for a period. `lateMs` is
   * how late the last turn came.
   */
  #arm(lateMs: number): void {
    let next = this.#turn + 1;
    while (next < this.#turn + this.#slices.length && this.#sliceAt(next).size === 0) next += 1;
    const wait = this.#timeOf(next) - this.#timeOf(this.#turn) - lateMs;
    this.#dueAt = this.#clock.now() + wait;
    this.#handle = this.#clock.setTimeout(() => this.#fire(next), Math.max(1, Math.ceil(wait)));
  }

  /** Takes a turn, and with it all turns that are due by now: a busy process has fewer turns of its event loop than slices in a second. */
  #fire(first: number): void {
    const late = this.#lateMs();
    let last = first;
    while (last + 1 < first + this.#slices.length && this.#timeOf(last + 1) - this.#timeOf(first) <= late)
      last += 1;
    this.#turn = last;
    this.#arm(late - (this.#timeOf(last) - this.#timeOf(first)));
    for (let turn = first; turn <= last && this.#isRunning; turn += 1) {
      const members = [...this.#sliceAt(turn)];
      if (members.length > 0) this.#sweep(members, Math.floor(turn / this.#slices.length));
    }
  }

  /** A late turn does not delay the next ones, or many turns would add up to late limits. A suspended process starts anew. */
  #lateMs(): number {
    const late = this.#clock.now() - this.#dueAt;
    return late > 0 && late <= this.periodMs ? late : 0;
  }
}
