/** Watches the answers that one node gets: that they come, that they are outcomes of the port, and that they agree with all others. */
import type { StoredPublication, TopOutcome } from '@sallyport/channels';
import type { Position } from '@sallyport/protocol';
import { formatValue, type Journal } from '../../kit/journal.ts';
import { Broken } from '../../kit/waiting.ts';
import type { Violation } from '../../kit/watched.ts';
import type { Ledger } from './ledger.ts';
import { positionProblem } from './outcome-problems.ts';
import { watchedDuties } from './watched-duties.ts';

/** What all nodes of a story share. */
export interface Shared {
  readonly journal: Journal;
  readonly ledger: Ledger;
  readonly violations: Violation[];
  /** Resolves as the promise does, or fails if it is pending and nothing happens any more. */
  inTime<T>(what: string, promise: Promise<T>): Promise<T>;
}

/** The types of the outcomes of each method. */
const types = {
  append: ['appended', 'unavailable', 'unknown'],
  read: ['read', 'lost', 'unavailable'],
  top: ['top', 'unavailable'],
  snapshot: ['snapshot', 'unavailable'],
  lease: ['held', 'lost', 'unavailable'],
};

export class NodeWatch {
  readonly #label: string;
  readonly #shared: Shared;

  constructor(label: string, shared: Shared) {
    this.#label = label;
    this.#shared = shared;
  }

  write(event: string): void {
    this.#shared.journal.write('broker', `${this.#label} ${event}`);
  }

  violate(duty: string, what: string): void {
    this.#shared.violations.push({ duty, what: `node ${this.#label}: ${what}` });
  }

  check(duty: string, problem: string | undefined): void {
    if (problem) this.violate(duty, problem);
  }

  /** Compares a publication with what other nodes have seen. */
  enter(channel: string, epoch: string, publication: Pick<StoredPublication, 'offset' | 'tag'>): void {
    this.check(watchedDuties.content, this.#shared.ledger.enter(channel, epoch, publication));
  }

  checkTop(channel: string, outcome: TopOutcome): void {
    this.checkType('top', outcome);
    if (outcome.type === 'top') this.checkPosition(channel, outcome.top);
  }

  checkPosition(channel: string, position: Position): void {
    this.check(watchedDuties.outcomes, positionProblem(position));
    this.enter(channel, position.epoch, position);
  }

  checkType(method: keyof typeof types, { type }: { readonly type: string }): void {
    const isKnown = types[method].includes(type);
    this.check(watchedDuties.outcomes, isKnown ? undefined : `\`${method}\` answered ${formatValue(type)}`);
  }

  /** The answer of a call, which must come, and must be no error. */
  async answerOf<T>(call: string, act: () => T | Promise<T>): Promise<T> {
    const name = `${this.#label} ${call}`;
    this.#shared.journal.write('node', name);
    try {
      const outcome = await this.#shared.inTime(`the answer of ${name}`, Promise.resolve(act()));
      if (outcome !== undefined) this.write(`${call.replace(/\(.*/s, '')} → ${formatValue(outcome)}`);
      return outcome;
    } catch (error) {
      // A wait in vain is a failure of the story. Every other error is the broker's own.
      if (!(error instanceof Broken))
        this.violate(watchedDuties.throws, `\`${call.replace(/\(.*/s, '')}\` failed with ${String(error)}`);
      throw error;
    }
  }
}
