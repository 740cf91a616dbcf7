/**
 * The broker of workers has every duty of the port, with a real process between the broker and its logs.
 *
 * There is no `cut`: the connection between a worker and its parent lasts as long as the parent, and the worker ends with it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { describeBroker } from '@sallyport/conformance/broker';
import { LogsProcess } from './logs-process.ts';

/** The kit calls `pass` again until the time has come. */
const LONGEST_PAUSE_MS = 50;

describeBroker(
  'the broker of workers',
  async (settings) => {
    const logs = await LogsProcess.start(settings);
    return {
      createBroker: () => logs.createBroker(),
      pass: (ms) => sleep(Math.min(ms, LONGEST_PAUSE_MS)),
      hang: () => logs.signal('SIGSTOP'),
      wake: () => logs.signal('SIGCONT'),
      forgetAll: () => logs.forgetAll(),
      close: () => logs.close(),
    };
  },
  { cuts: false, hangs: true, forgets: true },
);
