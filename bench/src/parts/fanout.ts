/** Publications to many subscribers: the cost of a delivery, of a subscription, and of a herd that comes back. */
import type { Arena } from '../arena.ts';
import type { Contender } from '../contenders.ts';
import { fanOutContenders } from '../fan-out-contenders.ts';
import { PER_CHANNEL } from '../load/subscribing.ts';
import type { Circumstances, Part } from '../part.ts';
import { type Findings, inRounds } from '../rounds.ts';
import type { FanOutPlan } from '../run-plan.ts';
import type { Figure, Sample } from '../sample.ts';
import { grouped } from '../words.ts';

const SMALL_BYTES = 100;
/** Enough subscribers to run all code once, so that its memory does not count for the measured ones. */
const WARM = 200;

const less = (name: string, unit: string): Figure => ({ name, unit, better: 'less' });

const counted = (subscribers: number) =>
  subscribers === 1 ? '1 subscriber' : `${grouped(subscribers)} subscribers`;
const said = (subscribers: number, perTick: number, bytes: number) =>
  `${counted(subscribers)}, ${perTick} a tick, ${bytes} B`;
export const deliveryCost = (subscribers: number, perTick: number, bytes: number): Figure =>
  less(`server CPU per delivery, ${said(subscribers, perTick, bytes)}`, 'µs/delivery');
const lastSubscriber = (subscribers: number, percentile: 'p50' | 'p99'): Figure =>
  less(`time to the last of ${counted(subscribers)}, ${percentile}`, 'µs');
const manyCost = (channels: number, perTick: number): Figure =>
  less(`server CPU per delivery, ${grouped(channels)} channels of 10, ${perTick} a tick`, 'µs/delivery');
const subscriptionBytes = (where: string): Figure => less(`memory per subscription, ${where}`, 'B');
const heapBytes = (where: string): Figure => less(`of it JavaScript's heap, ${where}`, 'B');
const subscriptionCost = less('server CPU per subscribe', 'µs');
const subscriptionRate: Figure = { name: 'subscribes', unit: 'subscribes/s', better: 'more' };
const herdReads = (herd: number) => less(`broker reads, ${grouped(herd)} recover at once`, 'reads');
const herdCost = less('server CPU per recovery of 10 publications', 'µs');

export const fanout: Part = {
  name: 'fanout',
  about:
    'CPU per delivery and time to the last of 1 to 10 000 subscribers, memory per subscription, a recovery herd',
  contenders: fanOutContenders,
  run: (circumstances) => {
    const { plan, contenders } = circumstances;
    const { rounds } = plan.fanOut;
    return inTurn({ ...circumstances, plan: { ...plan, rounds } }, contenders);
  },
};

/** Each set of figures has new processes. What a server frees late would otherwise be missing in its next measurement of memory. */
async function inTurn(
  circumstances: Circumstances,
  contenders: readonly Contender[],
): Promise<readonly Sample[]> {
  const { fanOut } = circumstances.plan;
  const inVisits = (name: string, visit: (arena: Arena, contender: Contender) => Promise<Findings>) =>
    inRounds(name, circumstances, contenders, visit);
  return [
    ...(await inVisits('fanout, deliveries', async (arena, contender) => [
      ...(await deliveriesOfOne(arena, contender, fanOut)),
      ...(await deliveriesOfMany(arena, fanOut)),
    ])),
    ...(await inVisits('fanout, one channel each', (arena, contender) =>
      oneChannelEach(arena, contender, fanOut),
    )),
    ...(fanOut.channels === 0
      ? []
      : await inVisits('fanout, many channels each', (arena) => manyChannelsEach(arena, fanOut))),
  ];
}

/** Each session has one subscription. */
async function oneChannelEach(arena: Arena, { kind }: Contender, plan: FanOutPlan): Promise<Findings> {
  const { sessions } = plan;
  await arena.openSubscribers(WARM);
  await arena.subscribe({ from: 0, to: WARM, channel: 'warm' });
  await arena.closeAll();
  await arena.openSubscribers(sessions);
  const empty = await arena.settledMemory();
  const before = await arena.cpuMicros();
  const { seconds } = await arena.subscribe({ from: 0, to: sessions, channel: 'one' });
  const cpuMicros = (await arena.cpuMicros()) - before;
  const full = await arena.settledMemory();
  const findings: Findings = [
    [subscriptionCost, cpuMicros / sessions],
    [subscriptionRate, sessions / seconds],
    [subscriptionBytes('the first of a session'), (full.rssBytes - empty.rssBytes) / sessions],
    [heapBytes('the first of a session'), ((full.heapBytes ?? 0) - (empty.heapBytes ?? 0)) / sessions],
  ];
  // Only our servers have a log.
  const hasLog = kind === 'ours' || kind === 'revision';
  return hasLog ? [...findings, ...(await herd(arena, sessions))] : findings;
}

