/** The entry point of the live view: asks the admin handler each second, and shows its answers. */
import { sessionMachine } from '@sallyport/core';
import type { EndedSession, LiveOverview, OpenedSession, SessionPage } from '@sallyport/operations';
import { structureOf } from '../site/chart/structure.ts';
import { byId } from '../site/elements.ts';
import { AdminApi, Refused, TokenWanted } from './admin-api.ts';
import { Figures } from './figures.ts';
import { OpenedSessionPanel } from './opened-session.ts';
import { Poll } from './poll.ts';
import { Rows } from './rows.ts';
import { SessionList } from './session-list.ts';
import { SessionsChart } from './sessions-chart.ts';
import { TokenForm } from './token-form.ts';
import { duration, grouped, timeOfDay } from './words.ts';

const api = new AdminApi();
const chart = new SessionsChart();
byId('chart', HTMLElement).append(chart.svg);
const stateFilter = byId('filter-state', HTMLSelectElement);
for (const { path } of structureOf(sessionMachine).states)
  if (path !== 'closed') stateFilter.append(new Option(path, path));

const figures = new Figures();
const opened = new OpenedSessionPanel();
const list = new SessionList(
  (id) => {
    opened.open(id);
    poll.now();
  },
  () => poll.now(),
);
const ends = new Rows<EndedSession>(byId('end-rows', HTMLTableSectionElement), {
  keyOf: ({ id, at }) => `${id} ${at}`,
  cellsOf: ({ at, id, user, address, reason, why, code, openMs }) => [
    timeOfDay(at),
    String(id),
    user ?? '–',
    address || '–',
    `${why} (${reason}, ${code})`,
    duration(openMs),
  ],
});
const channels = new Rows<NonNullable<LiveOverview['channels']>[number]>(
  byId('channel-rows', HTMLTableSectionElement),
  {
    keyOf: ({ channel }) => channel,
    cellsOf: ({ channel, subscribers, state }) => [channel, grouped(subscribers), state],
  },
);
const tokenForm = new TokenForm((token) => {
  api.token = token;
  poll.now();
});

const poll = new Poll(async () => {
  try {
    const [overview, page] = await Promise.all([
      api.get<LiveOverview>('live'),
      api.get<SessionPage>(list.path),
      readOpened(),
    ]);
    show(overview, page);
    tokenForm.hide();
    tell('good', overview.inspectsPayloads ? 'Live, with payloads' : 'Live');
  } catch (error) {
    if (error instanceof TokenWanted) {
      tokenForm.show(api.hasToken ? 'This token is wrong.' : '');
      api.forgetToken();
      tell('busy', 'Waiting for the token');
    } else if (error instanceof Refused) tell('bad', error.message);
    else tell('bad', 'The server does not answer');
  }
});

async function readOpened(): Promise<void> {
  const { path } = opened;
  if (path === undefined) return;
  try {
    opened.show(await api.get<OpenedSession>(path));
  } catch (error) {
    if (!(error instanceof Refused) || error.code !== 'sessionNotFound') throw error;
    if (opened.path === path) opened.gone();
  }
}

function show(overview: LiveOverview, page: SessionPage): void {
  chart.show(overview);
  figures.show(overview);
  list.show(page);
  ends.show(overview.ends);
  byId('no-ends', HTMLElement).hidden = overview.ends.length > 0;
  const { channels: followed, followed: count = 0 } = overview;
  byId('channels', HTMLElement).hidden = followed === undefined;
  channels.show(followed ?? []);
  byId('channel-count', HTMLElement).textContent = grouped(count);
  byId('no-channels', HTMLElement).hidden = count > 0;
}

function tell(mood: 'good' | 'busy' | 'bad', words: string): void {
  const status = byId('status', HTMLElement);
  status.dataset['mood'] = mood;
  const place = byId('status-words', HTMLElement);
  // The same words again would be read out again.
  if (place.textContent !== words) place.textContent = words;
}

byId('host', HTMLElement).textContent = location.host;
poll.now();
