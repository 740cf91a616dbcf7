/** A call of an adapter to its receiver. */
import type { Data } from '@sallyport/protocol';

/** One call of a `Receiver`: its name and its arguments. */
export type Call =
  | readonly ['opened' | 'buffered' | 'drained' | 'ponged']
  | readonly ['receive', data: Data, byteLength: number]
  | readonly ['closed', code: number, reason: string];
