/**
 * Sallyport as it is shipped: every default, every limit, the demo user. `--engine NAME` runs another engine than the
 * default.
 *
 * On by default, so paid for here and not in the controls: the deadline of the sign-in, the limit on unauthenticated sessions, the time of one verification,
 * the number of attempts, sizes before and after the sign-in, the inbox, backpressure and stalls, the heartbeat, the
 * origin check. Off by default: message rate, idle time.
 */
import { accept, createSessions, type Engine, type Observer, refuse, type Sessions } from '@sallyport/core';
import type { systemClock } from '@sallyport/ws';
import { engines } from '../engines.ts';
import { isDemoUser } from './tutorial-exchange.ts';

export function sessionsAsShipped(clock: typeof systemClock, observe: Observer = {}): Sessions {
  return createSessions({
    clock,
    observe,
    authenticate: (given) =>
      given.type === 'password' && isDemoUser(given.username, given.password)
        ? accept(given.username)
        : refuse(),
    ...engineOf(process.argv),
  });
}

function engineOf(argv: readonly string[]): { engine?: Engine } {
  const flag = argv.indexOf('--engine');
  if (flag < 0) return {};
  const engine = engines[argv[flag + 1] ?? ''];
  if (!engine) throw new Error(`there is no engine '${argv[flag + 1]}'`);
  return { engine };
}
