/** What an adapter called of its receiver. */
import type { Data } from '@sallyport/protocol';

/** One call of a `Receiver`: its name, and what it was given. */
export type Call =
  | readonly ['opened' | 'buffered' | 'drained' | 'ponged']
  | readonly ['receive', data: Data, byteLength: number]
  | readonly ['closed', code: number, reason: string];
