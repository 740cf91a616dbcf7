/**
 * Commands: the output of the channel machine. Their names are imperative, because `channel/channel.ts` runs them.
 *
 * The machine says what to do. The channel knows how: durations and sizes come from the limits, the log from the broker.
 */
import type { Position } from '@sallyport/protocol';
import type { StoredPublication } from '../broker/broker.ts';
import type { Timer } from './facts.ts';

/** One command of the machine to its channel. */
export type Command<Joiner = unknown> =
  /** Have the broker report publications of the channel from now on. */
  | { readonly type: 'follow'; readonly attempt: number }
  /** Have the broker report none any more. */
  | { readonly type: 'unfollow' }
  /** Read the log after this position. */
  | { readonly type: 'read'; readonly attempt: number; readonly since: Position }
  /** The channel stands here now, and what it remembers of the log is void. */
  | { readonly type: 'reset'; readonly position: Position }
  /** Send these publications to the subscribers, in this order. The channel then stands behind the last one. */
  | { readonly type: 'deliver'; readonly epoch: string; readonly publications: readonly StoredPublication[] }
  /** Tell the subscribers that publications are lost for them, and that they stand here now. */
  | { readonly type: 'tellLost'; readonly position: Position }
  /** Compare the tag of an old publication with what was delivered at its offset. */
  | { readonly type: 'compareTag'; readonly offset: number; readonly tag: string }
  /** Give a joiner its place: it gets all publications after the position of the channel. */
  | { readonly type: 'admit'; readonly joiner: Joiner }
  /** Keep a joiner until the channel is live. */
  | { readonly type: 'keep'; readonly joiner: Joiner }
  /** Answer a joiner that the broker is unavailable. */
  | { readonly type: 'refuse'; readonly joiner: Joiner }
  /** Admit all that were kept. */
  | { readonly type: 'admitKept' }
  /** Refuse all that were kept. */
  | { readonly type: 'refuseKept' }
  /** Start a timer that does not run. `failures` is the number of attempts that failed in a row. */
  | { readonly type: 'arm'; readonly timer: Timer; readonly failures: number }
  /** Stop a timer. */
  | { readonly type: 'disarm'; readonly timer: Timer };
