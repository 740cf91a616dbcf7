/**
 * From routes to a handler: it decides on access, finds the route, and answers. Errors become answers.
 *
 * Proven by: test/admin-handler.test.ts, test/access.test.ts.
 */
import { checkAccess } from './access.ts';
import { AdminError } from './answers.ts';
import { healthy, type Readiness, readiness } from './health.ts';

/** Answers a request. Never rejects. */
export type AdminHandler = (request: Request) => Promise<Response>;

/** `name` is what stands in the path in the place of `:`. */
type Route = (request: Request, name: string, url: URL) => Response | Promise<Response>;

/** A path, with `:` in the place of a name, and its methods. */
export interface Routes {
  readonly path: readonly string[];
  readonly methods: Readonly<Record<string, Route>>;
}

/** The methods of each path. */
export type RoutesByPath = Readonly<Record<string, Readonly<Record<string, Route>>>>;

/** What a handler is made of. */
export interface RoutedOptions {
  /** Routes that need no token. */
  readonly open: readonly Routes[];
  readonly guarded: readonly Routes[];
  readonly token: string | undefined;
  /** The path before all paths, such as `/admin`. Empty: none. */
  readonly prefix: string;
  /** Whether there is a page at the prefix itself. It loads its files from beside itself. */
  readonly hasPage?: boolean;
  readonly onFault: ((error: unknown) => void) | undefined;
}

/** Makes the handler of these routes. */
export function routedHandler({
  open,
  guarded,
  token,
  prefix,
  hasPage,
  onFault,
}: RoutedOptions): AdminHandler {
  async function answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    if (hasPage && prefix !== '' && url.pathname === prefix)
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

/** The routes of health, which every handler has, and `more` that need no token. */
export function openRoutes(ready: Readiness, more: RoutesByPath = {}): readonly Routes[] {
  return routesOf({
    healthz: { GET: healthy },
    readyz: { GET: (_request, _name, url) => readiness(ready, url.searchParams.getAll('exclude')) },
    ...more,
  });
}

/** Routes by their paths. */
export function routesOf(all: RoutesByPath): readonly Routes[] {
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
