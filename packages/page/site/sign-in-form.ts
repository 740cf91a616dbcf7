/** The sign-in form. It shows why a sign-in failed; the server checks the credentials. */
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
    // Browsers restore the last choice on reload.
    protocol.value = 'json';
    protocol.addEventListener('change', () => choose(protocol.value === 'text' ? 'text' : 'json'));
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      const username = this.#username.value;
      const password = this.#password.value;
      if (this.#isToken) {
        // A copied token often has a line end, which no token contains.
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

  /** Shows that the server refused the last credentials. */
  refuse(attemptsLeft: number | undefined): void {
    this.complain(refusalText(this.#isToken ? 'token' : 'password', attemptsLeft));
  }

  /** Shows or hides the form. When it appears, it takes the focus, unless the user is busy elsewhere. */
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

  /** Focuses the first empty field. */
  focus(): void {
    (this.#username.value === '' && !this.#isToken ? this.#username : this.#password).focus();
  }

  complain(words: string, field = this.#password): void {
    // The message does not reveal which of the two fields is wrong.
    const isAboutBoth = field === this.#password && !this.#isToken;
    this.#complaint(words, isAboutBoth ? [this.#username, this.#password] : [field]);
    // The form may reappear in this turn.
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

/** The user is not busy in another part of the page, so the focus may move. */
export function isFocusFree(): boolean {
  const { activeElement } = document;
  return (
    activeElement === null ||
    activeElement === document.body ||
    activeElement.closest('.foot, .talk-head') !== null
  );
}
