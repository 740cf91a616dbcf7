/** The line at the top that says how things stand, for the eye and for screen readers. */

import type { PageConnection } from './connection.ts';
import { byId } from './elements.ts';
import { stateTexts } from './texts.ts';

/** How a state looks: idle, busy, good or bad. */
function moodOf(connection: PageConnection): string {
  const { state } = connection.session;
  if (state === 'ready') return 'good';
  if (state === 'waiting') return 'bad';
  return connection.isHeld || state === 'closing' ? 'busy' : 'idle';
}

function statusText({ session: { path, state }, isHeld, wasReady }: PageConnection): string {
  // Where it waits only for better credentials, nothing is lost; and who was never in has not signed out.
  if ((state === 'waiting' && !isHeld) || (state === 'closed' && !wasReady))
    return stateTexts['connecting.asking'];
  return state === 'waiting' && !wasReady ? 'No connection' : stateTexts[path];
}

export class StatusLine {
  readonly #status = byId('status', HTMLElement);
  readonly #words = byId('status-words', HTMLElement);
  readonly #path = byId('status-path', HTMLElement);

  show(connection: PageConnection): void {
    const { path, state, user } = connection.session;
    const words = statusText(connection);
    const who = state === 'ready' && user !== undefined ? ` as ${user}` : '';
    this.#status.dataset['mood'] = moodOf(connection);
    setText(this.#words, `${words}${who}`);
    setText(this.#path, path);
  }
}

/** The same again is not said again. */
function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
