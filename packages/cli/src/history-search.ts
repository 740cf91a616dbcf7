/** Ctrl-R: finds earlier messages that contain the typed text, newest first. Proven by: test/line-editor.test.ts. */

export class HistorySearch {
  readonly #history: readonly string[];
  #query = '';
  #index = -1;

  /** `history`: newest first. */
  constructor(history: readonly string[]) {
    this.#history = history;
  }

  /** The message found; `undefined` if there is none yet. */
  get match(): string | undefined {
    return this.#history[this.#index];
  }

  /** The row to show. */
  get text(): string {
    const failed = this.#query !== '' && this.match === undefined ? 'no match, ' : '';
    return `(${failed}history search) ${this.#query}: ${this.match ?? ''}`;
  }

  type(text: string): void {
    this.#query += text;
    this.#find(0);
  }

  erase(): void {
    this.#query = [...this.#query].slice(0, -1).join('');
    this.#find(0);
  }

  /** Goes on to the next older match, and stays where there is none. */
  older(): void {
    const before = this.#index;
    this.#find(before + 1);
    if (this.#index < 0) this.#index = before;
  }

  #find(from: number): void {
    const query = this.#query.toLowerCase();
    this.#index = this.#history.findIndex(
      (entry, index) => index >= from && query !== '' && entry.toLowerCase().includes(query),
    );
  }
}
