/**
 * What the admin listener costs: messages beside a scrape each second, and the time of a scrape with many sessions.
 *
 * The control is the same server without the listener. The CPU figure includes the scrapes themselves.
 */
import type { Arena } from '../arena.ts';
import type { Contender } from '../contenders.ts';
import type { Circumstances, Part } from '../part.ts';
import { type Findings, inRounds } from '../rounds.ts';
import type { Figure } from '../sample.ts';
import { requestMs, whileScraping } from '../scraper.ts';
import { grouped } from '../words.ts';

const load = { inFlight: 16, textBytes: 32 };
const RATE = 1_000;
/** Opening so many connections is slow. */
const MOST_CROWDS = 2;
/** Scrapes that are timed, one after the other. Their median counts. */
const TIMED = 9;

const cost: Figure = { name: 'server CPU beside a scrape each second', unit: 'µs/message', better: 'less' };
const timeOf = (what: string, sessions: number): Figure => ({
  name: `${what}, ${grouped(sessions)} sessions`,
  unit: 'ms',
  better: 'less',
});
const latencyOf = (percentile: 'p50' | 'p99', sessions: number): Figure => ({
  name: `latency ${percentile} beside a scrape each second, ${grouped(sessions)} sessions`,
  unit: 'µs',
  better: 'less',
});

const contenders: readonly Contender[] = (['ws', 'uWS'] as const).flatMap((library) => [
  contender(`Sallyport on ${library}`, library, 'sallyport', []),
  contender(`Sallyport on ${library}, scraped`, library, 'scraped', [`Sallyport on ${library}`]),
]);

function contender(
  name: string,
  library: 'ws' | 'uWS',
  server: string,
  against: readonly string[],
): Contender {
  const script = [`${server}-${library.toLowerCase()}.js`];
  return { name, kind: 'ours', library, script, dialect: 'text', against };
}

export const metrics: Part = {
  name: 'metrics',
  about: 'what a scrape of the metrics each second costs, and how long one takes with many sessions',
  contenders,
  async run(circumstances) {
    const { plan } = circumstances;
    const visited = circumstances.contenders;
    const crowd = { ...plan, rounds: Math.min(plan.rounds, MOST_CROWDS) };
    return [
      ...(await inRounds('metrics', circumstances, visited, (arena) => besideScrapes(arena, plan))),
      ...(await inRounds('metrics, crowd', { ...circumstances, plan: crowd }, visited, (arena) =>
        amongMany(arena, plan),
      )),
    ];
  },
};

type Plan = Circumstances['plan'];

async function besideScrapes(arena: Arena, { talking, besideSeconds }: Plan): Promise<Findings> {
  await arena.openTalking(talking);
  return whileScraping(arena.adminPort, async () => {
    // Warms up the code of a scrape too.
    await arena.closedLoop({ ...load, seconds: besideSeconds });
    const before = await arena.cpuMicros();
    const { messages } = await arena.closedLoop({ ...load, seconds: besideSeconds });
    return [[cost, ((await arena.cpuMicros()) - before) / messages]];
  });
}

async function amongMany(
  arena: Arena,
  { talking, besideSeconds, beside: { many } }: Plan,
): Promise<Findings> {
  const { adminPort } = arena;
  await arena.openTalking(talking);
  await arena.openIdle(many - talking);
  // The garbage of opening the connections must not count.
  await arena.settledMemory();
  const latencies = await whileScraping(adminPort, async () => {
    await arena.openLoop({ rate: RATE, textBytes: load.textBytes, seconds: besideSeconds });
    return arena.openLoop({ rate: RATE, textBytes: load.textBytes, seconds: besideSeconds });
  });
  return [
    [latencyOf('p50', many), latencies.p50Micros],
    [latencyOf('p99', many), latencies.p99Micros],
    ...(adminPort === undefined
      ? []
      : ([
          [timeOf('a scrape', many), await medianMs(adminPort, '/metrics')],
          [timeOf('an answer to the live view', many), await medianMs(adminPort, '/live')],
        ] as const)),
  ];
}

async function medianMs(port: number, path: string): Promise<number> {
  const times: number[] = [];
  for (let one = 0; one < TIMED; one += 1) times.push(await requestMs(port, path));
  return times.sort((one, other) => one - other)[Math.floor(TIMED / 2)] as number;
}
