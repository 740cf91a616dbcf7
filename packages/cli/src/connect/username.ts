/** What no user can be called, so that no server need be asked. Proven by: test/options.test.ts, test/terminal.test.ts. */
import { canBeUsername } from '@sallyport/protocol';
import type { ConnectionPlan } from './connection-plan.ts';

/** In words, or nothing. */
export function usernameProblem(name: string, protocol: ConnectionPlan['protocol']): string | undefined {
  if (name === '') return 'there is no user without a name';
  if (!canBeUsername(name)) return 'there are no control characters in a username';
  // The first one ends it (PROTOCOL.md, section 2).
  if (protocol === 'text' && name.includes(':')) return 'there is no colon in a username, but with --json';
  return undefined;
}
