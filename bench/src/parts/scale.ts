/** Two servers over one Redis: what a publication and a delivery cost, how late they come to the other server, and how soon a cut is repaired. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Part } from '../part.ts';
import { type Findings, visitsInRounds } from '../rounds.ts';
import type { ScalePlan } from '../run-plan.ts';
import type { Figure } from '../sample.ts';
import { Pair } from '../scale/pair.ts';
import { type ScaleContender, scaleContenders } from '../scale-contenders.ts';
import { grouped } from '../words.ts';
import { workerContenders, workersInRounds } from './workers.ts';

const BYTES = 100;
const PER_TICK = [1, 10] as const;
/** Each direction to Redis takes so much longer in one of the measurements. */
const DETOUR_MS = 5;
/** Deliveries of one order, so that what the order costs does not show. */
const PER_ORDER = 1_000;

const less = (name: string, unit: string): Figure => ({ name, unit, better: 'less' });
const load = (subscribers: number, perTick: number) =>
  `${grouped(subscribers)} subscribers on two servers, ${perTick} a tick, ${BYTES} B`;

const deliveryCost = (subscribers: number, perTick: number) =>
  less(`server CPU per delivery, ${load(subscribers, perTick)}`, 'µs/delivery');
const publicationCost = (subscribers: number, perTick: number) =>
  less(`server CPU per publication, ${load(subscribers, perTick)}`, 'µs/publication');
const redisCost = (subscribers: number, perTick: number) =>
  less(`Redis CPU per publication, ${load(subscribers, perTick)}`, 'µs/publication');
const commands = (subscribers: number, perTick: number) =>
  less(`Redis commands per publication, ${load(subscribers, perTick)}`, 'commands');
const remote = (way: string, percentile: 'p50' | 'p99') =>
  less(`time to one subscriber of the other server${way}, ${percentile}`, 'µs');
const roundTrip = (way: string, percentile: 'p50' | 'p99'): Figure => ({
  name: `round trip to Redis${way}, ${percentile}`,
  unit: 'µs',
  better: 'neither',
});
const remoteRatio = (way: string, percentile: 'p50' | 'p99') =>
  less(`time to one subscriber of the other server ÷ round trip${way}, ${percentile}`, '');
const repair = (channels: number) =>
  less(`from Redis back to the last of ${grouped(channels)} channels repaired`, 'ms');

export const scale: Part = {
  name: 'scale',
  about:
    'two servers over one Redis: CPU per delivery, time to the other server, repair after a cut, and workers',
  contenders: [...scaleContenders, ...workerContenders],
  run: async (circumstances) => {
    const plan = circumstances.plan.scale;
    const inPairs = async (
      name: string,
      detourMs: number | undefined,
      visit: (pair: Pair, contender: ScaleContender) => Promise<Findings>,
      isOursOnly = false,
    ) => {
      const some = scaleContenders.filter(
        (one) => circumstances.contenders.includes(one) && (!isOursOnly || one.kind === 'ours'),
      );
      const rounds = { ...circumstances, plan: { ...circumstances.plan, rounds: plan.rounds } };
      return visitsInRounds(name, rounds, some, (contender) =>
        Pair.visit(contender, circumstances, detourMs, (pair) => visit(pair, contender)),
      );
    };
    return [
      ...(await inPairs('scale, deliveries', undefined, (pair, one) => deliveries(pair, one, plan))),
      ...(await inPairs('scale, time', undefined, (pair) => timeToOther(pair, '', plan))),
      ...(await inPairs('scale, time with a detour', DETOUR_MS, (pair) =>
        timeToOther(pair, ` with ${DETOUR_MS} ms more each way`, plan),
      )),
      ...(await inPairs('scale, repair', 0, (pair, one) => repairAll(pair, one, plan), true)),
      ...(await workersInRounds(circumstances, plan)),
    ];
  },
};

/** Half of the subscribers of one channel are on each server. */
async function deliveries(pair: Pair, { traffic }: ScaleContender, plan: ScalePlan): Promise<Findings> {
  const { subscribers, seconds, warmSeconds } = plan;
  for (const server of [0, 1] as const) await pair.openSubscribers(server, subscribers / 2);
  await pair.subscribe({ from: 0, to: subscribers, channel: 'one' });
  const findings: [Figure, number][] = [];
  for (const perTick of PER_TICK) {
    const ticks = Math.max(1, Math.floor(PER_ORDER / (subscribers * perTick)));
    const each = { audience: subscribers, reach: subscribers, channel: 'one', bytes: BYTES, ticks, perTick };
    await pair.fanOut({ ...each, seconds: warmSeconds });
    const [cpu, redisCpu, calls] = [
      await pair.cpuMicros(),
      await pair.redis.cpuMicros(),
      await pair.redis.calls(traffic.commands),
    ];
    const { deliveries: count } = await pair.fanOut({ ...each, seconds });
    const used = (await pair.cpuMicros()) - cpu;
    const publications = count / subscribers;
    findings.push(
      [deliveryCost(subscribers, perTick), used / count],
      [publicationCost(subscribers, perTick), used / publications],
      [redisCost(subscribers, perTick), ((await pair.redis.cpuMicros()) - redisCpu) / publications],
      [commands(subscribers, perTick), ((await pair.redis.calls(traffic.commands)) - calls) / publications],
    );
  }
  return findings;
}

/** One subscriber, which is not on the server that publishes. */
async function timeToOther(pair: Pair, way: string, plan: ScalePlan): Promise<Findings> {
  await pair.openSubscribers(1, 1);
  await pair.subscribe({ from: 0, to: 1, channel: 'one' });
  const each = { audience: 1, reach: 1, channel: 'one', bytes: BYTES, ticks: 1, perTick: 1 };
  await pair.fanOut({ ...each, seconds: plan.warmSeconds });
  const before = await pair.roundTrip();
  const time = await pair.fanOut({ ...each, seconds: plan.remoteSeconds });
  const after = await pair.roundTrip();
  const trip = {
    p50: (before.p50Micros + after.p50Micros) / 2,
    p99: (before.p99Micros + after.p99Micros) / 2,
  };
  return [
    [remote(way, 'p50'), time.p50Micros],
    [remote(way, 'p99'), time.p99Micros],
    [roundTrip(way, 'p50'), trip.p50],
    [roundTrip(way, 'p99'), trip.p99],
    [remoteRatio(way, 'p50'), time.p50Micros / trip.p50],
    [remoteRatio(way, 'p99'), time.p99Micros / trip.p99],
  ];
}

/**
 * The second server is cut off from Redis, and the first one publishes in each channel. The time counts from when Redis can be reached again to
 * the last publication at its subscriber. So it has the pause before the server connects again.
 */
async function repairAll(
  pair: Pair,
  { traffic }: ScaleContender,
  { channels, channelSessions }: ScalePlan,
): Promise<Findings> {
  const [, way] = pair.detours;
  if (!way) throw new Error('the repair needs a way that can be cut');
  await pair.openSubscribers(1, channelSessions);
  await pair.subscribeToMany({ channels, perChannel: 1 });
  const perTick = Math.min(channels, 100);
  const all = { audience: channelSessions, reach: 1, channel: channels, bytes: BYTES, seconds: 0 };
  const order = { ...all, ticks: channels / perTick, perTick };
  await pair.fanOut(order);
  const before = await pair.redis.calls(traffic.commands);
  way.cut();
  const arrived = pair.fanOut(order);
  while ((await pair.redis.calls(traffic.commands)) - before < channels) await sleep(5);
  way.mend();
  const mendedAt = performance.now();
  await arrived;
  return [[repair(channels), performance.now() - mendedAt]];
}
