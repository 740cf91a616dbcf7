/**
 * The admin handler: a function from requests to responses, for a listener of its own or for a path of an app.
 *
 * It has the routes; `routed-handler.ts` decides on access and finds the one that answers. Proven by: test/admin-handler.test.ts, test/access.test.ts.
 */
import type { Channels } from '@sallyport/channels';
import { checkKnownOptions, type Sessions, UsageError } from '@sallyport/core';
import { checkTokenOption } from './access.ts';
import { AdminError, json, text } from './answers.ts';
import { channelList, publish } from './channel-routes.ts';
import type { Readiness } from './health.ts';
import { fileRoutes, liveRoutes } from './live/routes.ts';
import type { LiveView } from './live/view.ts';
import type { Metrics } from './metrics.ts';
import { type AdminHandler, openRoutes, type Routes, routedHandler, routesOf } from './routed-handler.ts';
import { entryOf, findSession, sessionPage } from './session-list.ts';

/** Options of `adminHandler`. */
export interface AdminOptions<Context = unknown, Claims = unknown> {
  /** The sessions to list, close and revoke. */
  readonly sessions: Sessions<Context, Claims>;
  /** The channels to list and to publish to. Default: `/channels` answers 404. */
  readonly channels?: Channels<Context> | undefined;
  /** What `createMetrics` returned. Default: `/metrics` answers 404. */
  readonly metrics?: Metrics | undefined;
  /** What `createLiveView` returned: the page at `/`. Default: `/` answers 404. */
  readonly live?: LiveView | undefined;
  /**
   * The bearer token that all paths but `/healthz`, `/readyz` and the files of the live view require, of 16 characters or more. Without one the handler answers only
   * requests for addresses and localhost: serve it on a loopback address then. Default: none.
   */
  readonly token?: string | undefined;
  /** What `/readyz` checks. Default: nothing, so it answers 200. */
  readonly ready?: Readiness | undefined;
  /** The path before all paths, such as `/admin`, if an app mounts the handler there. Default: none. */
  readonly prefix?: string | undefined;
  /** Receives errors of the handler itself, such as a metric that throws. The client gets 500. Default: they are ignored. */
  readonly onFault?: ((error: unknown) => void) | undefined;
}

const names = ['sessions', 'channels', 'metrics', 'live', 'token', 'ready', 'prefix', 'onFault'];

/** Makes the handler. Throws a `UsageError` that names the first wrong option. */
export function adminHandler<Context = unknown, Claims = unknown>(
  options: AdminOptions<Context, Claims>,
): AdminHandler {
  checkKnownOptions('adminHandler', options, names);
  const { live, token, ready = {}, prefix = '', onFault } = options;
  checkTokenOption(token);
  if (prefix !== '' && !/^(\/[\w.~-]+)+$/.test(prefix))
    throw new UsageError('prefix', 'must be a path such as /admin', prefix);
  return routedHandler({
    open: openRoutes(ready, live && fileRoutes(live)),
    guarded: guardedRoutes(options as AdminOptions),
    token,
    prefix,
    hasPage: live !== undefined,
    onFault,
  });
}

function guardedRoutes({ sessions, channels, metrics, live }: AdminOptions): readonly Routes[] {
  const served = () => {
    if (!channels) throw new AdminError(404, 'noChannels', 'this server has no channels');
    return channels;
  };
  return routesOf({
    ...(metrics && { metrics: { GET: async () => text(await metrics.text(), metrics.contentType) } }),
    sessions: { GET: (_request, _name, url) => json(sessionPage(sessions, url.searchParams)) },
    'sessions/:': { DELETE: (_request, id) => closeSession(sessions, id) },
    'users/:/revoke': { POST: (_request, user) => revoke(sessions, user) },
    channels: { GET: () => channelList(served()) },
    ...(live && liveRoutes(live, sessions, channels)),
    'channels/:/publish': { POST: (request, channel) => publish(served(), channel, request) },
  });
}

function closeSession(sessions: Sessions, id: string): Response {
  const session = findSession(sessions, id);
  session.close('closed by the operator');
  return json({ closed: entryOf(session) });
}

/** `revoked` counts the sessions of this server; `outcome` says whether the other servers end theirs. */
async function revoke(sessions: Sessions, user: string): Promise<Response> {
  const revoked = [...sessions.of(user)].length;
  const outcome = await sessions.revoke(user);
  return json({ user, revoked, outcome });
}
