/** The faults of the network, each on one connection or on all. Proven by: test/simulation.test.ts. */
import type { Random } from '../random.ts';
import type { Wire } from '../wire.ts';
import type { World } from '../world.ts';
import type { Actions } from './action.ts';

/** A connection that someone has. */
function wireOf(world: World, random: Random): Wire | undefined {
  const wires = [...world.wires];
  return wires.length > 0 ? random.pick(wires) : undefined;
}

export const NETWORK_FAULTS: Actions = {
  latency: {
    weight: 1,
    fault: 'latency',
    run(world, random) {
      world.latencyMs = random.pick([2, 20, 200, 900]);
      for (const { up, down } of world.wires)
        for (const pipe of [up, down]) pipe.latency = { least: 1, most: random.pick([2, world.latencyMs]) };
      return `${world.latencyMs} ms`;
    },
  },
  cut: {
    weight: 3,
    fault: 'cut',
    run(world, random) {
      const wire = wireOf(world, random);
      const bytes = random.pick([0, random.below(40), random.below(400), random.below(4_000)]);
      (random.chance(0.3) ? wire?.up : wire?.down)?.cutAfter(bytes);
      return wire ? `after ${bytes} bytes` : false;
    },
  },
  halfOpen: {
    weight: 1,
    fault: 'half-open',
    run(world, random) {
      const told = random.pick(['client', 'server', 'none'] as const);
      const wire = wireOf(world, random);
      wire?.halfOpen(told);
      if (wire) world.report.count(`fault.half-open.${told}`);
      return wire ? `told: ${told}` : false;
    },
  },
  slow: {
    weight: 2,
    fault: 'slow',
    run(world, random) {
      const wire = wireOf(world, random);
      const pipe = random.chance(0.8) ? wire?.down : wire?.up;
      if (!pipe) return false;
      pipe.stop();
      const ms = random.pick([100, 1_000, 3_000, 20_000]);
      const isDripping = random.chance(0.3);
      if (isDripping) for (let at = 50; at < ms; at += 100) world.scheduler.after(at, () => pipe.resume(1));
      world.scheduler.after(ms, () => pipe.resume());
      return `${ms} ms${isDripping ? ' dripping' : ''}`;
    },
  },
  outage: {
    weight: 0.6,
    fault: 'outage',
    run(world, random) {
      world.isUp = false;
      const ms = random.between(100, 8_000);
      world.scheduler.after(ms, () => {
        world.isUp = true;
      });
      return `${ms} ms`;
    },
  },
};
