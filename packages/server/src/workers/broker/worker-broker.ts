/**
 * The broker that all workers share, for the channels of an app. The channels of the server itself have it anyway.
 *
 * The binaries are bundles, and an app imports another copy of this file. So the worker offers its broker under a symbol of the whole process.
 * Proven by: test/workers/app-channels.test.ts.
 */
import type { Broker } from '@sallyport/channels';
import { UsageError } from '@sallyport/core';

const OFFER = Symbol.for('@sallyport/server: the broker of this worker');

type Process = { [OFFER]?: () => Broker };

/** Offers the broker of this worker to the app. */
export function offerBroker(create: () => Broker): void {
  (globalThis as Process)[OFFER] = create;
}

/**
 * Returns a broker on the logs that all workers of this server share (`--workers`), for `createChannels({ broker: workerBroker(), … })` in an app.
 * Without workers it returns undefined, and channels are in memory. Throws a `UsageError` at a second call: one broker serves one `createChannels`.
 */
export function workerBroker(): Broker | undefined {
  const create = (globalThis as Process)[OFFER];
  if (!create) return undefined;
  offerBroker(() => {
    throw new UsageError('broker', 'must be made once: `workerBroker` was called before');
  });
  return create();
}
