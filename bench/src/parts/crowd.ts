/**
 * The cost of a message beside many idle sessions, divided by its cost beside few, in one process, so that the ratio is its own
 * control. The hand-written servers have no heartbeat. The figure of ours includes the heartbeat.
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

const load = { inFlight: 16, textBytes: 32 };
/** Opening so many connections is slow. */
const MOST_ROUNDS = 2;

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
      await arena.openTalking(talking);
      await arena.openIdle(beside.few);
      // Warms up as long as it measures. Otherwise `few` would pay for cold code, and the ratio would be too low.
      await arena.closedLoop({ ...load, seconds: besideSeconds });
      const few = await costOf();
      await arena.openIdle(beside.many - beside.few - talking);
      // The garbage of opening the connections must not count for the messages.
      await arena.settledMemory();
      await arena.closedLoop({ ...load, seconds: warmSeconds });
      const many = await costOf();
      return [
        [besideCost(beside.few), few],
        [besideCost(beside.many), many],
        [crowdRatio, many / few],
      ];
    });
  },
};
