/** The lists of sessions and channels of several processes, as one list. Proven by: test/joined-admin-handler.test.ts. */
import type { AdminPart } from './admin-part.ts';
import { AdminError } from './answers.ts';

/** A session in a list. In the list of one process its id is a number; in the joined one the number of the process comes before it. */
export interface Entry {
  readonly id: number | string;
}

interface Page {
  readonly sessions: readonly Entry[];
  /** The sessions that fit the filters, on all pages from this one on. */
  readonly matching: number;
  /** What to pass as `after` for the next page. Absent on the last one. */
  readonly next?: string | undefined;
}

const DEFAULT_PAGE = 100;
const LARGEST_LIST = 1_000;

/** A page of the sessions: those of the process with the lowest number first. */
export async function pageOf(parts: readonly AdminPart[], query: URLSearchParams): Promise<Page> {
  const after = query.get('after');
  const [, from = '0', session = '0'] = /^(?:0|(\d{1,9})-(\d{1,16}))$/.exec(after ?? '0') ?? badAfter();
  // The processes check the other parameters. A page that is too large is an error there.
  const limit = Number(query.get('limit') ?? DEFAULT_PAGE);
  const sessions: Entry[] = [];
  let matching = 0;
  for (const part of parts) {
    if (part.id < Number(from)) continue;
    const own = new URLSearchParams(query);
    own.set('after', part.id === Number(from) ? session : '0');
    if (sessions.length > 0) own.set('limit', String(Math.max(1, limit - sessions.length)));
    const page = await askFor<Page>(part, `/sessions?${own}`);
    if (!page) continue;
    matching += page.matching;
    for (const entry of page.sessions.slice(0, limit - sessions.length))
      sessions.push({ ...entry, id: `${part.id}-${entry.id}` });
  }
  const last = sessions.at(-1);
  return { sessions, matching, ...(last && sessions.length < matching && { next: String(last.id) }) };
}

interface ChannelEntry {
  readonly channel: string;
  readonly state: string;
  readonly subscribers: number;
}

interface ChannelList {
  readonly channels: readonly ChannelEntry[];
  readonly followed: number;
}

/**
 * The channels with the most subscribers of all processes first, 1000 at most. `followed` counts a channel once if the lists of all processes are
 * whole. The state is the one that is not `live`, if there is one.
 */
export async function channelsOf(parts: readonly AdminPart[]): Promise<ChannelList> {
  const byName = new Map<string, ChannelEntry>();
  let hidden = 0;
  for (const part of parts) {
    const list = await askFor<ChannelList>(part, '/channels');
    if (!list) continue;
    hidden += list.followed - list.channels.length;
    for (const entry of list.channels) {
      const known = byName.get(entry.channel);
      const state = known && known.state !== 'live' ? known.state : entry.state;
      byName.set(entry.channel, {
        ...entry,
        state,
        subscribers: entry.subscribers + (known?.subscribers ?? 0),
      });
    }
  }
  const all = [...byName.values()].sort((one, other) => other.subscribers - one.subscribers);
  return { channels: all.slice(0, LARGEST_LIST), followed: all.length + hidden };
}

/** The content of an answer. Undefined: the process has ended. An error of the process is that of the handler. */
async function askFor<Content>(part: AdminPart, path: string): Promise<Content | undefined> {
  const answer = await part.ask({ method: 'GET', path }).catch((error: Error) => {
    throw new AdminError(503, 'unavailable', `${error.message}; try again`);
  });
  if (!answer) return undefined;
  const content = JSON.parse(answer.body) as Content & { error?: { code: never; message: string } };
  if (answer.status !== 200)
    throw new AdminError(answer.status, content.error?.code ?? 'internal', content.error?.message ?? '');
  return content;
}

function badAfter(): never {
  throw new AdminError(400, 'badRequest', 'after must be what next was on the page before, such as 2-17');
}
