/**
 * What a message costs while many other sessions say nothing, divided by what it costs beside few: in one process, so
 * that the ratio is its own control. The hand-written servers have no heartbeat; what ours costs is in its figure.
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
/** Opening so many takes its time. */
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
      // As long as it is measured: else `few` pays for code that is not warm yet, and the ratio flatters.
      await arena.closedLoop({ ...load, seconds: besideSeconds });
      const few = await costOf();
      await arena.openIdle(beside.many - beside.few - talking);
      // What opening them has left to be collected is no message's to pay for.
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
