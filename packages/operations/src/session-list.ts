/**
 * The list of sessions, in pages, with filters. A page has the sessions with the lowest ids above `after`, so that sessions which open or end
 * meanwhile make no other session appear twice or not at all.
 *
 * Proven by: test/sessions.test.ts.
 */
import type { Session, Sessions } from '@sallyport/core';
import { AdminError } from './answers.ts';

const DEFAULT_PAGE = 100;
const LARGEST_PAGE = 1_000;
const parameters = ['user', 'state', 'address', 'limit', 'after'];

/** A session, as the handler describes it. Never credentials, claims or context. */
export interface SessionEntry {
  readonly id: number;
  readonly state: string;
  /** Absent before the sign-in. */
  readonly user?: string;
  readonly address: string;
  readonly protocol: string;
}

export interface SessionPage {
  readonly sessions: readonly SessionEntry[];
  /** The number of sessions that fit the filters, on all pages from this one on. */
  readonly matching: number;
  /** What to pass as `after` for the next page. Absent on the last one. */
  readonly next?: number;
}

export function sessionPage(sessions: Sessions, query: URLSearchParams): SessionPage {
  const unknown = [...query.keys()].find((name) => !parameters.includes(name));
  if (unknown !== undefined)
    throw new AdminError(400, 'badRequest', `unknown parameter ${unknown}: give ${parameters.join(', ')}`);
  const user = query.get('user');
  const state = query.get('state');
  const address = query.get('address');
  const limit = wholeNumber(query, 'limit', DEFAULT_PAGE, 1, LARGEST_PAGE);
  const after = wholeNumber(query, 'after', 0, 0, Number.MAX_SAFE_INTEGER);
  const matching: Session[] = [];
  for (const session of user === null ? sessions : sessions.of(user))
    if (
      session.id > after &&
      (state === null || isIn(session.state, state)) &&
      (address === null || session.peer.address === address)
    )
      matching.push(session);
  matching.sort((one, other) => one.id - other.id);
  const page = matching.slice(0, limit);
  const last = page.at(-1);
  return {
    sessions: page.map(entryOf),
    matching: matching.length,
    ...(last && page.length < matching.length && { next: last.id }),
  };
}

export function entryOf({ id, state, identity, peer, protocol }: Session): SessionEntry {
  return { id, state, ...(identity && { user: identity.user }), address: peer.address, protocol };
}

/** Ids are those of the list. Throws an `AdminError` for a session that has ended meanwhile. */
export function findSession(sessions: Sessions, id: string): Session {
  for (const session of sessions) if (String(session.id) === id) return session;
  throw new AdminError(404, 'sessionNotFound', `there is no session ${id}: it may have ended`);
}

/** A state includes the states inside of it: `authenticating` has `authenticating.verifying`. */
function isIn(state: string, asked: string): boolean {
  return state === asked || state.startsWith(`${asked}.`);
}

/** A parameter of the query. Throws an `AdminError` if it is not a whole number in this range. */
export function wholeNumber(
  query: URLSearchParams,
  name: string,
  missing: number,
  least: number,
  most: number,
): number {
  const text = query.get(name);
  if (text === null) return missing;
  const number = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new AdminError(400, 'badRequest', `${name} must be a whole number from ${least} to ${most}`);
}
