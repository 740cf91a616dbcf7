/** What a campaign counts, and each broken rule. Proven by: test/campaign.test.ts, test/campaign-rules.test.ts. */

/** Broken rules that are kept with their text. Further ones are only counted. */
const KEPT = 50;

export class Findings {
  /** The first broken rules, each with what broke it. */
  readonly problems: string[] = [];
  /** All broken rules. */
  broken = 0;
  /** Publications that were answered with a position. */
  published = 0;
  /** Publications whose fate their publisher was not told. */
  unknown = 0;
  /** Publications that readers got. */
  deliveries = 0;
  /** Subscriptions that were answered with all that was missed. */
  recoveries = 0;
  /** Times that a reader was told of a loss. */
  lossesTold = 0;
  /** Published publications that a reader did not get, after it was told of a loss there: one for each such reader. */
  lostTold = 0;
  /** Published publications that a reader did not get, and was not told of. */
  lostSilently = 0;
  /** How often each fault was caused. */
  readonly faults = new Map<string, number>();

  require(holds: boolean, rule: string, what: () => string): void {
    if (holds) return;
    this.broken += 1;
    if (this.problems.length < KEPT) this.problems.push(`${rule}: ${what()}`);
  }

  caused(fault: string): void {
    this.faults.set(fault, (this.faults.get(fault) ?? 0) + 1);
  }
}
