/** The admin listener of a server of the part `metrics`: metrics and the live view, as the binaries have them. */
import type { Observer, Sessions } from '@sallyport/core';
import { adminHandler, createLiveView, createMetrics, listenAdmin } from '@sallyport/operations';

/** What the sessions are created with, and what listens once they exist. */
export interface ObservedServer {
  readonly observer: Observer;
  /** Resolves to the port. */
  listen(sessions: Sessions): Promise<number>;
}

export function observedServer(): ObservedServer {
  const metrics = createMetrics();
  const page = { path: '/', type: 'text/html', body: new Uint8Array(), isImmutable: false };
  const live = createLiveView({ page: [page] });
  return {
    observer: {
      ...metrics.observer,
      closed(session, ending) {
        metrics.observer.closed?.(session, ending);
        live.observer.closed?.(session, ending);
      },
    },
    async listen(sessions) {
      metrics.watch(sessions);
      const handler = adminHandler({ sessions, metrics, live });
      const { url } = await listenAdmin(handler, { host: '127.0.0.1', port: 0 });
      return Number(new URL(url).port);
    },
  };
}
