/**
 * The publications of a channel as they come, with their offsets and users, and notes between them. It shows everything as text.
 *
 * It shows a publication once, also if the history of a new subscription has it again, and keeps the last 500 entries. Proven by:
 * tests/browser/channels.test.ts.
 */
import type { Position } from '@sallyport/client';
import { made } from '../elements.ts';
import { escapeUnprintable } from '../escape-unprintable.ts';

const MOST_ENTRIES = 500;
/** Characters shown of one publication. The Frames panel has the rest. */
const MOST_CHARACTERS = 10_000;
/** Own publications that the channel has not brought yet. Without a subscription it brings none. */
const MOST_OWN = 100;

/** How a publication came: as it was made, after a loss of the connection, or from before the subscription. */
export type Arrival = 'live' | 'recovered' | 'history';

export interface ShownPublication {
  readonly position: Position;
  readonly user: string | undefined;
  readonly data: unknown;
}

export class PublicationLog {
  readonly #log: HTMLElement;
  /** The last publication that is shown. */
  #last: Position | undefined;
  /** Tags of publications of this tab that are not shown yet. */
  readonly #own = new Set<string>();
  #isAtEnd = true;
  #isDue = false;

  constructor(log: HTMLElement) {
    this.#log = log;
    log.addEventListener('scroll', () => {
      const { scrollTop, scrollHeight, clientHeight } = log;
      if (!this.#isDue) this.#isAtEnd = scrollTop + clientHeight > scrollHeight - 40;
    });
  }

  note(words: string, kind: 'note' | 'trouble' = 'note'): void {
    const entry = made('p', `channel-${kind}`, escapeUnprintable(words));
    entry.dir = 'auto';
    this.#append(entry);
  }

  /** Publications are lost: the next one follows this position. */
  lose(position: Position, words: string): void {
    this.#last = position;
    this.note(words, 'trouble');
  }

  add({ position, user, data }: ShownPublication, arrival: Arrival): void {
    const last = this.#last?.epoch === position.epoch ? this.#last : undefined;
    if (last && position.offset <= last.offset) return;
    if (last && position.offset > last.offset + 1)
      this.note(`This page was not subscribed from ${last.offset + 1} to ${position.offset - 1}.`);
    this.#last = position;

    const entry = made('div', `publication ${arrival}`);
    entry.dataset['tag'] = position.tag;
    const offset = made('span', 'offset', String(position.offset));
    offset.prepend(made('span', 'unseen', 'Offset '));
    const head = made('p', 'by');
    const name = made('strong', 'user', escapeUnprintable(user ?? 'server'));
    name.dir = 'auto';
    head.append(name);
    if (arrival !== 'live') head.append(made('span', 'badge', arrival));
    head.append(made('time', '', clockTime()));
    const text = typeof data === 'string' ? data : JSON.stringify(data);
    const cut = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)} …` : text;
    const said = made('p', typeof data === 'string' ? 'text' : 'text json', escapeUnprintable(cut));
    said.dir = 'auto';
    entry.append(offset, head, said);
    this.#append(entry);
    if (this.#own.delete(position.tag)) markOwn(entry);
  }

  /** This tab has made the publication at the position. It may be shown already, or come later. */
  own({ tag }: Position): void {
    const entry = [...this.#log.querySelectorAll<HTMLElement>('.publication')].findLast(
      ({ dataset }) => dataset['tag'] === tag,
    );
    if (entry) {
      markOwn(entry);
      return;
    }
    if (this.#own.size === MOST_OWN) this.#own.clear();
    this.#own.add(tag);
  }

  #append(entry: HTMLElement): void {
    this.#log.append(entry);
    while (this.#log.children.length > MOST_ENTRIES) this.#log.firstElementChild?.remove();
    this.#followSoon();
  }

  /** Scrolls to the end, unless the user has scrolled back. At most once per animation frame, because it forces a layout. */
  #followSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      if (this.#isAtEnd) this.#log.scrollTop = this.#log.scrollHeight;
    });
  }
}

function markOwn(entry: HTMLElement): void {
  entry.classList.add('own');
  entry.querySelector('.user')?.after(made('span', 'badge', 'this tab'));
}

function clockTime(): string {
  return new Date().toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
}
