/**
 * The load campaign: clients publish and read on two servers over one Redis, while processes are killed and stopped, connections cut, and workers
 * replaced. It runs in rounds. A round has some faults; then all heal, each reader must reach the end, and each publication is accounted for.
 *
 * Proven by: test/campaign.test.ts.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Chance, Deck } from './chance.ts';
import { Crowd, type CrowdSize } from './crowd.ts';
import { type Fault, networkFaults, type Scene, serverFaults } from './faults.ts';
import { Findings } from './findings.ts';
import { LoadControl } from './load-control.ts';
import { MemoryWatch } from './memory.ts';
import { Stage } from './stage.ts';
import { Wire } from './watched-socket.ts';

export interface CampaignOptions {
  readonly seed: number;
  /** Called before each round. The campaign ends when it returns false. */
  readonly goesOn: (round: number) => boolean;
  /** Faults of each group in one round. */
  readonly faults: number;
  /** How long a fault may last. Past 5 s, commands to Redis exceed their deadline. */
  readonly longestMs: number;
  /** Publications between two faults, and in rounds without faults of servers, in which memory is compared. */
  readonly publications: number;
  /** Publications in a second. The load stays below, so that no server is busier than about a half. */
  readonly mostRate: number;
  /** How long servers may take to recover from a fault, and readers to reach the end of a round. Past it, a rule is broken. */
  readonly settleMs: number;
  /** How long all are idle before their memory is noted. */
  readonly quietMs: number;
  readonly size: CrowdSize;
  /** Told of each fault and of each round. */
  readonly progress: (text: string) => void;
}

export interface CampaignResult {
  readonly findings: Findings;
  readonly memory: MemoryWatch;
  readonly load: LoadControl;
  readonly rounds: number;
  readonly seconds: number;
}

/** Every third round has no fault of servers, so that there are processes that live long enough to compare their memory. */
const hasServerFaults = (round: number) => round % 3 !== 0;

export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const { seed, goesOn, progress } = options;
  const startedAt = performance.now();
  const findings = new Findings();
  const memory = new MemoryWatch();
  const wire = new Wire(findings);
  const stage = await Stage.start();
  const load = new LoadControl(stage, options.mostRate);
  const chance = new Chance(seed);
  const decks = [
    new Deck(networkFaults, new Chance(chance.between(0, 1e9))),
    new Deck(serverFaults, new Chance(chance.between(0, 1e9))),
  ] as const;
  let rounds = 0;
  const crowd = new Crowd(stage, wire, options.size);
  try {
    await crowd.gathered();
    while (goesOn(rounds + 1) && (rounds === 0 || findings.broken === 0)) {
      rounds += 1;
      progress(`round ${rounds}`);
      crowd.publish(rounds);
      const stopControl = load.control(crowd);
      await crowd.untilPublished(options.publications, options.settleMs);
      const groups = decks.filter((_, group) => group === 0 || hasServerFaults(rounds));
      await Promise.all(
        groups.map((deck) => cause(deck, { stage, wire, chance, ...options }, { options, findings, crowd })),
      );
      stage.heal();
      stopControl();
      await crowd.rest();
      await account(crowd, rounds, findings, options);
      await sleep(options.quietMs);
      stage.usage.forEach((family, index) => {
        memory.note(['sallyport-ws', 'sallyport-uws', 'Redis'][index] ?? '', family);
      });
    }
    for (const text of memory.problems) findings.require(false, 'memory is flat', () => text);
  } finally {
    stage.heal();
    await crowd.close();
    await stage.close();
  }
  return { findings, memory, load, rounds, seconds: (performance.now() - startedAt) / 1_000 };
}

interface Running {
  readonly options: CampaignOptions;
  readonly findings: Findings;
  readonly crowd: Crowd;
}

/** Causes faults, one after the other, with publications in between. */
async function cause(deck: Deck<Fault>, scene: Scene, { options, findings, crowd }: Running): Promise<void> {
  for (let caused = 0; caused < options.faults; caused += 1) {
    const { name, act } = deck.deal();
    options.progress(`  ${name}`);
    findings.caused(name);
    try {
      await act(scene);
      await crowd.untilPublished(options.publications, options.settleMs);
    } catch (error) {
      findings.require(false, 'servers recover from each fault', () => `${name}: ${error}`);
      return;
    }
  }
}

/** Waits until each reader has reached the end of the round, and says what became of each publication. */
async function account(
  crowd: Crowd,
  round: number,
  findings: Findings,
  { settleMs }: CampaignOptions,
): Promise<void> {
  const ends = new Map(await crowd.mark(round));
  const late = () =>
    crowd.readings.filter((one) => {
      const end = ends.get(one.ledger);
      return end && !one.hasReached(end);
    });
  const startedAt = performance.now();
  while (late().length > 0 && performance.now() - startedAt < settleMs) await sleep(20);
  for (const reading of late())
    findings.require(
      false,
      'each reader reaches the end',
      () =>
        `${reading.ledger.channel}: a reader stands at ${JSON.stringify(reading.position)}, and the end is at ${JSON.stringify(ends.get(reading.ledger))}`,
    );
  for (const reading of crowd.readings)
    for (const entry of reading.ledger.allPublished) {
      const outcome = reading.outcomeOf(entry);
      if (outcome === 'told') findings.lostTold += 1;
      if (outcome === 'silent') findings.lostSilently += 1;
      findings.require(
        outcome !== 'silent',
        'nothing that is published is lost silently',
        () =>
          `${entry.content} at ${JSON.stringify(entry.position)} of ${reading.ledger.channel}, where a reader is at ${JSON.stringify(reading.position)}`,
      );
    }
  crowd.forget();
}
