/**
 * What a node tells code of its caller: events to the observer, and faults to `onFault`. Neither can fail the node.
 *
 * Proven by: test/channels.test.ts.
 */
import { logFault } from './log-fault.ts';
import type { ChannelFault, ChannelFaultSource, ChannelObserver } from './ports/observer.ts';

/** What the reports need of their node. */
export interface ReportsOptions {
  readonly observe?: ChannelObserver | undefined;
  readonly onFault?: ((fault: ChannelFault) => void) | undefined;
  /** Counts the faults. */
  readonly counters: { faults: number };
}

export class Reports {
  readonly #observe: ChannelObserver;
  readonly #onFault: (fault: ChannelFault) => void;
  readonly #counters: { faults: number };

  constructor({ observe = {}, onFault = logFault, counters }: ReportsOptions) {
    this.#observe = observe;
    this.#onFault = onFault;
    this.#counters = counters;
  }

  fault(source: ChannelFaultSource, error: unknown, channel: string | undefined): void {
    this.#counters.faults += 1;
    const onFault = this.#onFault;
    try {
      onFault({ source, error, channel });
    } catch {
      // An error of `onFault` itself cannot be reported anywhere.
    }
  }

  /** Calls a handler of the observer. What it throws is a fault. */
  notify<Name extends keyof ChannelObserver>(
    name: Name,
    ...details: Parameters<Required<ChannelObserver>[Name]>
  ): void {
    const handler = this.#observe[name] as ((...details: unknown[]) => unknown) | undefined;
    if (!handler) return;
    try {
      const result = handler.apply(this.#observe, details);
      Promise.resolve(result).catch((error) => this.fault('observer', error, undefined));
    } catch (error) {
      this.fault('observer', error, undefined);
    }
  }
}
