/** The field that publishes in a channel. Enter publishes, Shift+Enter starts a line. Proven by: tests/browser/channels.test.ts. */
import { type Channel, NotSentError, type Position } from '@sallyport/client';
import { isRequestError } from '@sallyport/protocol';
import { errorText } from './texts.ts';

/** The elements of the form. */
export interface PublisherParts {
  readonly form: HTMLFormElement;
  readonly text: HTMLTextAreaElement;
  /** Says what became of the last publication. */
  readonly outcome: HTMLElement;
  readonly problem: HTMLElement;
}

export class Publisher {
  readonly #channel: Channel;
  readonly #parts: PublisherParts;
  readonly #published: (position: Position) => void;
  /** Publications that the server has not answered. */
  #waiting = 0;

  constructor(channel: Channel, parts: PublisherParts, published: (position: Position) => void) {
    this.#channel = channel;
    this.#parts = parts;
    this.#published = published;
    parts.form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#publish();
    });
    parts.text.addEventListener('keydown', (event) => {
      if (event.isComposing || event.key !== 'Enter' || event.shiftKey) return;
      event.preventDefault();
      parts.form.requestSubmit();
    });
  }

  focus(): void {
    this.#parts.text.focus();
  }

  async #publish(): Promise<void> {
    const { text, problem } = this.#parts;
    const said = text.value;
    if (said === '') return;
    text.value = '';
    problem.textContent = '';
    this.#waiting += 1;
    this.#tell(`Publishing ${this.#waiting}`);
    try {
      // The client sends it again after a loss, with a key: the server makes it once.
      const position = await this.#channel.publish(said);
      this.#waiting -= 1;
      this.#tell(
        this.#waiting > 0 ? `Publishing ${this.#waiting}` : `Published at offset ${position.offset}`,
      );
      this.#published(position);
    } catch (error) {
      this.#waiting -= 1;
      this.#tell(this.#waiting > 0 ? `Publishing ${this.#waiting}` : '');
      problem.textContent = reasonOf(error);
      if (text.value === '') text.value = said;
    }
  }

  #tell(words: string): void {
    this.#parts.outcome.textContent = words;
  }
}

function reasonOf(error: unknown): string {
  if (isRequestError(error)) return `Not published: ${errorText(error)}.`;
  if (error instanceof NotSentError) return 'Not published: the session has ended. Sign in again.';
  throw error;
}
