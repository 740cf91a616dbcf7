/**
 * The admin listener of a server: its metrics, its readiness, and its start. `@sallyport/operations` does the work, and is loaded only if the
 * operator wants the listener.
 *
 * Proven by: test/admin.test.ts, with both binaries.
 */
import type { RedisBroker } from '@sallyport/broker-redis';
import type { Channels } from '@sallyport/channels';
import type { ChannelService, Observer, Sessions } from '@sallyport/core';
import { readLiveView } from '@sallyport/page';
import type { Logger } from 'pino';
import { type AdminAccess, adminAccess } from './admin-access.ts';
import type { AdminOptions } from './admin-options.ts';
import { combineObservers } from './combine-observers.ts';
import { describeError } from './describe-error.ts';
import { StartupError } from './startup-error.ts';

/** What the listener reports of the server. */
interface AdminView {
  readonly sessions: Sessions;
  /** The service of channels that the app brings. */
  readonly channels: ChannelService | undefined;
  /** The broker of the channels. Undefined: they are in memory. */
  readonly broker: RedisBroker | undefined;
  /** Why clients should not connect now: `starting` or `draining`. Undefined: they may. */
  phase(): string | undefined;
  /** When the certificate expires, in milliseconds since 1970. Undefined: there is none. */
  certificateExpiresAt(): number | undefined;
  /** The recording. Undefined: there is none. */
  readonly recording: { readonly lost: number } | undefined;
}

export interface Admin {
  /** Counts sign-ins and ends, and keeps the last ends. */
  readonly observer: Observer;
  /** Listens from now on. Throws a `StartupError` if it cannot. */
  listen(view: AdminView): Promise<void>;
}

/** Throws a `StartupError` if the token or the address cannot be used. */
export async function createAdmin(options: AdminOptions, log: Logger): Promise<Admin> {
  const access = await adminAccess(options);
  const { adminHandler, createLiveView, createMetrics, listenAdmin } = await import('@sallyport/operations');
  const metrics = createMetrics();
  const inspectPayloads = options.inspectPayloads !== undefined;
  const live = createLiveView({ page: readLiveView(), inspectPayloads });
  return {
    observer: combineObservers(metrics.observer, live.observer),
    async listen({ sessions, channels, broker, phase, certificateExpiresAt, recording }) {
      const served = isChannels(channels) ? channels : undefined;
      metrics.watch(sessions, served);
      if (broker) metrics.watchBroker(broker);
      metrics.watchCertificate(certificateExpiresAt);
      if (recording) metrics.watchRecording(recording);
      const handler = adminHandler({
        sessions,
        channels: served,
        metrics,
        live,
        token: access.token,
        ready: {
          server: phase,
          // Why is for the log: this answer needs no token.
          ...(broker && { broker: () => (broker.state === 'connected' ? undefined : broker.state) }),
          certificate: () => ((certificateExpiresAt() ?? Infinity) < Date.now() ? 'expired' : undefined),
        },
        onFault: (error) =>
          log.error(
            { event: 'fault', source: 'admin', err: describeError(error) },
            'the admin listener failed',
          ),
      });
      const { url } = await listenAdmin(handler, { host: access.address, port: options.port.value }).catch(
        (error: NodeJS.ErrnoException) => {
          throw listenProblem(options, error);
        },
      );
      announce(log, url, access, inspectPayloads);
    },
  };
}

/** An app may bring a service of its own making. Then there is nothing to list. */
function isChannels(service: ChannelService | undefined): service is Channels {
  return service !== undefined && 'publish' in service && 'counters' in service && Symbol.iterator in service;
}

function listenProblem({ port, host }: AdminOptions, { code, message }: NodeJS.ErrnoException): StartupError {
  const given = `${port.name} ${port.value}`;
  if (code === 'EADDRINUSE')
    return new StartupError(
      `${given}: another program uses this port; choose another one, or 0 for a free one`,
    );
  if (code === 'EACCES')
    return new StartupError(`${given}: this user may not listen on the port; choose one from 1024 on`);
  if (code === 'EADDRNOTAVAIL')
    return new StartupError(`${host.name} ${host.value}: this machine does not have the address`);
  return new StartupError(`${given}: ${message}`);
}

/** At every level: with port 0 the operator must learn the port. */
function announce(
  log: Logger,
  url: string,
  { isLoopback, token }: AdminAccess,
  inspectPayloads: boolean,
): void {
  log
    .child({}, { level: 'info' })
    .info(
      { event: 'admin.listening', url, token: token !== undefined },
      `admin listener on ${url}; a browser shows the live view there`,
    );
  if (!isLoopback)
    log.warn(
      { event: 'admin.clearText' },
      'the token of the admin listener travels unencrypted on the network',
    );
  if (inspectPayloads)
    log.warn({ event: 'admin.payloads' }, 'the live view shows what users write (--inspect-payloads)');
}
