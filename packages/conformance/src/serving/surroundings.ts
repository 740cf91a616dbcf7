/** Features of this machine that some stories need. Without them the stories are skipped, with a warning. */
import { networkInterfaces } from 'node:os';

/** Whether `::1` can be listened on. */
export const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);
if (!hasIpv6) console.warn('SKIPPED: stories that listen on IPv6, because this machine has no ::1');
