/** Where messages are written. Enter sends, Shift+Enter begins a line; what could not be sent stays. */
import { NotSentError } from '@sallyport/client';
import { byId } from './elements.ts';
import { isFocusFree } from './sign-in-form.ts';

export class Composer {
  readonly #form = byId('composer', HTMLFormElement);
  readonly #message = byId('message', HTMLTextAreaElement);
  readonly #send = byId('send', HTMLButtonElement);
  readonly #signOut = byId('sign-out', HTMLButtonElement);
  readonly #problem = byId('problem', HTMLElement);
  readonly #sentTexts: string[] = [];
  #recalled = 0;

  constructor(send: (text: string) => void, signOut: () => void) {
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      const text = this.#message.value;
      if (text === '') return;
      try {
        send(text);
      } catch (error) {
        if (!(error instanceof NotSentError)) throw error;
        this.#problem.textContent = 'Not sent: there is no connection. It stays here until there is.';
        return;
      }
      this.#remember(text);
      this.#message.value = '';
      this.#problem.textContent = '';
    });
    this.#message.addEventListener('keydown', (event) => {
      if (event.isComposing) return;
      if (event.key === 'Enter' && !event.shiftKey) {
        event.preventDefault();
        this.#form.requestSubmit();
      } else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') this.#recall(event);
    });
    this.#signOut.addEventListener('click', signOut);
  }

  /** `isReady`: what is written now can be sent. */
  show(isShown: boolean, isReady: boolean): void {
    const isNew = this.#form.hidden && isShown;
    const wasLoose = isFocusFree();
    if (!isShown && !this.#form.hidden) this.#forget();
    this.#form.hidden = !isShown;
    this.#form.classList.toggle('paused', !isReady);
    this.#send.setAttribute('aria-disabled', String(!isReady));
    this.#message.placeholder = isReady ? 'Say something' : 'No connection for the moment';
    if (isReady) this.#problem.textContent = '';
    if (isNew && wasLoose) this.#message.focus();
  }

  /** The way out, with what it is called: of a session, or of trying to have one. */
  showExit(name: 'Sign out' | 'Cancel' | undefined): void {
    this.#signOut.hidden = name === undefined;
    if (name && this.#signOut.textContent !== name) this.#signOut.textContent = name;
  }

  /** Where one goes on. */
  focus(): void {
    (this.#form.hidden ? this.#signOut : this.#message).focus();
  }

  /** Who comes next may be somebody else. */
  #forget(): void {
    this.#message.value = '';
    this.#sentTexts.length = 0;
    this.#recalled = 0;
  }

  #remember(text: string): void {
    if (this.#sentTexts.at(-1) !== text) this.#sentTexts.push(text);
    if (this.#sentTexts.length > 50) this.#sentTexts.shift();
    this.#recalled = this.#sentTexts.length;
  }

  /** As in a shell: up for what was said before. Only where the cursor cannot move within the text. */
  #recall(event: KeyboardEvent): void {
    const { value, selectionStart, selectionEnd } = this.#message;
    const isUp = event.key === 'ArrowUp';
    const edge = isUp ? 0 : value.length;
    if (this.#sentTexts.length === 0 || (value !== '' && !this.#sentTexts.includes(value))) return;
    if (value.includes('\n') && (selectionStart !== edge || selectionEnd !== edge)) return;
    event.preventDefault();
    this.#recalled = Math.min(this.#sentTexts.length, Math.max(0, this.#recalled + (isUp ? -1 : 1)));
    this.#message.value = this.#sentTexts[this.#recalled] ?? '';
  }
}
