/** Whether this machine has what some stories need; where it has not, that is said aloud, and they are skipped. */
import { networkInterfaces } from 'node:os';

/** Whether `::1` can be listened on. */
export const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);
if (!hasIpv6) console.warn('SKIPPED: all that listens on IPv6, which the loopback here has not');
