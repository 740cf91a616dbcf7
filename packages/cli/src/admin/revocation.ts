/**
 * The revocation of a user through an admin listener, and what it tells the operator. `admin revoke` and `users remove --revoke` share it.
 *
 * Proven by: test/admin.test.ts.
 */
import { exitCodes, Refusal } from '../refusal.ts';
import type { AdminClient } from './admin-client.ts';

interface Answer {
  /** The sessions that ended on the server that was asked. */
  readonly revoked: number;
  /** Absent in the answer of an older server, which knows no others. */
  readonly outcome?: 'everywhere' | 'hereOnly';
}

/** Resolves with a line that says what was done. Rejects with a `Refusal` if other servers do not have the revocation yet. */
export async function revoke(client: AdminClient, user: string): Promise<string> {
  const { revoked, outcome } = await client.ask<Answer>('POST', ['users', user, 'revoke']);
  const ended = `ended ${revoked} ${revoked === 1 ? 'session' : 'sessions'} of ${user} on this server`;
  if (outcome !== 'hereOnly') return `${ended}, and any on servers that share its broker`;
  throw new Refusal(
    `${ended}, but not on others: its broker is unavailable. The server tries again while it runs; repeat the command when the broker is back`,
    exitCodes.ended,
  );
}
