/** The broker in memory has every duty of the port, and so has the reference: brokers in memory behind links that can be cut. */
import { createMemoryLogs } from '@sallyport/channels';
import { describeBroker, linkedBrokers } from '@sallyport/conformance/broker';
import { SimulatedClock } from '@sallyport/core/testing';

describeBroker(
  'the broker in memory',
  ({ keyMs }) => {
    const clock = new SimulatedClock();
    const { createBroker, forgetAll } = createMemoryLogs({ clock, random: Math.random, keyMs });
    return { createBroker, forgetAll, pass: (ms) => clock.advance(ms), close() {} };
  },
  { cuts: false, hangs: false, forgets: true },
);

describeBroker('brokers in memory behind links', linkedBrokers, { cuts: true, hangs: true, forgets: true });
