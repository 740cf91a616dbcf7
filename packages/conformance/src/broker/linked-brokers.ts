/**
 * The reference: brokers in memory, each behind a link to them that can be cut, and that can hang. Time is simulated.
 *
 * It has what every broker with a network has: answers that take their time, calls that are on their way when the connection ends, a
 * deadline, and channels to follow again.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { type Broker, createMemoryLogs } from '@sallyport/channels';
import { SimulatedClock } from '@sallyport/core/testing';
import type { BrokerSettings, ServedBrokers } from './kit/brokers.ts';
import { LinkedBroker } from './linked-broker.ts';

/** The turns of one way. With more than one, a story can cut the link while answers are on their way. */
const TURNS = 3;

/** Serves brokers in memory behind links, for stories. */
export function linkedBrokers({ keyMs, deadlineMs }: BrokerSettings): ServedBrokers {
  const clock = new SimulatedClock();
  const logs = createMemoryLogs({ clock, random: Math.random, keyMs });
  const brokers = new Map<Broker, LinkedBroker>();
  let awake: Promise<void> | undefined;
  let wakeUp = () => {};
  /** The way to the broker or back: some turns of the event loop, and as long as the broker hangs. */
  const cross = async () => {
    for (let i = 0; i < TURNS; i += 1) await turn();
    while (awake) await awake;
  };
  return {
    createBroker() {
      const broker = new LinkedBroker(() => logs.createBroker(), { clock, deadlineMs, cross });
      brokers.set(broker, broker);
      return broker;
    },
    pass: (ms) => clock.advance(ms),
    cut: (broker) => brokers.get(broker)?.cut(),
    mend: (broker) => brokers.get(broker)?.mend(),
    hang() {
      awake = new Promise((resolve) => {
        wakeUp = resolve;
      });
    },
    wake() {
      awake = undefined;
      wakeUp();
    },
    forgetAll: () => logs.forgetAll(),
    close() {
      awake = undefined;
      wakeUp();
    },
  };
}
