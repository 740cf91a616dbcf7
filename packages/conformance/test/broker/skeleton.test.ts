/** The skeleton on the page for authors of brokers has every duty: it runs on an engine in memory. */
import { setImmediate as turn } from 'node:timers/promises';
import { type Broker, createMemoryLogs, type MemoryLogs } from '@sallyport/channels';
import { describeBroker } from '@sallyport/conformance/broker';
import { SimulatedClock } from '@sallyport/core/testing';
import { type Engine, EngineBroker } from './skeleton.ts';

/** The engine that the skeleton needs: memory, and a connection to it that takes turns and can be cut. */
class MemoryEngine implements Engine {
  readonly #logs: MemoryLogs;
  #remote: Broker | undefined;
  #lastCall: Promise<unknown> = Promise.resolve();
  readonly #pending = new Set<(error: Error) => void>();
  #connected: () => void = () => {};
  #lost: (error: Error) => void = () => {};
  #published: Parameters<Engine['onPublication']>[0] = () => {};

  constructor(logs: MemoryLogs) {
    this.#logs = logs;
  }

  connect(): void {
    void turn().then(() => this.mend());
  }
  onConnected(listener: () => void): void {
    this.#connected = listener;
  }
  onLost(listener: (error: Error) => void): void {
    this.#lost = listener;
  }
  onPublication(listener: Parameters<Engine['onPublication']>[0]): void {
    this.#published = listener;
  }

  mend(): void {
    const remote = this.#logs.createBroker();
    remote.start({
      publicationArrived: (...arrived) => this.#published(...arrived),
      interrupted() {},
      resumed() {},
    });
    this.#remote = remote;
    this.#connected();
  }

  cut(): void {
    const error = new Error('the connection was cut');
    void this.#remote?.close();
    this.#remote = undefined;
    for (const reject of this.#pending) reject(error);
    this.#lost(error);
  }

  append: Engine['append'] = (channel, json, options) =>
    this.#ask(async (remote) => {
      const outcome = await remote.append(channel, json, options);
      return outcome.type === 'appended' ? outcome.position : fail(outcome.reason);
    });

  read: Engine['read'] = (channel, since, limit) =>
    this.#ask(async (remote) => {
      const outcome = await remote.read(channel, since, limit);
      if (outcome.type === 'unavailable') return fail(outcome.reason);
      const publications = outcome.type === 'read' ? outcome.publications : [];
      return { lost: outcome.type === 'lost', publications, top: outcome.top };
    });

  tops: Engine['tops'] = (channels) =>
    this.#ask(async (remote) =>
      (await remote.tops(channels)).map((outcome) =>
        outcome.type === 'top' ? outcome.top : fail(outcome.reason),
      ),
    );

  snapshot: Engine['snapshot'] = (channel) =>
    this.#ask(async (remote) => {
      const outcome = await remote.snapshot(channel);
      if (outcome.type === 'unavailable') return fail(outcome.reason);
      return { fields: outcome.state, top: outcome.top };
    });

  lease: Engine['lease'] = (node, ttlMs) =>
    this.#ask(async (remote) => (await remote.lease(node, ttlMs)).type === 'held');
  subscribe = (channel: string) => this.#ask(async (remote) => void (await remote.follow(channel)));
  unsubscribe = (channel: string) => this.#ask((remote) => remote.unfollow(channel));
  end = async () => this.cut();

  /** Sends a call behind those before it. The answer takes its time too. */
  #ask<Answer>(call: (remote: Broker) => Promise<Answer>): Promise<Answer> {
    const remote = this.#remote;
    if (!remote) return Promise.reject(new Error('not connected'));
    const arrived = Promise.all([this.#lastCall, turn()]).then(() => call(remote));
    this.#lastCall = arrived.catch(() => {});
    return new Promise((resolve, reject) => {
      this.#pending.add(reject);
      const settled = () => void this.#pending.delete(reject);
      arrived
        .then((answer) => turn().then(() => resolve(answer)))
        .catch(reject)
        .finally(settled);
    });
  }
}

function fail(reason = 'the connection was cut'): never {
  throw new Error(reason);
}

describeBroker(
  'the skeleton of docs/writing-a-broker.md',
  ({ keyMs, deadlineMs }) => {
    const clock = new SimulatedClock();
    const logs = createMemoryLogs({ clock, random: Math.random, keyMs });
    const engines = new Map<Broker, MemoryEngine>();
    return {
      createBroker() {
        const engine = new MemoryEngine(logs);
        const broker = new EngineBroker(engine, deadlineMs);
        engines.set(broker, engine);
        return broker;
      },
      pass: (ms) => clock.advance(ms),
      cut: (broker) => engines.get(broker)?.cut(),
      mend: (broker) => engines.get(broker)?.mend(),
      forgetAll: () => logs.forgetAll(),
      close() {},
    };
  },
  { cuts: true, hangs: false, forgets: true },
);
