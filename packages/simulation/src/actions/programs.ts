/** What programs do: people with the client, one without it, and code on the server. Proven by: test/simulation.test.ts. */
import { type Actions, actorOf, channelOf, nodeOf } from './action.ts';

export const PROGRAMS: Actions = {
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
  'raw.flood': { weight: 0.5, run: (world) => world.raw.flood(() => world.data(0)) },
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
};
