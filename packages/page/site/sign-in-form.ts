/** The form to sign in: asks, complains in words, and leaves the checking to the server. */
import type { GivenCredentials } from '@sallyport/client';
import { byId } from './elements.ts';
import type { ProtocolName } from './visit.ts';

export class SignInForm {
  readonly #form = byId('sign-in', HTMLFormElement);
  readonly #username = byId('username', HTMLInputElement);
  readonly #password = byId('password', HTMLInputElement);
  readonly #problem = byId('problem', HTMLElement);

  constructor(submit: (given: GivenCredentials) => void, choose: (protocol: ProtocolName) => void) {
    const protocol = byId('protocol', HTMLSelectElement);
    // Browsers remember what was chosen before the page was loaded anew.
    protocol.value = 'json';
    protocol.addEventListener('change', () => choose(protocol.value === 'text' ? 'text' : 'json'));
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      const username = this.#username.value;
      const password = this.#password.value;
      if (protocol.value === 'text' && username.includes(':')) {
        this.complain('In the text protocol a username cannot have a colon.', this.#username);
        return;
      }
      this.#complaint('');
      submit({ username, password });
    });
    for (const field of [this.#username, this.#password])
      field.addEventListener('input', () => this.#complaint(''));
  }

  /** Whoever cannot go on without it finds the cursor in it. */
  show(isShown: boolean): void {
    if (this.#form.hidden === !isShown) return;
    const wasWithin = isFocusLoose();
    this.#form.hidden = !isShown;
    if (!isShown) {
      this.#password.value = '';
      return;
    }
    if (wasWithin) this.focus();
  }

  /** Where there is something left to fill in. */
  focus(): void {
    (this.#username.value === '' ? this.#username : this.#password).focus();
  }

  complain(words: string, field = this.#password): void {
    this.#complaint(words);
    // The form may be about to be shown again.
    queueMicrotask(() => {
      field.focus();
      field.select();
    });
  }

  #complaint(words: string): void {
    this.#problem.textContent = words;
    for (const field of [this.#username, this.#password])
      field.setAttribute('aria-invalid', String(words !== ''));
  }
}

/** Nobody is in the midst of something else. */
export function isFocusLoose(): boolean {
  const { activeElement } = document;
  return (
    activeElement === null ||
    activeElement === document.body ||
    activeElement.closest('.foot, .talk-head') !== null
  );
}
