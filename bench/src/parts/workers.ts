/** Servers with one and with two workers: what an echo and a delivery of a publication cost. A section of the part `scale`. */
import type { Contender } from '../contenders.ts';
import type { Circumstances } from '../part.ts';
import { type Findings, visitsInRounds } from '../rounds.ts';
import type { ScalePlan } from '../run-plan.ts';
import type { Figure, Sample } from '../sample.ts';
import { Workers } from '../scale/workers.ts';
import { grouped } from '../words.ts';

const ECHO = { inFlight: 16, textBytes: 32 };
const BYTES = 100;
const PER_TICK = 10;

const echoCost: Figure = {
  name: 'server CPU per message, workers on one core, 32 B, 16 in flight',
  unit: 'µs/message',
  better: 'less',
};
const deliveryCost = (subscribers: number): Figure => ({
  name: `server CPU per delivery, ${grouped(subscribers)} subscribers, workers on one core, ${PER_TICK} a tick, ${BYTES} B`,
  unit: 'µs/delivery',
  better: 'less',
});

export const workerContenders: readonly Contender[] = (['ws', 'uWS'] as const).flatMap((library) => {
  const binary = `sallyport-${library.toLowerCase()}`;
  const one = `${binary}, 1 worker`;
  const contender = (name: string, workers: string, against: readonly string[]): Contender => ({
    ...{ name, kind: 'ours', library, against, dialect: 'text' },
    script: [`${binary}.js`, '--workers', workers],
  });
  return [contender(one, '1', []), contender(`${binary}, 2 workers`, '2', [one])];
});

/** Measures those of them that take part in the run. */
export function workersInRounds(circumstances: Circumstances, plan: ScalePlan): Promise<readonly Sample[]> {
  const some = workerContenders.filter((one) => circumstances.contenders.includes(one));
  const rounds = { ...circumstances, plan: { ...circumstances.plan, rounds: plan.rounds } };
  return visitsInRounds('scale, workers', rounds, some, (contender) =>
    Workers.visit(contender, circumstances, (workers) => measure(workers, circumstances.plan.talking, plan)),
  );
}

async function measure(workers: Workers, talking: number, plan: ScalePlan): Promise<Findings> {
  const { subscribers, seconds, warmSeconds } = plan;
  await workers.openTalking(talking);
  await workers.closedLoop({ ...ECHO, seconds: warmSeconds });
  const beforeEcho = workers.cpuMicros();
  const { messages } = await workers.closedLoop({ ...ECHO, seconds });
  const echo = (workers.cpuMicros() - beforeEcho) / messages;
  await workers.closeAll();
  await workers.openSubscribers(subscribers);
  const load = {
    ...{ audience: subscribers, reach: subscribers, channel: 'one' },
    ...{ bytes: BYTES, ticks: 1, perTick: PER_TICK },
  };
  await workers.fanOut({ ...load, seconds: warmSeconds });
  const before = workers.cpuMicros();
  const { deliveries } = await workers.fanOut({ ...load, seconds });
  return [
    [echoCost, echo],
    [deliveryCost(subscribers), (workers.cpuMicros() - before) / deliveries],
  ];
}
