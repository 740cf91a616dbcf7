/**
 * The cost of a message beside many idle sessions, divided by its cost beside few, in one process, so that the ratio is its own
 * control; and how long an echo waits there. The hand-written servers have no heartbeat. The figures of ours include the heartbeat.
 */
import type { Part } from '../part.ts';
import { inRounds } from '../rounds.ts';
import type { Figure } from '../sample.ts';
import { grouped } from '../words.ts';

const crowdRatio: Figure = {
  name: 'server CPU per message, crowd ÷ few beside',
  unit: '×',
  better: 'less',
};
const besideCost = (sessions: number): Figure => ({
  name: `server CPU, ${grouped(sessions)} idle beside`,
  unit: 'µs/message',
  better: 'less',
});

const besideLatency = (rate: number, sessions: number): Figure => ({
  name: `latency p99, ${grouped(rate)} messages/s, ${grouped(sessions)} idle beside`,
  unit: 'µs',
  better: 'less',
});

const load = { inFlight: 16, textBytes: 32 };
/** Opening so many connections is slow. */
const MOST_ROUNDS = 3;

export const crowd: Part = {
  name: 'crowd',
  about: 'CPU per message with 100 and with as many idle sessions beside as one process holds',
  run: (circumstances) => {
    const { plan, contenders } = circumstances;
    const rounds = Math.min(plan.rounds, MOST_ROUNDS);
    const earnest = contenders.filter(({ kind }) => kind === 'control' || kind === 'ours');
    return inRounds('crowd', { ...circumstances, plan: { ...plan, rounds } }, earnest, async (arena) => {
      const { talking, beside, besideSeconds, warmSeconds } = plan;
      const costOf = async () => {
        const before = await arena.cpuMicros();
        const { messages } = await arena.closedLoop({ ...load, seconds: besideSeconds });
        return ((await arena.cpuMicros()) - before) / messages;
      };
      const rate = plan.rates.at(-1) ?? 0;
      const latencyOf = async () => {
        const { textBytes } = load;
        return (await arena.openLoop({ rate, textBytes, seconds: besideSeconds })).p99Micros;
      };
      await arena.openTalking(talking);
      await arena.openIdle(beside.few);
      // Warms up as long as it measures. Otherwise `few` would pay for cold code, and the ratio would be too low.
      await arena.closedLoop({ ...load, seconds: besideSeconds });
      const few = await costOf();
      const fewLatency = await latencyOf();
      await arena.openIdle(beside.many - beside.few - talking);
      // The garbage of opening the connections must not count for the messages.
      await arena.settledMemory();
      await arena.closedLoop({ ...load, seconds: warmSeconds });
      const many = await costOf();
      const manyLatency = await latencyOf();
      return [
        [besideCost(beside.few), few],
        [besideCost(beside.many), many],
        [crowdRatio, many / few],
        [besideLatency(rate, beside.few), fewLatency],
        [besideLatency(rate, beside.many), manyLatency],
      ];
    });
  },
};
