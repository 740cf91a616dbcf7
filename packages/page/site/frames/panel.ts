/**
 * The Frames panel: a table as in a browser's developer tools, with a filter, a copy and an export.
 *
 * It draws at most five times a second, and only new rows. Proven by: tests/browser/frames.test.ts.
 */
import { byId } from '../elements.ts';
import { escapeUnprintable, hexDump } from '../escape-unprintable.ts';
import { save, toClipboard } from './export.ts';
import type { Frame } from './frame.ts';
import { toHar } from './har.ts';
import { prettyJson } from './pretty-json.ts';
import type { Recorder } from './recorder.ts';
import { withoutSecrets } from './secrets.ts';

/** Milliseconds between two draws. The browser lays out and paints the whole table again for each, and a busy channel brings many frames. */
const PAUSE_MS = 200;

export class FramesPanel {
  readonly #recorder: Recorder;
  readonly #body = byId('frame-rows', HTMLTableSectionElement);
  readonly #scroller = byId('frame-scroller', HTMLElement);
  readonly #direction = byId('frame-direction', HTMLSelectElement);
  readonly #search = byId('frame-search', HTMLInputElement);
  readonly #secrets = byId('frame-secrets', HTMLInputElement);
  readonly #note = byId('frame-note', HTMLElement);
  readonly #count = byId('frame-count', HTMLElement);
  readonly #rows = new Map<Frame, HTMLTableRowElement>();
  #isDue = false;
  /** When it was drawn last, by the clock of the page. */
  #drawnAt = Number.NEGATIVE_INFINITY;

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
    recorder.onChange(() => this.#drawSoon());
    this.#direction.addEventListener('change', () => this.#drawAnew());
    this.#search.addEventListener('input', () => this.#drawAnew());
    this.#secrets.addEventListener('change', () => this.#drawAnew());
    byId('frame-clear', HTMLButtonElement).addEventListener('click', () => {
      recorder.clear();
      this.#draw();
      this.#showNote('Cleared');
    });
    byId('frame-copy', HTMLButtonElement).addEventListener('click', () => void this.#copy());
    byId('frame-export', HTMLButtonElement).addEventListener('click', () => this.#export());
    const enlarge = byId('frame-enlarge', HTMLButtonElement);
    enlarge.addEventListener('click', () => {
      const isLarge = this.#scroller.classList.toggle('large');
      enlarge.setAttribute('aria-pressed', String(isLarge));
      if (isLarge) this.#scroller.scrollIntoView({ block: 'nearest' });
    });
    this.#draw();
  }

  get #shown(): Frame[] {
    const direction = this.#direction.value;
    const words = this.#search.value.toLowerCase();
    return this.#recorder.frames.filter(
      (frame) =>
        (direction === 'all' || frame.direction === direction) &&
        (words === '' || `${frame.type} ${this.#payloadOf(frame)}`.toLowerCase().includes(words)),
    );
  }

  #payloadOf({ data, isCredentials }: Frame): string {
    const shown = this.#secrets.checked ? data : withoutSecrets(data, isCredentials);
    return typeof shown === 'string' ? shown : hexDump(shown);
  }

  #drawSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    const draw = () =>
      requestAnimationFrame(() => {
        this.#isDue = false;
        this.#draw();
      });
    const pause = this.#drawnAt + PAUSE_MS - performance.now();
    if (pause > 0) setTimeout(draw, pause);
    else draw();
  }

  #drawAnew(): void {
    this.#rows.clear();
    this.#body.replaceChildren();
    this.#draw();
  }

  #draw(): void {
    this.#drawnAt = performance.now();
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    const isAtEnd = scrollTop + clientHeight > scrollHeight - 24;
    const shown = this.#shown;
    const wanted = new Set(shown);
    for (const [frame, row] of this.#rows) {
      if (wanted.has(frame)) continue;
      row.remove();
      this.#rows.delete(frame);
    }
    // New rows are mostly at the end; a frame that was redacted is replaced in its place.
    let place = this.#body.firstElementChild;
    for (const frame of shown) {
      const row = this.#rows.get(frame);
      if (row) {
        place = row.nextElementSibling;
        continue;
      }
      const made = this.#rowOf(frame);
      this.#rows.set(frame, made);
      this.#body.insertBefore(made, place);
    }
    const { frames, forgotten } = this.#recorder;
    const all = frames.length + forgotten;
    this.#count.textContent = shown.length === all ? String(all) : `${shown.length} of ${all}`;
    this.#scroller.classList.toggle('empty', shown.length === 0);
    if (isAtEnd) this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  #rowOf(frame: Frame): HTMLTableRowElement {
    const row = document.createElement('tr');
    row.className = `${frame.direction} ${frame.type}`;
    const cell = (name: string, text: string) => {
      const made = row.insertCell();
      made.className = name;
      made.textContent = text;
      return made;
    };
    cell('time', timeOf(frame.at));
    const isMark = frame.type === 'open' || frame.type === 'close';
    cell('direction', isMark ? '' : frame.direction);
    cell('type', frame.type);
    cell('length', isMark ? '' : String(frame.length));
    const payload = document.createElement('button');
    payload.type = 'button';
    payload.setAttribute('aria-expanded', 'false');
    payload.textContent = escapeUnprintable(this.#payloadOf(frame));
    payload.addEventListener('click', () => {
      const isExpanded = payload.getAttribute('aria-expanded') !== 'true';
      payload.setAttribute('aria-expanded', String(isExpanded));
      const text = this.#payloadOf(frame);
      payload.textContent = escapeUnprintable(isExpanded ? prettyJson(text) : text);
    });
    const last = cell('payload', '');
    last.append(payload);
    return row;
  }

  async #copy(): Promise<void> {
    const lines = this.#shown.map((frame) =>
      [timeOf(frame.at), frame.direction, frame.type, frame.length, this.#payloadOf(frame)].join('\t'),
    );
    const isDone = await toClipboard(lines.join('\n'));
    this.#showNote(isDone ? `Copied ${lines.length}` : 'The browser does not allow a copy here');
  }

  #export(): void {
    const har = JSON.stringify(toHar(this.#shown, this.#secrets.checked), null, 2);
    const name = `sallyport-${new Date().toISOString().replace(/[:.]/g, '-')}.har`;
    save(name, 'application/json', har);
    this.#showNote(`Saved as ${name}`);
  }

  #showNote(text: string): void {
    this.#note.textContent = text;
  }
}

function timeOf(at: number): string {
  const date = new Date(at);
  const two = (number: number) => String(number).padStart(2, '0');
  const ms = String(date.getMilliseconds()).padStart(3, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${ms}`;
}
