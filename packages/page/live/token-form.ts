/** Asks the operator for the bearer token of the admin listener. Proven by: tests/browser/live.test.ts. */
import { byId } from '../site/elements.ts';

export class TokenForm {
  readonly #card = byId('access', HTMLElement);
  readonly #field = byId('token', HTMLInputElement);
  readonly #problem = byId('token-problem', HTMLElement);

  constructor(given: (token: string) => void) {
    byId('token-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      const token = this.#field.value.trim();
      // A header can hold nothing else.
      if (!/^[\x21-\x7e]+$/.test(token))
        return this.show('A token has no spaces, and ASCII characters only.');
      this.#field.value = '';
      given(token);
    });
  }

  show(problem: string): void {
    if (this.#card.hidden) {
      this.#card.hidden = false;
      this.#field.focus();
    }
    if (problem === '') return;
    this.#problem.textContent = problem;
    this.#field.setAttribute('aria-invalid', 'true');
    this.#field.setAttribute('aria-describedby', 'token-problem');
  }

  hide(): void {
    this.#card.hidden = true;
    this.#problem.textContent = '';
    this.#field.removeAttribute('aria-invalid');
    this.#field.removeAttribute('aria-describedby');
  }
}
