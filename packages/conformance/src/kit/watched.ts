/** The duties that every story checks. */

/** The duties that every story checks, named as in docs/writing-an-adapter.md. */
export const watched = {
  admitted: 'calls admit before open',
  address: 'passes an address to admit',
  opened: 'calls opened before anything else',
  closedOnce: 'calls closed exactly once',
  nothingAfter: 'calls nothing after closed',
  bytes: 'gives each message its own bytes',
  size: 'reports the size of a message in bytes',
  throws: 'no method throws while the connection is open',
  result: 'send returns what happened to the message',
  drained: 'calls drained only when nothing is unsent',
} as const;

export interface Violation {
  readonly duty: string;
  readonly what: string;
}
