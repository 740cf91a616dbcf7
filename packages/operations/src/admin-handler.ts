/**
 * The admin handler: a function from requests to responses, for a listener of its own or for a path of an app.
 *
 * It decides on access (`access.ts`), finds the route, and answers. Proven by: test/admin-handler.test.ts, test/access.test.ts.
 */
import type { Channels } from '@sallyport/channels';
import { checkKnownOptions, type Sessions, UsageError } from '@sallyport/core';
import { checkAccess } from './access.ts';
import { AdminError, json, text } from './answers.ts';
import { channelList, publish } from './channel-routes.ts';
import { healthy, type Readiness, readiness } from './health.ts';
import { fileRoutes, liveRoutes } from './live/routes.ts';
import type { LiveView } from './live/view.ts';
import type { Metrics } from './metrics.ts';
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

/** Answers a request. Never rejects. */
export type AdminHandler = (request: Request) => Promise<Response>;

type Route = (request: Request, name: string, url: URL) => Response | Promise<Response>;

/** A path, with `:` in the place of a name, and its methods. */
interface Routes {
  readonly path: readonly string[];
  readonly methods: Readonly<Record<string, Route>>;
}

const names = ['sessions', 'channels', 'metrics', 'live', 'token', 'ready', 'prefix', 'onFault'];

/** Makes the handler. Throws a `UsageError` that names the first wrong option. */
export function adminHandler<Context = unknown, Claims = unknown>(
  options: AdminOptions<Context, Claims>,
): AdminHandler {
  checkKnownOptions('adminHandler', options, names);
  const { live, token, ready = {}, prefix = '', onFault } = options;
  if (token !== undefined && (typeof token !== 'string' || !/^[\x21-\x7e]{16,}$/.test(token)))
    throw new UsageError('token', 'must have 16 characters or more, without spaces');
  if (prefix !== '' && !/^(\/[\w.~-]+)+$/.test(prefix))
    throw new UsageError('prefix', 'must be a path such as /admin', prefix);
  const open = routesOf({
    healthz: { GET: healthy },
    readyz: { GET: (_request, _name, url) => readiness(ready, url.searchParams.getAll('exclude')) },
    ...(live && fileRoutes(live)),
  });
  const guarded = guardedRoutes(options as AdminOptions);

  async function answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    // The page loads its files from beside itself.
    if (live && prefix !== '' && url.pathname === prefix)
      return new Response(null, { status: 308, headers: { location: `${prefix}/` } });
    if (prefix !== '' && !url.pathname.startsWith(`${prefix}/`)) throw notFound();
    const path = url.pathname.slice(prefix.length + 1).split('/');
    const free = find(open, path);
    if (!free) checkAccess(request, token);
    const found = free ?? find(guarded, path);
    if (!found) throw notFound();
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const route = Object.hasOwn(found.routes.methods, method) ? found.routes.methods[method] : undefined;
    if (!route) {
      const allow = Object.keys(found.routes.methods).join(', ');
      throw new AdminError(405, 'methodNotAllowed', `the methods here are ${allow}`, { allow });
    }
    return route(request, found.name, url);
  }

  return async (request) => {
    try {
      return await answer(request);
    } catch (error) {
      if (error instanceof AdminError) return error.answer;
      onFault?.(error);
      return new AdminError(500, 'internal', 'the server failed; its log has the error').answer;
    }
  };
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

function revoke(sessions: Sessions, user: string): Response {
  const revoked = [...sessions.of(user)].length;
  sessions.revoke(user);
  return json({ user, revoked });
}

function routesOf(all: Readonly<Record<string, Readonly<Record<string, Route>>>>): readonly Routes[] {
  return Object.entries(all).map(([path, methods]) => ({ path: path.split('/'), methods }));
}

function find(
  all: readonly Routes[],
  path: readonly string[],
): { readonly routes: Routes; readonly name: string } | undefined {
  const routes = all.find(
    (one) =>
      one.path.length === path.length &&
      one.path.every((part, at) => (part === ':' ? path[at] !== '' : part === path[at])),
  );
  if (!routes) return undefined;
  return { routes, name: decoded(path[routes.path.indexOf(':')] ?? '') };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new AdminError(400, 'badRequest', 'the path is not encoded as a URL');
  }
}

function notFound(): AdminError {
  return new AdminError(404, 'notFound', 'there is nothing at this path');
}
