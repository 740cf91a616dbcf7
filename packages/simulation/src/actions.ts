/**
 * Everything that can happen in a run: what programs do, and every fault. Each takes what it needs from chance of its own.
 *
 * Proven by: test/simulation.test.ts (each one happens).
 */
import type { Actor } from './actor.ts';
import { CHANNELS } from './people.ts';
import { APPLICATION_FAULTS, AUTHENTICATOR_FAULTS, AUTHORIZER_FAULTS } from './ports.ts';
import type { Random } from './random.ts';
import type { ServerNode } from './server-node.ts';
import type { Wire } from './wire.ts';
import type { World } from './world.ts';

/** The kinds of faults, for `--faults`. */
export const FAULTS = [
  'latency',
  'cut',
  'half-open',
  'slow',
  'outage',
  'broker',
  'facts',
  'forget',
  'trim',
  'authorizer',
  'authenticator',
  'application',
  'refresh',
  'revoke',
  'restart',
  'kill',
] as const;
export type FaultKind = (typeof FAULTS)[number];

interface Action {
  /** How often, beside the others. */
  readonly weight: number;
  /** Undefined for what programs do. */
  readonly fault?: FaultKind;
  /** Returns false if it could not happen, and perhaps what happened. */
  // biome-ignore lint/suspicious/noConfusingVoidType: an action that can always happen need not return anything
  run(world: World, random: Random): boolean | string | undefined | void;
}

const actorOf = (world: World, random: Random): Actor => random.pick(world.actors);
const channelOf = (random: Random): string => random.pick(CHANNELS);
const nodeOf = (world: World, random: Random): ServerNode => random.pick(world.nodes);
/** A connection that someone has. */
function wireOf(world: World, random: Random): Wire | undefined {
  const wires = [...world.wires];
  return wires.length > 0 ? random.pick(wires) : undefined;
}

/** Fills a list with the next behaviours. */
function misbehave<Fault>(list: Fault[], faults: readonly Fault[], random: Random): string {
  const fault = random.pick(faults);
  for (let count = random.between(1, 3); count > 0; count -= 1) list.push(fault);
  return String(fault);
}

export const ACTIONS: Readonly<Record<string, Action>> = {
  start: { weight: 3, run: (world, random) => actorOf(world, random).start() },
  'start.raw': { weight: 2, run: (world) => world.raw.start() },
  close: {
    weight: 0.5,
    run: (world, random) => random.pick([...world.actors, world.raw]).close(),
  },
  read: {
    weight: 7,
    run(world, random) {
      const [actor, channel, paceMs] = [
        actorOf(world, random),
        channelOf(random),
        random.pick([0, 0, 0, 40, 400]),
      ];
      actor.read(channel, paceMs);
      return `${actor.name} ${channel} every ${paceMs} ms`;
    },
  },
  unread: {
    weight: 3,
    run(world, random) {
      const [actor, channel, isAll] = [actorOf(world, random), channelOf(random), random.chance(0.3)];
      actor.unread(channel, isAll);
      return `${actor.name} ${channel}${isAll ? ' all' : ''}`;
    },
  },
  publish: {
    weight: 14,
    run(world, random) {
      const [actor, channel] = [actorOf(world, random), channelOf(random)];
      for (let count = random.pick([1, 1, 1, 3, 12]); count > 0; count -= 1) {
        const data = world.data(random.pick([0, 0, 0, 300]));
        actor.publish(channel, data, `key-${data.n}`);
      }
      return `${actor.name} ${channel}`;
    },
  },
  'publish.server': {
    weight: 8,
    run(world, random) {
      const [node, channel] = [nodeOf(world, random), channelOf(random)];
      if (!node.isAccepting) return false;
      for (let count = random.pick([1, 1, 2, 2, 8, 8, 45, 200]); count > 0; count -= 1) {
        const data = world.data(0);
        void node.channels.publish(channel, data).then(({ type }) => {
          world.report.count(`publish.server.${type}`);
          const isIn = type === 'unavailable' && world.oracle.has(channel, JSON.stringify(data));
          world.report.require(!isIn, 'unavailable was not published', () => JSON.stringify(data));
        });
      }
      return `${node.name} ${channel}`;
    },
  },
  presence: { weight: 2, run: (world, random) => actorOf(world, random).presence(channelOf(random)) },
  submit: { weight: 3, run: (world, random) => actorOf(world, random).submit() },
  raw: {
    weight: 12,
    run(world, random) {
      for (let count = random.between(1, 3); count > 0; count -= 1) world.raw.say(random, world.data(0));
      return world.raw.isSignedIn;
    },
  },
  'subscribe.server': {
    weight: 1.5,
    run(world, random) {
      const node = nodeOf(world, random);
      const sessions = [...node.sessions].filter(({ identity }) => identity);
      if (sessions.length === 0) return false;
      const [session, channel] = [random.pick(sessions), channelOf(random)];
      if (random.chance(0.6)) node.subscribe(session, channel);
      else node.channels.unsubscribe(session, channel);
      return channel;
    },
  },
  pause: { weight: 2, run: () => true },
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
  refresh: { weight: 1.5, fault: 'refresh', run: (world) => world.raw.refresh() },
  revoke: {
    weight: 0.4,
    fault: 'revoke',
    run(world, random) {
      const { user } = random.pick([...world.actors, world.raw]);
      for (const node of world.nodes) node.sessions.revoke(user);
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
