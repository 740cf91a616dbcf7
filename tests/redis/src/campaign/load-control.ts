/**
 * Keeps the servers of a campaign about half busy: raises or lowers the rate of publications each second, by the processor time of their busiest
 * processes and of this one.
 *
 * Proven by: test/campaign.test.ts.
 */
import { performance } from 'node:perf_hooks';
import type { Usage } from './processes.ts';
import type { Stage } from './stage.ts';

/** The share of one core that the busiest process of a server may use. */
const AIM = 0.5;
/** The share of its time that this process may be busy. Clients that are slow would be measured otherwise. */
const MOST_OWN = 0.8;
const LEAST_RATE = 20;
const EVERY_MS = 1_000;

export class LoadControl {
  /** The busiest process of each server, as shares of one core, each second. */
  readonly shares: number[][] = [[], []];
  readonly #stage: Stage;
  readonly #mostRate: number;

  constructor(stage: Stage, mostRate: number) {
    this.#stage = stage;
    this.#mostRate = mostRate;
  }

  /** The middle share of each server over the campaign. */
  get busy(): readonly number[] {
    return this.shares.map((all) => [...all].sort((one, other) => one - other)[all.length >> 1] ?? 0);
  }

  /** Starts to control. Returns how to stop. */
  control(load: { rate: number }): () => void {
    load.rate = Math.min(load.rate, this.#mostRate);
    let before = this.#stage.usage;
    let at = performance.now();
    let own = performance.eventLoopUtilization();
    const timer = setInterval(() => {
      const usage = this.#stage.usage;
      const now = performance.now();
      const shares = [0, 1].map((node) => busiest(before[node] ?? [], usage[node] ?? [], now - at));
      for (const [node, share] of shares.entries()) this.shares[node]?.push(share);
      const { utilization } = performance.eventLoopUtilization(own);
      const isBusy = Math.max(...shares) > AIM || utilization > MOST_OWN;
      load.rate = Math.min(this.#mostRate, Math.max(LEAST_RATE, load.rate * (isBusy ? 0.8 : 1.1)));
      before = usage;
      at = now;
      own = performance.eventLoopUtilization();
    }, EVERY_MS);
    return () => clearInterval(timer);
  }
}

function busiest(before: readonly Usage[], after: readonly Usage[], ms: number): number {
  const used = after.map(({ pid, cpuSeconds }) => {
    const known = before.find((one) => one.pid === pid);
    return known ? cpuSeconds - known.cpuSeconds : 0;
  });
  return Math.max(0, ...used) / (ms / 1_000);
}
