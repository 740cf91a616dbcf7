/** Logs the errors that channels catch: `fault`, ten lines a second of each source. Clients never see them. Proven by: test/channels/faults.test.ts. */
import type { ChannelFault } from '@sallyport/channels';
import type { Logger } from 'pino';
import { describeError } from '../describe-error.ts';
import type { RepeatLimiter } from '../repeat-limiter.ts';
import { logFault } from '../session-log.ts';

export function logChannelFaults(log: Logger, repeats: RepeatLimiter): (fault: ChannelFault) => void {
  return ({ source, error, channel }) =>
    logFault(log, repeats, source, `channels: the ${source} failed`, () => ({
      ...(channel !== undefined && { channel }),
      err: describeError(error),
    }));
}
