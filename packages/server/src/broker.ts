/**
 * The broker on Redis (`--redis`): its options, its log lines, and its state. Servers that share it share channels and revocations. Without it
 * both are in memory, for this process alone.
 *
 * `@sallyport/broker-redis` is loaded only where the operator wants it. Proven by: test/broker-options.test.ts, tests/redis/test/two-nodes.test.ts.
 */
import type { RedisBroker } from '@sallyport/broker-redis';
import type { Logger } from 'pino';
import type { App } from './app.ts';
import type { Configuration } from './configuration/resolve.ts';
import { escapeAndShorten } from './escape-unprintable.ts';
import type { OptionValue } from './option-source.ts';
import { StartupError } from './startup-error.ts';

export interface BrokerOptions {
  readonly url: OptionValue<string>;
  readonly prefix: string;
}

/** Returns an empty object if the operator wants no Redis. Throws a `StartupError` for a prefix without it. */
export function brokerOptions(configuration: Configuration): { readonly broker?: BrokerOptions } {
  const url = configuration.given<string>('redis');
  const prefix = configuration.given<string>('redisPrefix');
  if (!url && prefix) throw new StartupError(`${prefix.name} has no effect without Redis: add --redis`);
  return url ? { broker: { url, prefix: configuration.value('redisPrefix') } } : {};
}

/** Throws a `StartupError` if the server has Redis and an app that brings its own channels, which would not use it. */
export function refuseAppChannels(
  options: BrokerOptions | undefined,
  { channels }: Pick<App, 'channels'>,
): void {
  if (options && channels)
    throw new StartupError(
      `${options.url.name} has no effect: the app brings channels of its own. It gives them a broker in its code`,
    );
}

/** Makes the broker. The channels start and close it. It logs one line for each change of its state. */
export async function createBroker({ url, prefix }: BrokerOptions, log: Logger): Promise<RedisBroker> {
  const { createRedisBroker } = await import('@sallyport/broker-redis');
  return createRedisBroker({
    url: url.value,
    prefix,
    observe: {
      connected: () => log.info({ event: 'broker.connected', broker: 'redis' }, 'connected to Redis'),
      interrupted: (reason) =>
        log.warn(
          { event: 'broker.interrupted', broker: 'redis', reason: escapeAndShorten(reason) },
          'not connected to Redis: channels wait, sessions go on; trying again',
        ),
      warning: (message) => log.warn({ event: 'broker.warning', broker: 'redis' }, message),
    },
  });
}
