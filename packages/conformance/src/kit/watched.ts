/** What is watched in every story. */

/** The duties that are watched in every story, as the page for adapters' authors names them. */
export const watched = {
  admitted: 'admit before open',
  address: 'admit is told the address',
  opened: 'opened before anything',
  closedOnce: 'exactly one closed',
  nothingAfter: 'nothing after closed',
  bytes: 'bytes owned',
  size: 'the size of a message in bytes',
  throws: 'no method throws while the connection is open',
  result: 'send says what became of it',
  drained: 'drained once nothing is unsent',
} as const;

export interface Violation {
  readonly duty: string;
  readonly what: string;
}
