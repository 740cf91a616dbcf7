/**
 * The leases of nodes in memory. A lease that has run out never comes back: the node gets a new one, and what the old one kept is gone.
 *
 * Proven by: test/broker/memory-broker.test.ts, and the stories of `describeBroker`.
 */

/** The lease of a node. A field of the keyed state holds on to it, and lives as long. */
export interface Lease {
  /** When it runs out, on the clock of the broker. */
  until: number;
}

export class Leases {
  readonly #byNode = new Map<string, Lease>();

  /** Renews the lease of a node. Returns whether the node still held it. */
  renew(node: string, ttlMs: number, now: number): boolean {
    this.#purge(now);
    const lease = this.#byNode.get(node);
    if (lease) lease.until = now + ttlMs;
    else this.#byNode.set(node, { until: now + ttlMs });
    return lease !== undefined;
  }

  /** The node's lease. Undefined if it has run out. */
  of(node: string, now: number): Lease | undefined {
    this.#purge(now);
    return this.#byNode.get(node);
  }

  /** Nodes are few, so a look at all of them costs less than a timer. */
  #purge(now: number): void {
    for (const [node, { until }] of this.#byNode) if (until <= now) this.#byNode.delete(node);
  }
}
