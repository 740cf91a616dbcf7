/** The short form of the load campaign: each of its faults once. `pnpm campaign` is the long one. */
import { describe, expect, it } from 'vitest';
import { runCampaign } from '../src/campaign/campaign.ts';
import { networkFaults, serverFaults } from '../src/campaign/faults.ts';
import { reportText } from '../src/campaign/report.ts';
import { hasRedis } from '../src/redis-server.ts';

const ROUNDS = 3;
/** About a minute on a quiet machine. Only for a test that hangs. */
const LONGEST_MS = 1_200_000;

describe.skipIf(!hasRedis)('a load campaign', () => {
  it(
    'loses nothing silently while servers, workers and Redis are killed, stopped, cut off and replaced',
    async () => {
      // The second-last round has no fault of servers.
      const faults = Math.ceil(Math.max(networkFaults.length / ROUNDS, serverFaults.length / (ROUNDS - 1)));
      const result = await runCampaign({
        seed: 1,
        goesOn: (round) => round <= ROUNDS,
        faults,
        longestMs: 1_000,
        publications: 20,
        mostRate: 100,
        settleMs: 240_000,
        quietMs: 0,
        size: { channels: 4, readers: 6, channelsEach: 2, publishers: 3 },
        progress: () => {},
      });
      const { findings } = result;
      expect(findings.problems, [...findings.problems, reportText(result, 1)].join('\n')).toEqual([]);
      expect(findings.lostSilently).toBe(0);
      const caused = [...networkFaults, ...serverFaults].filter(({ name }) => !findings.faults.has(name));
      expect(caused).toEqual([]);
      expect(findings.recoveries).toBeGreaterThan(0);
      expect(findings.lossesTold).toBeGreaterThan(0);
      expect(findings.deliveries).toBeGreaterThan(findings.published);
    },
    LONGEST_MS,
  );
});
