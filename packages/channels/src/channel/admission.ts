/**
 * The admission: gives joiners their places in a live channel, with what they missed.
 *
 * What the node remembers decides about most of them. It never answers from its own position that something is lost, because another
 * node may have been faster. So for a `since` that it cannot judge it makes an inquiry: it reads the log, once at a time for all
 * joiners that wait, and what it learns serves those that come after. Proven by: test/channel/recovery.test.ts.
 */
import type { Position } from '@sallyport/protocol';
import type { ReadOutcome, StoredPublication } from '../broker/broker.ts';
import { type FactOf, facts } from '../machine/facts.ts';
import { isAt } from '../machine/places.ts';
import type { Joiner, Place } from './joiner.ts';
import type { Recent, Since } from './recent.ts';

/**
 * Reads that one joiner may cause. The first may have begun before the joiner came. The second may show that the log was forked, and then
 * the third reads the new one.
 */
const MOST_INQUIRIES = { contradicted: 2, unknown: 3 } as const;

/** What the admission needs of its channel. */
export interface AdmissionOwner {
  readonly position: Position | undefined;
  readonly recent: Recent;
  now(): number;
  /** Reads the last publications of the log. */
  inquire(settle: (outcome: ReadOutcome) => void): void;
  take(fact: FactOf<'position.outrun' | 'tag.mismatched'>): void;
  /** The joiner becomes a member. */
  place(joiner: Joiner, place: Place): void;
  /** The joiner asks the machine again. */
  rejoin(joiner: Joiner): void;
  refuse(joiner: Joiner): void;
  /** The joiner does not want its place any more. */
  dismiss(joiner: Joiner): void;
}

export class Admission {
  readonly #owner: AdmissionOwner;
  /** Joiners that wait for the answer to an inquiry. */
  #inquirers: Joiner[] | undefined;

  constructor(owner: AdmissionOwner) {
    this.#owner = owner;
  }

  /** Runs only in steps of a live channel, so nothing is delivered between the answer and the place. */
  admit(joiner: Joiner): void {
    if (!joiner.isWanted) {
      this.#owner.dismiss(joiner);
      return;
    }
    const position = this.#owner.position as Position;
    const found = this.#found(joiner, position);
    const isDoubtful = found === 'unknown' || found === 'contradicted';
    if (isDoubtful && joiner.inquiries < MOST_INQUIRIES[found]) this.#inquire(joiner);
    else {
      const isFound = typeof found !== 'string';
      const recovered = joiner.since !== undefined && isFound;
      this.#owner.place(joiner, { position, recovered, publications: isFound ? found : [] });
    }
  }

  #found({ since, history }: Joiner, position: Position): Since {
    const { recent } = this.#owner;
    const now = this.#owner.now();
    if (since) return recent.since(since, position, now);
    return history > 0 ? recent.last(history, position, now) : [];
  }

  #inquire(joiner: Joiner): void {
    if (this.#inquirers) {
      this.#inquirers.push(joiner);
      return;
    }
    this.#inquirers = [joiner];
    this.#owner.inquire((outcome) => {
      const joiners = this.#inquirers ?? [];
      this.#inquirers = undefined;
      for (const one of joiners) one.inquiries += 1;
      this.#learn(outcome, joiners);
    });
  }

  #learn(outcome: ReadOutcome, joiners: readonly Joiner[]): void {
    const { position } = this.#owner;
    if (position && outcome.type === 'read')
      this.#compare(outcome.publications, outcome.top, position, joiners);
    for (const joiner of joiners)
      if (outcome.type === 'unavailable') this.#owner.refuse(joiner);
      else this.#owner.rejoin(joiner);
  }

  /** What was read shows whether the channel stands where the log is, or has to read it itself. */
  #compare(
    publications: readonly StoredPublication[],
    top: Position,
    position: Position,
    joiners: readonly Joiner[],
  ): void {
    if (top.epoch !== position.epoch) this.#owner.take({ type: 'position.outrun', top });
    else if (!this.#owner.recent.load(publications, position, this.#owner.now()))
      this.#owner.take(facts.tagMismatched);
    else if (joiners.some(({ since }) => isOutrunBy(since, top, position)))
      this.#owner.take({ type: 'position.outrun', top });
  }
}

/** Whether a joiner has what the channel has not, and the log has more too. */
function isOutrunBy(since: Position | undefined, top: Position, position: Position): boolean {
  return (
    since !== undefined && since.epoch === top.epoch && since.offset > position.offset && !isAt(top, position)
  );
}
