/** Logs the errors that channels catch, one line each: `fault`. Clients never see them. Proven by: test/channels/faults.test.ts. */
import type { ChannelFault } from '@sallyport/channels';
import type { Logger } from 'pino';
import { describeError } from '../describe-error.ts';

export function logChannelFaults(log: Logger): (fault: ChannelFault) => void {
  return ({ source, error, channel }) =>
    log.error(
      { event: 'fault', source, ...(channel !== undefined && { channel }), err: describeError(error) },
      `channels: the ${source} failed`,
    );
}
