/**
 * What a run reports: its log, the first broken rule, and how often each thing happened.
 *
 * Proven by: test/simulation.test.ts.
 */
import type { Scheduler } from './scheduler.ts';

/** A rule that was broken. */
export interface Violation {
  /** The name of the rule. */
  readonly rule: string;
  readonly message: string;
  readonly atMs: number;
}

export class Report {
  /** The lines of the log. Undefined if it is not kept. */
  readonly lines: string[] | undefined;
  violation: Violation | undefined;
  readonly counts = new Map<string, number>();
  readonly #scheduler: Scheduler;

  constructor(scheduler: Scheduler, keepsLog: boolean) {
    this.#scheduler = scheduler;
    this.lines = keepsLog ? [] : undefined;
  }

  log(line: string): void {
    this.lines?.push(`${String(this.#scheduler.now).padStart(7)} ${line}`);
  }

  /** Something happened that should happen sometimes. */
  count(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  /** Notes a broken rule. Only the first one counts. */
  fail(rule: string, message: string): void {
    this.violation ??= { rule, message, atMs: this.#scheduler.now };
    this.log(`BROKEN ${rule}: ${message}`);
  }

  /** Notes a broken rule unless `holds`. */
  require(holds: boolean, rule: string, message: () => string): void {
    if (!holds) this.fail(rule, message());
  }
}
