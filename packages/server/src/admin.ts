/**
 * The admin of a process: its metrics and its readiness, behind the admin listener. `@sallyport/operations` does the work, and is loaded only if
 * the operator wants the listener.
 *
 * Proven by: test/admin.test.ts, with both binaries.
 */
import type { RedisBroker } from '@sallyport/broker-redis';
import type { Channels } from '@sallyport/channels';
import type { ChannelService, Observer, Sessions } from '@sallyport/core';
import type { MetricValues } from '@sallyport/operations';
import { readLiveView } from '@sallyport/page';
import type { Logger } from 'pino';
import { adminFaults, openAdminListener } from './admin-listener.ts';
import type { AdminOptions } from './admin-options.ts';
import { combineObservers } from './combine-observers.ts';
import { answerOf } from './workers/answer.ts';
import type { ParentLink } from './workers/parent-link.ts';

const LIVE_VIEW = 'a browser shows the live view there';

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
  /** The metrics as they are now. */
  values(): Promise<MetricValues>;
}

/**
 * Makes the admin of this process. In a worker, the parent listens and asks it (`parent`). Throws a `StartupError` if the token or the address cannot
 * be used.
 */
export async function createAdmin(options: AdminOptions, log: Logger, parent?: ParentLink): Promise<Admin> {
  // The parent has the token.
  const listener = parent ? undefined : await openAdminListener(options, log);
  const { adminHandler, createLiveView, createMetrics } = await import('@sallyport/operations');
  const metrics = createMetrics();
  const inspectPayloads = options.inspectPayloads !== undefined;
  // The parent of workers has no page to show it.
  const live = parent ? undefined : createLiveView({ page: readLiveView(), inspectPayloads });
  return {
    observer: live ? combineObservers(metrics.observer, live.observer) : metrics.observer,
    values: () => metrics.values(),
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
        ...(live && { live }),
        token: listener?.token,
        ready: {
          server: phase,
          // Why is for the log: this answer needs no token.
          ...(broker && { broker: () => (broker.state === 'connected' ? undefined : broker.state) }),
          certificate: () => ((certificateExpiresAt() ?? Infinity) < Date.now() ? 'expired' : undefined),
        },
        onFault: adminFaults(log),
      });
      await listener?.listen(handler, LIVE_VIEW);
      parent?.answerWith((question) => answerOf(question, handler, metrics));
    },
  };
}

/** An app may bring a service of its own making. Then there is nothing to list. */
function isChannels(service: ChannelService | undefined): service is Channels {
  return service !== undefined && 'publish' in service && 'counters' in service && Symbol.iterator in service;
}