async function herd(arena: Arena, sessions: number): Promise<Findings> {
  const missed = await arena.missed();
  const before = await arena.cpuMicros();
  await arena.recover(missed);
  const cpuMicros = (await arena.cpuMicros()) - before;
  return [
    [herdReads(sessions), await arena.brokerReads()],
    [herdCost, cpuMicros / sessions],
  ];
}

/** One channel, with more and more subscribers. */
async function deliveriesOfOne(arena: Arena, { kind }: Contender, plan: FanOutPlan): Promise<Findings> {
  const { subscribers, perTick, bytes, seconds, warmSeconds } = plan;
  const findings: Findings[] = [];
  let open = 0;
  for (const reach of subscribers) {
    await arena.openSubscribers(reach - open);
    await arena.subscribe({ from: open, to: reach, channel: 'one' });
    open = reach;
    const load = { audience: reach, reach, channel: 'one', seconds, warmSeconds };
    // Other libraries show the order of magnitude.
    const sizes = kind === 'peer' ? bytes.slice(0, 1) : bytes;
    for (const each of sizes)
      for (const rate of perTick) {
        const cost = await costOf(arena, { ...load, perTick: rate, bytes: each });
        findings.push([[deliveryCost(reach, rate, each), cost]]);
      }
    const { p50Micros, p99Micros } = await arena.fanOut({
      ...{ audience: reach, reach, channel: 'one', seconds },
      ticks: 1,
      perTick: 1,
      bytes: SMALL_BYTES,
    });
    findings.push([
      [lastSubscriber(reach, 'p50'), p50Micros],
      [lastSubscriber(reach, 'p99'), p99Micros],
    ]);
  }
  return findings.flat();
}

/** Many channels with ten subscribers each. */
async function deliveriesOfMany(arena: Arena, plan: FanOutPlan): Promise<Findings> {
  const { channels, channelSessions, perTick, seconds, warmSeconds } = plan;
  if (channels === 0) return [];
  await arena.closeAll();
  await arena.openSubscribers(channelSessions);
  await arena.subscribeToMany(channels);
  const load = {
    audience: channelSessions,
    reach: PER_CHANNEL,
    channel: channels,
    bytes: SMALL_BYTES,
    seconds,
    warmSeconds,
  };
  const findings: [Figure, number][] = [];
  for (const rate of perTick)
    findings.push([manyCost(channels, rate), await costOf(arena, { ...load, perTick: rate })]);
  return findings;
}

/** Each session has many subscriptions. */
async function manyChannelsEach(arena: Arena, plan: FanOutPlan): Promise<Findings> {
  const { channels, channelSessions } = plan;
  await arena.openSubscribers(channelSessions);
  await arena.subscribe({ from: 0, to: channelSessions, channel: 'one' });
  const empty = await arena.settledMemory();
  await arena.subscribeToMany(channels);
  const full = await arena.settledMemory();
  const subscriptions = channels * PER_CHANNEL;
  const where = `${grouped(subscriptions / channelSessions)} more a session, and a tenth of a channel`;
  return [
    [subscriptionBytes(where), (full.rssBytes - empty.rssBytes) / subscriptions],
    [heapBytes(where), ((full.heapBytes ?? 0) - (empty.heapBytes ?? 0)) / subscriptions],
  ];
}

type Load = Omit<Parameters<Arena['fanOut']>[0], 'ticks'> & { readonly warmSeconds: number };

/** One order is about a thousand deliveries, so that what the order costs does not show. */
async function costOf(arena: Arena, { warmSeconds, ...load }: Load): Promise<number> {
  const ticks = Math.max(1, Math.floor(1_000 / (load.reach * load.perTick)));
  await arena.fanOut({ ...load, ticks, seconds: warmSeconds });
  const before = await arena.cpuMicros();
  const { deliveries } = await arena.fanOut({ ...load, ticks });
  return ((await arena.cpuMicros()) - before) / deliveries;
}
