/** Checks a username before it goes to a server. Proven by: test/options.test.ts, test/terminal.test.ts. */
import { canBeUsername } from '@sallyport/protocol';
import type { ConnectionPlan } from './connection-plan.ts';

/** Why this cannot be a username; `undefined` if it can be. */
export function usernameProblem(name: string, protocol: ConnectionPlan['protocol']): string | undefined {
  if (name === '') return 'the username is empty';
  if (!canBeUsername(name)) return 'a username cannot contain control characters';
  // In the text protocol the first colon ends the username (PROTOCOL.md, section 2).
  if (protocol === 'text' && name.includes(':')) return 'a username can contain a colon only with --json';
  return undefined;
}
