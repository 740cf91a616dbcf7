/**
 * The steps of one opened session: its facts, transitions and commands with their times, without credentials and, unless the operator
 * inspects them, without payloads. The last ones only: older ones make room. Proven by: test/live/opened.test.ts.
 */
import type { Command, Fact, SessionWatcher, StateName } from '@sallyport/core';
import { type Redacted, redactCommand, redactFact } from '@sallyport/recording';
import { payloadOf } from './payload.ts';

/** One entry of an opened session: a fact, a transition or a command. */
export type LiveStep = {
  /** Its number, from 1. */
  readonly n: number;
  /** When, in milliseconds since 1970. */
  readonly at: number;
} & (
  | { readonly fact: Redacted; readonly payload?: string }
  | { readonly command: Redacted; readonly payload?: string }
  | { readonly from: StateName; readonly to: StateName }
);

/** Entries of one session that are kept. */
const MOST = 500;

export class Steps implements SessionWatcher {
  readonly #now: () => number;
  readonly #showsPayloads: boolean;
  readonly #kept: LiveStep[] = [];
  #last = 0;

  constructor(now: () => number, showsPayloads: boolean) {
    this.#now = now;
    this.#showsPayloads = showsPayloads;
  }

  /** The number of the last entry. 0: there was none. */
  get last(): number {
    return this.#last;
  }

  fact(fact: Fact): void {
    this.#add({ fact: redactFact(fact), ...this.#payloadOf(fact) });
  }

  transition(from: StateName, to: StateName): void {
    this.#add({ from, to });
  }

  command(command: Command): void {
    this.#add({ command: redactCommand(command), ...this.#payloadOf(command) });
  }

  /** The entries after this number. */
  after(n: number): readonly LiveStep[] {
    const first = this.#kept[0]?.n ?? 0;
    return this.#kept.slice(Math.max(0, n + 1 - first));
  }

  #payloadOf(step: Fact | Command): { readonly payload?: string } {
    const payload = this.#showsPayloads ? payloadOf(step) : undefined;
    return payload === undefined ? {} : { payload };
  }

  #add(
    entry:
      | { readonly fact: Redacted; readonly payload?: string }
      | { readonly command: Redacted; readonly payload?: string }
      | { readonly from: StateName; readonly to: StateName },
  ): void {
    this.#last += 1;
    this.#kept.push({ n: this.#last, at: this.#now(), ...entry });
    if (this.#kept.length > MOST) this.#kept.shift();
  }
}
