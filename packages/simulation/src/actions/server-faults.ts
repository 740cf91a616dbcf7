/** The faults of a server and of the code that an operator gives it. Proven by: test/simulation.test.ts. */
import { APPLICATION_FAULTS, AUTHENTICATOR_FAULTS, AUTHORIZER_FAULTS } from '../ports.ts';
import type { Random } from '../random.ts';
import { type Actions, nodeOf } from './action.ts';

/** Fills a list with the next behaviours. */
function misbehave<Fault>(list: Fault[], faults: readonly Fault[], random: Random): string {
  const fault = random.pick(faults);
  for (let count = random.between(1, 3); count > 0; count -= 1) list.push(fault);
  return String(fault);
}

export const SERVER_FAULTS: Actions = {
  authorizer: {
    weight: 2.5,
    fault: 'authorizer',
    run: (world, random) => misbehave(nodeOf(world, random).ports.authorizations, AUTHORIZER_FAULTS, random),
  },
  authenticator: {
    weight: 1.2,
    fault: 'authenticator',
    run: (world, random) =>
      misbehave(nodeOf(world, random).ports.verifications, AUTHENTICATOR_FAULTS, random),
  },
  application: {
    weight: 0.7,
    fault: 'application',
    run: (world, random) => misbehave(nodeOf(world, random).ports.applications, APPLICATION_FAULTS, random),
  },
  refresh: {
    weight: 1.5,
    fault: 'refresh',
    run(world, random) {
      // Sometimes the authorizer then denies what it has allowed before.
      const denies = random.chance(0.3);
      if (denies) for (const { ports } of world.nodes) ports.authorizations.push('denies');
      return world.raw.refresh();
    },
  },
  revoke: {
    weight: 0.4,
    fault: 'revoke',
    run(world, random) {
      const { user } = random.pick([...world.actors, world.raw]);
      // The others hear of it by their log, also after an interruption.
      void nodeOf(world, random).sessions.revoke(user);
      return user;
    },
  },
  restart: {
    weight: 0.4,
    fault: 'restart',
    run(world, random) {
      const index = random.below(world.nodes.length);
      const node = world.nodes[index];
      if (!node?.isAccepting) return false;
      void node.drain();
      world.scheduler.after(random.pick([0, 2_000, 6_000]), () => {
        if (world.nodes[index] === node) world.restart(index);
      });
      return node.name;
    },
  },
  kill: {
    weight: 0.4,
    fault: 'kill',
    run(world, random) {
      const index = random.below(world.nodes.length);
      const node = world.nodes[index];
      if (!node?.isAccepting) return false;
      const isSilent = random.chance(0.3);
      node.kill(isSilent);
      world.report.count(isSilent ? 'fault.kill.silent' : 'fault.kill.loud');
      world.scheduler.after(random.pick([0, 500, 4_000]), () => {
        if (world.nodes[index] === node) world.restart(index);
      });
      return `${node.name}${isSilent ? ', silently' : ''}`;
    },
  },
};
