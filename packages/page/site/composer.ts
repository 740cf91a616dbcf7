/** The message field. Enter sends, Shift+Enter starts a line. A text that cannot be sent stays in the field. */
import { NotSentError } from '@sallyport/client';
import type { Data } from '@sallyport/protocol';
import { byId } from './elements.ts';
import { bytesOfHex } from './hex-bytes.ts';
import { isFocusFree } from './sign-in-form.ts';

export class Composer {
  readonly #form = byId('composer', HTMLFormElement);
  readonly #message = byId('message', HTMLTextAreaElement);
  readonly #send = byId('send', HTMLButtonElement);
  readonly #signOut = byId('sign-out', HTMLButtonElement);
  readonly #problem = byId('problem', HTMLElement);
  readonly #asHex = byId('as-hex', HTMLInputElement);
  readonly #file = byId('file', HTMLInputElement);
  readonly #sendMessage: (message: Data) => void;
  readonly #sentTexts: string[] = [];
  #recalled = 0;

  /** `send` throws a `NotSentError` without a connection. */
  constructor(send: (message: Data) => void, signOut: () => void) {
    this.#sendMessage = send;
    this.#file.addEventListener('change', () => void this.#sendFile());
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      const text = this.#message.value;
      if (text === '') return;
      const message = this.#asHex.checked ? bytesOfHex(text) : text;
      if (message === undefined) {
        this.#problem.textContent = 'Not sent: hex bytes are pairs of digits, such as 00 ff 41.';
        return;
      }
      if (!this.#trySend(message, 'The text stays here.')) return;
      this.#remember(text);
      this.#message.value = '';
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

  /** Sends a file as one binary message. */
  async #sendFile(): Promise<void> {
    const file = this.#file.files?.[0];
    if (!file) return;
    try {
      const bytes = new Uint8Array(await file.arrayBuffer());
      this.#trySend(bytes, 'Choose the file again later.');
    } catch {
      this.#problem.textContent = 'Not sent: the browser cannot read this file.';
    }
    // The same file can be chosen again.
    this.#file.value = '';
  }

  /** Returns whether the message was sent. `advice` follows the message that it was not. */
  #trySend(message: Data, advice: string): boolean {
    try {
      this.#sendMessage(message);
      this.#problem.textContent = '';
      return true;
    } catch (error) {
      if (!(error instanceof NotSentError)) throw error;
      this.#problem.textContent = `Not sent: there is no connection. ${advice}`;
      return false;
    }
  }

  /** Shows or hides the field. `isReady`: messages can be sent now. */
  show(isShown: boolean, isReady: boolean): void {
    const isNew = this.#form.hidden && isShown;
    const wasLoose = isFocusFree();
    if (!isShown && !this.#form.hidden) this.#forget();
    this.#form.hidden = !isShown;
    this.#form.classList.toggle('paused', !isReady);
    this.#send.setAttribute('aria-disabled', String(!isReady));
    this.#message.placeholder = isReady ? 'Write a message' : 'No connection at the moment';
    if (isReady) this.#problem.textContent = '';
    if (isNew && wasLoose) this.#message.focus();
  }

  /** Shows the button that signs out or cancels; `undefined` hides it. */
  showExit(name: 'Sign out' | 'Cancel' | undefined): void {
    this.#signOut.hidden = name === undefined;
    if (name && this.#signOut.textContent !== name) this.#signOut.textContent = name;
  }

  /** Focuses the field, or the sign-out button while the field is hidden. */
  focus(): void {
    (this.#form.hidden ? this.#signOut : this.#message).focus();
  }

  /** The next user must not see the texts of this one. */
  #forget(): void {
    this.#message.value = '';
    this.#file.value = '';
    this.#asHex.checked = false;
    this.#sentTexts.length = 0;
    this.#recalled = 0;
  }

  #remember(text: string): void {
    if (this.#sentTexts.at(-1) !== text) this.#sentTexts.push(text);
    if (this.#sentTexts.length > 50) this.#sentTexts.shift();
    this.#recalled = this.#sentTexts.length;
  }

  /** The arrow keys recall sent texts, as in a shell, where the cursor cannot move within the text. */
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
