/**
 * The admin handler of several processes: it passes each request on to the admin handlers of the processes, and joins their answers.
 *
 * The number of a session is that of its process and its own, such as `2-17`. Proven by: test/joined-admin-handler.test.ts.
 */
import { checkKnownOptions, type RevocationOutcome } from '@sallyport/core';
import { checkTokenOption } from './access.ts';
import type { AdminPart } from './admin-part.ts';
import { AdminError, json, text } from './answers.ts';
import type { Readiness } from './health.ts';
import { channelsOf, type Entry, pageOf } from './joined-lists.ts';
import type { JoinedMetrics, MetricValues } from './joined-metrics.ts';
import { type AdminHandler, openRoutes, type Routes, routedHandler, routesOf } from './routed-handler.ts';

/** Options of `joinedAdminHandler`. */
export interface JoinedAdminOptions {
  /** Returns the processes that live, in the order of their numbers. */
  readonly parts: () => readonly AdminPart[];
  /** What `joinMetrics` returned. */
  readonly metrics: JoinedMetrics;
  /** As in `adminHandler`. Default: none. */
  readonly token?: string | undefined;
  /** What `/readyz` checks. Default: nothing, so it answers 200. */
  readonly ready?: Readiness | undefined;
  /** Receives errors of the handler itself. The client gets 500. Default: they are ignored. */
  readonly onFault?: ((error: unknown) => void) | undefined;
}

const names = ['parts', 'metrics', 'token', 'ready', 'onFault'];

/** Makes the handler. Throws a `UsageError` that names the first wrong option. */
export function joinedAdminHandler(options: JoinedAdminOptions): AdminHandler {
  checkKnownOptions('joinedAdminHandler', options, names);
  const { token, ready = {}, onFault } = options;
  checkTokenOption(token);
  return routedHandler({
    open: openRoutes(ready, { '': { GET: noLiveView } }),
    guarded: guardedRoutes(options),
    token,
    prefix: '',
    onFault,
  });
}

function guardedRoutes({ parts, metrics }: JoinedAdminOptions): readonly Routes[] {
  return routesOf({
    metrics: { GET: async () => text(await metrics.text(await valuesOf(parts())), metrics.contentType) },
    sessions: { GET: async (_request, _name, url) => json(await pageOf(parts(), url.searchParams)) },
    'sessions/:': { DELETE: (_request, id) => closeSession(parts(), id) },
    'users/:/revoke': { POST: (_request, user) => revoke(parts(), user) },
    channels: { GET: async () => json(await channelsOf(parts())) },
    'channels/:/publish': { POST: (request, channel) => publish(parts(), channel, request) },
  });
}

/** A process that does not answer in time keeps its counters for the next scrape. */
async function valuesOf(parts: readonly AdminPart[]): Promise<readonly MetricValues[]> {
  const all = await Promise.allSettled(parts.map((part) => part.values()));
  return all.flatMap((one) => (one.status === 'fulfilled' && one.value ? [one.value] : []));
}

/** For an operator who opens the listener in a browser. */
function noLiveView(): never {
  throw new AdminError(
    404,
    'noLiveView',
    'several processes have no live view; `/sessions` lists the sessions of all',
  );
}

async function closeSession(parts: readonly AdminPart[], id: string): Promise<Response> {
  const [, number, session] = /^(\d{1,9})-(\d{1,16})$/.exec(id) ?? [];
  const part = parts.find((one) => String(one.id) === number);
  const answer = await part?.ask({ method: 'DELETE', path: `/sessions/${session}` });
  if (!part || !answer || answer.status === 404)
    throw new AdminError(404, 'sessionNotFound', `there is no session ${id}: it may have ended`);
  const { closed } = JSON.parse(answer.body) as { closed: Entry };
  return json({ closed: { ...closed, id } });
}

/** What a part answers of a revocation. */
interface Revoked {
  readonly revoked: number;
  readonly outcome: RevocationOutcome;
}

/** `hereOnly` if one of the parts could not tell the other servers. */
async function revoke(parts: readonly AdminPart[], user: string): Promise<Response> {
  const path = `/users/${encodeURIComponent(user)}/revoke`;
  const all = await Promise.allSettled(parts.map((part) => part.ask({ method: 'POST', path })));
  if (all.some(({ status }) => status === 'rejected'))
    throw new AdminError(
      503,
      'unknownOutcome',
      'not every worker answered: sessions of this user may still be open; repeat it',
    );
  // The sessions of a process that has ended have ended too.
  const answers = all.flatMap((one) =>
    one.status === 'fulfilled' && one.value ? [JSON.parse(one.value.body) as Revoked] : [],
  );
  return json({
    user,
    revoked: answers.reduce((sum, { revoked }) => sum + revoked, 0),
    outcome: answers.every(({ outcome }) => outcome === 'everywhere') ? 'everywhere' : 'hereOnly',
  });
}

/** Any process can publish. The broker that they share delivers it to all. */
async function publish(parts: readonly AdminPart[], channel: string, request: Request): Promise<Response> {
  const path = `/channels/${encodeURIComponent(channel)}/publish`;
  const contentType = request.headers.get('content-type') ?? undefined;
  const body = await request.text();
  const answer = await parts[0]?.ask({ method: 'POST', path, body, contentType }).catch((error: Error) => {
    const message = `${error.message}: the publication may have been made; repeat it with the same key, and it takes effect once`;
    throw new AdminError(503, 'unknownOutcome', message);
  });
  if (!answer) throw new AdminError(503, 'unavailable', 'no worker takes it: nothing was published');
  return json(JSON.parse(answer.body), answer.status);
}
