/** The faults of the broker and of the way to it. Proven by: test/simulation.test.ts. */
import { type Actions, channelOf, nodeOf } from './action.ts';

export const BROKER_FAULTS: Actions = {
  'broker.cut': {
    weight: 1.5,
    fault: 'broker',
    run(world, random) {
      const { broker, name } = nodeOf(world, random);
      if (!broker.isConnected) return false;
      broker.cut();
      world.scheduler.after(random.pick([0, 50, 1_500, 6_000]), () => broker.mend());
      return name;
    },
  },
  'broker.hang': {
    weight: 1,
    fault: 'broker',
    run(world, random) {
      const ms = random.pick([300, 900, 2_500]);
      nodeOf(world, random).broker.hang(ms);
      return `${ms} ms`;
    },
  },
  'broker.loseAnswers': {
    weight: 1,
    fault: 'broker',
    run(world, random) {
      nodeOf(world, random).broker.loseAnswers += random.between(1, 4);
      return true;
    },
  },
  facts: {
    weight: 4,
    fault: 'facts',
    run(world, random) {
      const kind = random.pick(['lose', 'double', 'delay', 'reorder'] as const);
      nodeOf(world, random).broker.facts[kind] += random.between(1, 6);
      return kind;
    },
  },
  forget: {
    weight: 0.3,
    fault: 'forget',
    run(world) {
      world.logs.forgetAll();
      world.oracle.forgetAll();
      return true;
    },
  },
  trim: {
    weight: 0.6,
    fault: 'trim',
    run(world, random) {
      const channel = channelOf(random);
      const json = JSON.stringify(world.data(0));
      const retention = { size: 0, ms: 0 };
      void world.logs
        .createBroker()
        .append(channel, json, { retention })
        .then((outcome) => {
          if (outcome.type !== 'appended') return;
          world.oracle.appended(channel, outcome.position, { json, user: undefined }, retention);
        });
      return channel;
    },
  },
};
