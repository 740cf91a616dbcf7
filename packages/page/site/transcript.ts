/**
 * The transcript: messages with their sender and time, and notes about the session. It shows everything as text.
 *
 * It keeps the last 500 entries. Proven by: tests/browser/conversation.test.ts.
 */
import type { Data } from '@sallyport/protocol';
import { byId, made } from './elements.ts';
import { escapeUnprintable, hexDump } from './escape-unprintable.ts';

export type Speaker = 'you' | 'server' | 'note' | 'trouble';

const MOST_ENTRIES = 500;
/** Characters shown of one message. The Frames panel has the rest. */
const MOST_CHARACTERS = 10_000;

const names: Readonly<Record<Speaker, string>> = { you: 'You', server: 'Server', note: '', trouble: '' };

export class Transcript {
  readonly #log = byId('log', HTMLElement);
  #last: { readonly speaker: Speaker; readonly said: Data } | undefined;
  #isAtEnd = true;
  #isDue = false;

  constructor() {
    this.#log.addEventListener('scroll', () => {
      const { scrollTop, scrollHeight, clientHeight } = this.#log;
      if (!this.#isDue) this.#isAtEnd = scrollTop + clientHeight > scrollHeight - 40;
    });
  }

  /** Adds a note, unless the last entry is the same note. */
  note(speaker: 'note' | 'trouble', said: string): void {
    if (this.#last?.speaker !== speaker || this.#last.said !== said) this.add(speaker, said);
  }

  add(speaker: Speaker, said: Data): void {
    this.#log.append(this.#entry(speaker, said));
    this.#last = { speaker, said };
    while (this.#log.children.length > MOST_ENTRIES) this.#log.firstElementChild?.remove();
    if (speaker === 'you') this.#isAtEnd = true;
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

  #entry(speaker: Speaker, said: Data): HTMLElement {
    const entry = document.createElement('div');
    entry.className = `entry ${speaker}`;
    if (this.#last?.speaker === speaker) entry.classList.add('again');
    const name = names[speaker];
    if (name) entry.append(made('span', 'unseen', `${name}: `));
    const text = typeof said === 'string' ? said : `${said.length} bytes: ${hexDump(said)}`;
    const cut = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)} …` : text;
    const body = made('p', typeof said === 'string' ? 'said' : 'said bytes', escapeUnprintable(cut));
    // Text of another writing direction does not affect what is around it.
    body.dir = 'auto';
    const now = new Date();
    const time = made(
      'time',
      '',
      now.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    );
    time.setAttribute('datetime', now.toISOString());
    entry.append(body, time);
    return entry;
  }
}
