/**
 * The rows of a table. A row stays the same element while its item stays, so that the focus and a selection survive the next answer.
 * Proven by: tests/browser/live.test.ts.
 */
import { escapeUnprintable } from '../site/escape-unprintable.ts';

/** The columns, and what a click on the first one does. */
export interface RowsOptions<Item> {
  readonly keyOf: (item: Item) => string;
  /** The texts of the cells. */
  readonly cellsOf: (item: Item) => readonly string[];
  /** Makes the first cell a button. */
  readonly open?: { readonly name: (item: Item) => string; readonly click: (item: Item) => void };
}

export class Rows<Item> {
  readonly #body: HTMLTableSectionElement;
  readonly #options: RowsOptions<Item>;
  readonly #rows = new Map<string, HTMLTableRowElement>();

  constructor(body: HTMLTableSectionElement, options: RowsOptions<Item>) {
    this.#body = body;
    this.#options = options;
  }

  show(items: readonly Item[]): void {
    const { keyOf, cellsOf, open } = this.#options;
    const keys = new Set(items.map(keyOf));
    for (const [key, row] of this.#rows)
      if (!keys.has(key)) {
        row.remove();
        this.#rows.delete(key);
      }
    items.forEach((item, index) => {
      const key = keyOf(item);
      const row = this.#rows.get(key) ?? this.#made(item, key);
      cellsOf(item).forEach((text, column) => {
        const cell = row.cells[column];
        const place = cell?.firstElementChild ?? cell;
        const shown = escapeUnprintable(text);
        if (place && place.textContent !== shown) place.textContent = shown;
      });
      if (open) row.querySelector('button')?.setAttribute('aria-label', open.name(item));
      const there = this.#body.rows[index];
      if (there !== row) this.#body.insertBefore(row, there ?? null);
    });
  }

  #made(item: Item, key: string): HTMLTableRowElement {
    const { cellsOf, open } = this.#options;
    const row = document.createElement('tr');
    for (const _ of cellsOf(item)) row.insertCell();
    if (open) {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'small';
      button.addEventListener('click', () => open.click(item));
      row.cells[0]?.append(button);
    }
    this.#rows.set(key, row);
    return row;
  }
}
