/** The kit finds a broken broker: the reference with one duty broken fails the story of that duty, and the message names it. */
import type { Broker, BrokerReceiver, StoredPublication } from '@sallyport/channels';
import { brokerStoriesOf, linkedBrokers } from '@sallyport/conformance/broker/stories';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

/** Overrides between the kit and the reference that break one duty. */
interface Broken {
  readonly duty: string;
  readonly says: RegExp;
  /** Methods of one node's broker, made from the real ones. */
  readonly broker?: (real: Broker) => Partial<Broker>;
  /** What one node's broker reports. */
  readonly receiver?: (real: BrokerReceiver) => Partial<BrokerReceiver>;
}

/** The real object with these members replaced. */
function instead<T extends object>(real: T, given: Partial<T> = {}): T {
  return new Proxy(real, {
    get(target, name) {
      if (name in given) return Reflect.get(given, name);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

function storyOf({ duty, broker, receiver }: Broken) {
  const stories = brokerStoriesOf(
    (settings) => {
      const served = linkedBrokers(settings);
      const reals = new Map<Broker, Broker>();
      const realOf = (one: Broker) => reals.get(one) ?? one;
      return {
        ...served,
        async createBroker() {
          const real = await served.createBroker();
          const tapped = instead<Broker>(real, {
            start: (heard) => real.start(instead(heard, receiver?.(heard))),
          });
          const given = instead(tapped, broker?.(real));
          reals.set(given, real);
          return given;
        },
        cut: (one) => served.cut?.(realOf(one)),
        mend: (one) => served.mend?.(realOf(one)),
      };
    },
    { cuts: true, hangs: true, forgets: true },
  );
  const story = stories.find(({ name }) => name === duty);
  if (!story) throw new Error(`there is no story ${duty}`);
  return story;
}

const broken: Readonly<Record<string, Broken>> = {
  'loses every third report': {
    duty: 'reports what follows the top that follow answered, and nothing up to it',
    says: /waited 5 s in vain for the publication 21|not all publications from \d+ to 21 were reported once and in order/,
    receiver(real) {
      let count = 0;
      return {
        publicationArrived(...report) {
          count += 1;
          if (count % 3) real.publicationArrived(...report);
        },
      };
    },
  },
  'reports every publication twice': {
    duty: 'delivers a publication to every node that follows the channel, the one that appended it too',
    says: /not all publications from 1 to 1 were reported once and in order/,
    receiver: (real) => ({
      publicationArrived(...report) {
        real.publicationArrived(...report);
        real.publicationArrived(...report);
      },
    }),
  },
  'delivers its own publications before the log has them': {
    duty: 'gives all nodes the same order when they append at once',
    says: /gives a position one content, for every node\n[\s\S]*the tag of offset \d+ is/,
    broker(real) {
      let receiver: BrokerReceiver | undefined;
      let offset = 0;
      return {
        start(heard) {
          receiver = heard;
          real.start(heard);
        },
        async append(channel, json, options) {
          await undefined;
          offset += 1;
          const local = { offset, tag: 'aaaaaaaa', prev: offset === 1 ? '' : 'aaaaaaaa', json };
          receiver?.publicationArrived(channel, 'an epoch of its own', local);
          return real.append(channel, json, options).then((outcome) => {
            if (outcome.type !== 'appended') return outcome;
            receiver?.publicationArrived(channel, outcome.position.epoch, local);
            return outcome;
          });
        },
      };
    },
  },
  'swaps two appends that are sent at once': {
    duty: 'keeps the order of appends of one node',
    says: /the offsets are not in the order of the calls/,
    broker(real) {
      let held: (() => void) | undefined;
      return {
        append(channel, json, options) {
          if (held) {
            const answer = real.append(channel, json, options);
            held();
            held = undefined;
            return answer;
          }
          return new Promise((resolve) => {
            held = () => void real.append(channel, json, options).then(resolve);
          });
        },
      };
    },
  },
  'writes `prev` as the own tag': {
    duty: 'gives every publication the tag of the one before it',
    says: /reads publications of one history, without a hole\n[\s\S]*`prev` of offset 2 is/,
    broker: (real) => ({
      read: async (...question) => {
        const outcome = await real.read(...question);
        if (outcome.type !== 'read') return outcome;
        const wrong = (one: StoredPublication) => (one.offset === 1 ? one : { ...one, prev: one.tag });
        return { ...outcome, publications: outcome.publications.map(wrong) };
      },
    }),
  },
  'compares offsets only, and no tags': {
    duty: 'tells a position of another history lost',
    says: /duty broken: reads publications of one history, without a hole\n[\s\S]*the read ends with offset 5 \(\w+\), and the top is 5/,
    broker: (real) => ({
      async read(channel, since, limit) {
        const outcome = await real.read(channel, since, limit);
        if (outcome.type !== 'lost' || since?.epoch !== outcome.top.epoch) return outcome;
        if (since.offset > outcome.top.offset) return outcome;
        const all = await real.read(channel, undefined, 10_000);
        if (all.type !== 'read' || (all.publications[0]?.offset ?? 0) > since.offset + 1) return outcome;
        return { ...all, publications: all.publications.filter(({ offset }) => offset > since.offset) };
      },
    }),
  },
  'hides what was trimmed': {
    duty: 'keeps as many publications as the retention says, and tells those before lost',
    says: /duty broken: reads publications of one history, without a hole\n[\s\S]*after offset 2 comes 4/,
    broker: (real) => ({
      async read(channel, since, limit) {
        const outcome = await real.read(channel, since, limit);
        return outcome.type === 'lost' ? real.read(channel, undefined, limit) : outcome;
      },
    }),
  },
  'scopes keys by channel and not by user': {
    duty: 'keeps keys apart by channel and by user',
    says: /room, ada:k and k were taken for others/,
    broker: (real) => ({
      append: (channel, json, { user: _, ...options }) => real.append(channel, json, options),
    }),
  },
  'ignores keys': {
    duty: 'appends once what two nodes send at once with one key',
    says: /Expected values to be strictly deep-equal/,
    broker: (real) => ({
      append: (channel, json, { key: _, ...options }) => real.append(channel, json, options),
    }),
  },
  'answers `unavailable` for an append that may have been taken': {
    duty: 'tells unavailable only of what was not appended, and appends a retry of unknown once',
    says: /is in the log, and was `unavailable`/,
    broker: (real) => ({
      async append(...publication) {
        const outcome = await real.append(...publication);
        return outcome.type === 'unknown' ? { type: 'unavailable' } : outcome;
      },
    }),
  },
  'reports what came before `follow` answered': {
    duty: 'reports what follows the top that follow answered, and nothing up to it',
    says: /not all publications from \d+ to 21 were reported once and in order/,
    broker(real) {
      return {
        async follow(channel) {
          // It asks for the top some time after the subscription, and leaves nothing out.
          await real.follow(channel);
          const [outcome] = await real.tops([channel]);
          return outcome ?? { type: 'unavailable' };
        },
      };
    },
  },
  'asks for the top before it subscribes': {
    duty: 'reports what follows the top that follow answered, and nothing up to it',
    says: /not all publications from \d+ to 21 were reported once and in order/,
    broker: (real) => ({
      async follow(channel) {
        const [outcome] = await real.tops([channel]);
        await real.follow(channel);
        return outcome ?? { type: 'unavailable' };
      },
    }),
  },
  'goes on reporting until `unfollow` is answered': {
    duty: 'reports nothing after unfollow, from the call on',
    says: /duty broken: reports only channels that the node follows/,
    broker: (real) => ({
      async unfollow(channel) {
        await real.tops([channel]);
        await real.unfollow(channel);
      },
    }),
  },
  'confuses an unsubscription with the subscription behind it': {
    duty: 'follows again at once what it has just unfollowed',
    says: /waited 5 s in vain for the publication 1/,
    broker(real) {
      let lastFollow: ReturnType<Broker['follow']> | undefined;
      return {
        follow(channel) {
          lastFollow = real.follow(channel);
          return lastFollow;
        },
        async unfollow(channel) {
          await undefined;
          await lastFollow;
          await real.unfollow(channel);
        },
      };
    },
  },
  'gives each node an epoch of its own for a new channel': {
    duty: 'creates one epoch when several nodes use a new channel at once',
    says: /the nodes have the epochs/,
    broker(real) {
      const own = Math.random().toString(16).slice(2);
      return {
        async follow(channel) {
          const outcome = await real.follow(channel);
          if (outcome.type !== 'top' || outcome.top.offset > 0) return outcome;
          return { type: 'top', top: { ...outcome.top, epoch: own } };
        },
      };
    },
  },
  'keeps the epoch of a log that was lost': {
    duty: 'begins a new epoch when the log is lost, and tells positions of the old one lost',
    says: /duty broken: gives a position one content, for every node\n[\s\S]*the tag of offset 1 is/,
    broker: (real) => ({
      async append(...publication) {
        const outcome = await real.append(...publication);
        if (outcome.type !== 'appended') return outcome;
        return { ...outcome, position: { ...outcome.position, epoch: 'always' } };
      },
    }),
  },
  'answers state and top of two moments': {
    duty: 'answers state and top of one moment',
    says: /the state is not that of offset \d+, which the snapshot names/,
    broker: (real) => ({
      async snapshot(channel) {
        const snapshot = await real.snapshot(channel);
        const [outcome] = await real.tops([channel]);
        if (snapshot.type !== 'snapshot' || outcome?.type !== 'top') return snapshot;
        return { ...snapshot, top: outcome.top };
      },
    }),
  },
  'never lets a lease run out': {
    duty: 'answers lost for a lease that has run out, and its fields do not come back',
    says: /after 2000 times 50 ms there is still not the end of the fields of channel one/,
    broker: (real) => ({ lease: (node) => real.lease(node, 1e12) }),
  },
  'answers `held` for every lease': {
    duty: 'answers lost for the first lease of a node, then held',
    says: /'held'[\s\S]*'lost'/,
    broker: (real) => ({
      async lease(...question) {
        await real.lease(...question);
        return { type: 'held' };
      },
    }),
  },
  'reports `resumed` before it follows again': {
    duty: 'follows every channel again before it reports resumed',
    says: /waited 5 s in vain for the publication/,
    broker(real) {
      let wasInterrupted = false;
      return {
        start(heard) {
          real.start(
            instead(heard, {
              interrupted() {
                wasInterrupted = true;
                heard.interrupted();
              },
              publicationArrived(...report) {
                if (!wasInterrupted) heard.publicationArrived(...report);
              },
            }),
          );
        },
      };
    },
  },
  'rejects when it is not connected': {
    duty: 'answers every method with unavailable or unknown while it is interrupted',
    says: /duty broken: never throws and never rejects\n[\s\S]*`read` failed with Error: not connected/,
    broker: (real) => ({
      async read(...question) {
        const outcome = await real.read(...question);
        if (outcome.type === 'unavailable') throw new Error('not connected');
        return outcome;
      },
    }),
  },
  'waits for the other end without a deadline': {
    duty: 'answers within its deadline when the other end never answers',
    says: /after 2000 times 50 ms there is still not an answer/,
    broker: (real) => ({
      async snapshot(channel) {
        const outcome = await real.snapshot(channel);
        return outcome.type === 'unavailable' ? new Promise<never>(() => {}) : outcome;
      },
    }),
  },
  'reports after `close`': {
    duty: 'stops all reports at once with close, and leaves other nodes alone',
    says: /duty broken: reports nothing after close/,
    broker: (real) => ({
      async close() {
        await real.tops(['room']);
        await real.close();
      },
    }),
  },
  'calls the receiver from inside `append`': {
    duty: 'delivers a publication to every node that follows the channel, the one that appended it too',
    says: /duty broken: calls the receiver from inside no method\n[\s\S]*`append` had not returned yet/,
    broker(real) {
      let receiver: BrokerReceiver | undefined;
      return {
        start(heard) {
          receiver = heard;
          real.start(heard);
        },
        append(channel, json, options) {
          receiver?.publicationArrived(channel, 'e', { offset: 1, tag: 'aaaaaaaa', prev: '', json });
          return real.append(channel, json, options);
        },
      };
    },
  },
};

describe('the kit finds a broken broker', () => {
  // The reference needs no time, so a simulated clock makes every wait short.
  let now = 0;
  beforeAll(() => void vi.spyOn(performance, 'now').mockImplementation(() => (now += 1)));
  afterAll(() => void vi.restoreAllMocks());

  it.for(Object.entries(broken))('the kit finds a broker that %s', async ([, one]) => {
    const story = storyOf(one);
    expect(story.skipped).toBe(undefined);
    const failure = await story.run().then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(Error);
    expect((failure as Error).message).toMatch(one.says);
  });
});
