/** The faults of the broker and of the way to it. Proven by: test/simulation.test.ts. */
import { BrokerLink } from '../broker-link.ts';
import { type Actions, channelOf, nodeOf } from './action.ts';

export const BROKER_FAULTS: Actions = {
  'broker.cut': {
    weight: 1.5,
    fault: 'broker',
    run(world, random) {
      const { link, name } = nodeOf(world, random);
      if (!link.isConnected) return false;
      link.cut();
      world.scheduler.after(random.pick([0, 50, 1_500, 6_000]), () => link.mend());
      return name;
    },
  },
  'broker.hang': {
    weight: 1,
    fault: 'broker',
    run(world, random) {
      const ms = random.pick([300, 900, 2_500]);
      nodeOf(world, random).link.hang(ms);
      return `${ms} ms`;
    },
  },
  'broker.loseAnswers': {
    weight: 1,
    fault: 'broker',
    run(world, random) {
      nodeOf(world, random).link.loseAnswers += random.between(1, 4);
      return true;
    },
  },
  facts: {
    weight: 4,
    fault: 'facts',
    broker: 'memory',
    run(world, random) {
      const kind = random.pick(['lose', 'double', 'delay', 'reorder'] as const);
      const { link } = nodeOf(world, random);
      if (!(link instanceof BrokerLink)) return false;
      link.facts[kind] += random.between(1, 6);
      return kind;
    },
  },
  forget: {
    weight: 0.3,
    fault: 'forget',
    run(world) {
      world.store.forgetAll();
      return true;
    },
  },
  trim: {
    weight: 0.6,
    fault: 'trim',
    run(world, random) {
      const channel = channelOf(random);
      world.store.evictHistory(channel, world.data(0));
      return channel;
    },
  },
};
