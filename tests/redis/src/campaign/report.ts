/** The report of a campaign, in words. Proven by: test/campaign-rules.test.ts. */
import type { CampaignResult } from './campaign.ts';

const megabytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MB`;
const percent = (share: number) => `${Math.round(share * 100)} %`;

/** `seed` is the one to repeat the campaign with. */
export function reportText(result: CampaignResult, seed: number): string {
  const { findings, memory, load, rounds, seconds } = result;
  const rows: readonly (readonly [string, string | number])[] = [
    ['rounds', `${rounds}, in ${seconds.toFixed(0)} s, seed ${seed}`],
    ['publications', `${findings.published}, and ${findings.unknown} whose publisher was not told`],
    ['deliveries', findings.deliveries],
    ['recoveries', findings.recoveries],
    ['losses told', `${findings.lossesTold}, of ${findings.lostTold} deliveries`],
    ['lost silently', findings.lostSilently],
    ['busiest process of each server', load.busy.map(percent).join(', ')],
    ...memory.growth.map(
      ({ name, firstBytes, lastBytes, times }) =>
        [
          `memory of ${name}`,
          `${megabytes(firstBytes)}, and ${megabytes(lastBytes)} after ${times - 1} more rounds`,
        ] as const,
    ),
    ...[...findings.faults].map(([name, count]) => [`fault: ${name}`, count] as const),
  ];
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  const lines = rows.map(([name, value]) => `${name.padEnd(width)}${value}`);
  const broken =
    findings.broken === 0
      ? ['No rule was broken.']
      : [`${findings.broken} times a rule was broken:`, ...findings.problems.map((text) => `  ${text}`)];
  return `${[...lines, ...broken].join('\n')}\n`;
}
