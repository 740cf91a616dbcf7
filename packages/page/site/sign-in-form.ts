/** The form to sign in: asks, complains in words, and leaves the checking to the server. */
import type { GivenCredentials } from '@sallyport/client';
import type { ProtocolName } from './connection.ts';
import { byId } from './elements.ts';
import { refusalText } from './texts.ts';

export class SignInForm {
  readonly #form = byId('sign-in', HTMLFormElement);
  readonly #username = byId('username', HTMLInputElement);
  readonly #password = byId('password', HTMLInputElement);
  readonly #problem = byId('problem', HTMLElement);
  readonly #withToken = byId('with-token', HTMLButtonElement);

  constructor(submit: (given: GivenCredentials) => void, choose: (protocol: ProtocolName) => void) {
    const protocol = byId('protocol', HTMLSelectElement);
    // Browsers remember what was chosen before the page was loaded anew.
    protocol.value = 'json';
    protocol.addEventListener('change', () => choose(protocol.value === 'text' ? 'text' : 'json'));
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      const username = this.#username.value;
      const password = this.#password.value;
      if (this.#isToken) {
        // Whoever copies one often takes a line end along, and no token has one.
        this.#complaint('');
        submit({ token: password.trim() });
        return;
      }
      if (protocol.value === 'text' && username.includes(':')) {
        this.complain('In the text protocol a username cannot have a colon.', this.#username);
        return;
      }
      this.#complaint('');
      submit({ username, password });
    });
    for (const field of [this.#username, this.#password])
      field.addEventListener('input', () => this.#complaint(''));
    this.#withToken.addEventListener('click', () => this.#ask(!this.#isToken));
  }

  get #isToken(): boolean {
    return this.#withToken.getAttribute('aria-pressed') === 'true';
  }

  #ask(forToken: boolean): void {
    this.#withToken.setAttribute('aria-pressed', String(forToken));
    byId('username-label', HTMLElement).hidden = forToken;
    this.#username.required = !forToken;
    byId('password-name', HTMLElement).textContent = forToken ? 'Token' : 'Password';
    this.#password.autocomplete = forToken ? 'off' : 'current-password';
    this.#password.value = '';
    this.#complaint('');
    this.focus();
  }

  /** What was given last is refused. */
  refuse(attemptsLeft: number | undefined): void {
    this.complain(refusalText(this.#isToken ? 'token' : 'password', attemptsLeft));
  }

  /** Whoever cannot go on without it finds the cursor in it. */
  show(isShown: boolean): void {
    if (this.#form.hidden === !isShown) return;
    const wasWithin = isFocusFree();
    this.#form.hidden = !isShown;
    this.#withToken.hidden = !isShown;
    if (!isShown) {
      this.#password.value = '';
      return;
    }
    if (wasWithin) this.focus();
  }

  /** Where there is something left to fill in. */
  focus(): void {
    (this.#username.value === '' && !this.#isToken ? this.#username : this.#password).focus();
  }

  complain(words: string, field = this.#password): void {
    // Who is wrong about one of the two is not told about which.
    const isAboutBoth = field === this.#password && !this.#isToken;
    this.#complaint(words, isAboutBoth ? [this.#username, this.#password] : [field]);
    // The form may be about to be shown again.
    queueMicrotask(() => {
      field.focus();
      field.select();
    });
  }

  #complaint(words: string, fields: readonly HTMLElement[] = []): void {
    this.#problem.textContent = words;
    for (const field of [this.#username, this.#password]) {
      const isInvalid = fields.includes(field);
      field.setAttribute('aria-invalid', String(isInvalid));
      if (isInvalid) field.setAttribute('aria-describedby', this.#problem.id);
      else field.removeAttribute('aria-describedby');
    }
  }
}

/** Nobody is in the midst of something else. */
export function isFocusFree(): boolean {
  const { activeElement } = document;
  return (
    activeElement === null ||
    activeElement === document.body ||
    activeElement.closest('.foot, .talk-head') !== null
  );
}
