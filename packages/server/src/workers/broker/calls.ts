/** What goes between the broker of a worker and the one in its parent. Each is a plain value that the structured clone passes on unchanged. */
import type { Broker, StoredPublication } from '@sallyport/channels';

/** The methods of a broker that the parent runs for a worker. */
export type BrokerMethod = Exclude<keyof Broker, 'name' | 'start'>;

/** From the worker: a call. The parent takes the calls of one worker in their order. */
export interface BrokerCall {
  readonly type: 'call';
  readonly id: number;
  readonly method: BrokerMethod;
  readonly args: readonly unknown[];
}

/** From the parent. */
export type BrokerNews =
  | { readonly type: 'answered'; readonly id: number; readonly outcome: unknown }
  | {
      readonly type: 'arrived';
      readonly channel: string;
      readonly epoch: string;
      readonly publication: StoredPublication;
    }
  /** Publications were left out, because the worker did not read. */
  | { readonly type: 'dropped' };
