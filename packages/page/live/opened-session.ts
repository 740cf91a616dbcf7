/**
 * One opened session: its facts, transitions and commands with their times, as they come. The last 500.
 *
 * Proven by: tests/browser/live.test.ts.
 */
import type { LiveStep, OpenedSession } from '@sallyport/operations';
import { byId, made } from '../site/elements.ts';
import { escapeUnprintable } from '../site/escape-unprintable.ts';
import { grouped, timeOfDay } from './words.ts';

const MOST = 500;

export class OpenedSessionPanel {
  readonly #card = byId('opened', HTMLElement);
  readonly #title = byId('opened-title', HTMLElement);
  readonly #standing = byId('opened-standing', HTMLElement);
  readonly #scroller = byId('step-scroller', HTMLElement);
  readonly #rows = byId('step-rows', HTMLTableSectionElement);
  readonly #hint = byId('no-steps', HTMLElement);
  #id: number | undefined;
  #last = 0;

  constructor() {
    byId('opened-close', HTMLButtonElement).addEventListener('click', () => this.#close());
  }

  /** What to ask for. Undefined while no session is open, and after the end of the open one. */
  get path(): string | undefined {
    return this.#id === undefined ? undefined : `live/sessions/${this.#id}?after=${this.#last}`;
  }

  open(id: number): void {
    this.#id = id;
    this.#last = 0;
    this.#rows.replaceChildren();
    this.#card.hidden = false;
    this.#hint.hidden = false;
    this.#title.textContent = `Session ${id}`;
    this.#standing.textContent = '';
    this.#title.focus();
    this.#card.scrollIntoView({ block: 'nearest' });
  }

  /** Takes no answer to a question about another session. */
  show({ session, end, steps, missed, last }: OpenedSession): void {
    if (session.id !== this.#id) return;
    const { user, address, protocol, state } = session;
    const who = [user ?? 'not signed in', address || 'no address', protocol, state].join(' · ');
    const why = end ? ` · ended: ${end.why} (${end.reason}, ${end.code})` : '';
    const standing = escapeUnprintable(who + why);
    if (this.#standing.textContent !== standing) this.#standing.textContent = standing;
    this.#add(steps, missed);
    this.#last = last;
  }

  /** The session has ended, and its steps are forgotten. */
  gone(): void {
    this.#standing.textContent = 'This session has ended.';
    this.#id = undefined;
  }

  #close(): void {
    this.#id = undefined;
    this.#card.hidden = true;
  }

  #add(steps: readonly LiveStep[], missed: number): void {
    if (steps.length === 0) return;
    const { scrollTop, clientHeight, scrollHeight } = this.#scroller;
    const isAtEnd = scrollHeight - scrollTop - clientHeight < 30;
    if (missed > 0) this.#note(`${grouped(missed)} more`);
    // The numbers begin anew.
    if ((steps[0]?.n ?? 0) <= this.#last) this.#note('This tab was hidden: steps are missing here.');
    this.#rows.append(...steps.map(rowOf));
    while (this.#rows.rows.length > MOST) this.#rows.deleteRow(0);
    this.#hint.hidden = true;
    if (isAtEnd) this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  #note(text: string): void {
    const row = made('tr', 'note');
    const cell = row.insertCell();
    cell.colSpan = 4;
    cell.textContent = text;
    this.#rows.append(row);
  }
}

function rowOf(step: LiveStep): HTMLTableRowElement {
  const [kind, what, details] = textsOf(step);
  const row = made('tr', kind);
  for (const text of [timeOfDay(step.at), kind, what, details])
    row.insertCell().textContent = escapeUnprintable(text);
  return row;
}

function textsOf(step: LiveStep): readonly [kind: string, what: string, details: string] {
  if ('from' in step) return ['transition', `${step.from} → ${step.to}`, ''];
  const [kind, given] =
    'fact' in step ? (['fact', step.fact] as const) : (['command', step.command] as const);
  const { type, ...details } = given;
  const described = Object.keys(details).length === 0 ? '' : JSON.stringify(details);
  return [kind, type, [described, step.payload].filter(Boolean).join('  ')];
}
