/** The list of sessions: the first hundred that fit the filters. A click opens one. Proven by: tests/browser/live.test.ts. */
import type { SessionEntry, SessionPage } from '@sallyport/operations';
import { byId } from '../site/elements.ts';
import { Rows } from './rows.ts';
import { grouped } from './words.ts';

const MOST = 100;

export class SessionList {
  readonly #user = byId('filter-user', HTMLInputElement);
  readonly #state = byId('filter-state', HTMLSelectElement);
  readonly #count = byId('session-count', HTMLElement);
  readonly #empty = byId('no-sessions', HTMLElement);
  readonly #rows: Rows<SessionEntry>;

  constructor(opened: (id: number) => void, filtered: () => void) {
    this.#rows = new Rows(byId('session-rows', HTMLTableSectionElement), {
      keyOf: ({ id }) => String(id),
      cellsOf: ({ id, state, user, address, protocol }) => [
        String(id),
        user ?? '–',
        state,
        address || '–',
        protocol,
      ],
      open: {
        name: ({ id, user }) => `Open session ${id}${user === undefined ? '' : ` of ${user}`}`,
        click: ({ id }) => opened(id),
      },
    });
    this.#user.addEventListener('input', filtered);
    this.#state.addEventListener('change', filtered);
    byId('filters', HTMLFormElement).addEventListener('submit', (event) => event.preventDefault());
  }

  /** What to ask for. */
  get path(): string {
    const query = new URLSearchParams({ limit: String(MOST) });
    if (this.#user.value !== '') query.set('user', this.#user.value);
    if (this.#state.value !== '') query.set('state', this.#state.value);
    return `sessions?${query}`;
  }

  show({ sessions, matching }: SessionPage): void {
    this.#rows.show(sessions);
    this.#count.textContent =
      sessions.length < matching ? `${sessions.length} of ${grouped(matching)}` : grouped(matching);
    this.#empty.hidden = matching > 0;
  }
}
