/** Why a port could not be listened on, in words that say how to mend it. Proven by: test/listen-failure.test.ts. */
import type { Options } from './options.ts';
import { Refusal } from './refusal.ts';

/** What to throw instead of a failure to listen. What has no code was not said by the system, and may be a bug: it stays. */
export function listenFailure(failure: unknown, { given }: Pick<Options, 'given'>): unknown {
  if (!(failure instanceof Error && 'code' in failure)) return failure;
  switch (failure.code) {
    case 'EADDRINUSE':
      return new Refusal(
        `${given.port} is in use: stop what listens there, or take another port (--port 0 picks a free one)`,
      );
    case 'EACCES':
      return new Refusal(
        `${given.port} is not open to this user: take one from 1024 on, such as --port 5678`,
      );
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
    case 'EINVAL':
      return new Refusal(
        `${given.host} is no address of this machine: take one that is, such as --host 127.0.0.1`,
      );
    default:
      return new Refusal(failure.message);
  }
}
