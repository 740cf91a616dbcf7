/** The duration of each timer of a session. */
import type { Protocol } from '@sallyport/protocol';
import type { Timer } from '../machine/facts.ts';
import type { SessionEnvironment } from './environment.ts';

/** The duration of a timer, in milliseconds. That of the expiry comes with the identity. */
export function durationOf(
  timer: Exclude<Timer, 'expiry'>,
  environment: SessionEnvironment,
  protocol: Protocol,
): number {
  const { limits, clock, drainDeadline } = environment;
  switch (timer) {
    case 'authentication':
      return limits.authenticationMs ?? protocol.defaultLimits.authenticationMs;
    case 'verification':
      return limits.verificationMs;
    case 'draining':
      return Math.max(0, drainDeadline - clock.now());
    case 'closing':
      return limits.closeMs;
  }
}
