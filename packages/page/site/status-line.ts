/** The line at the top that says how things stand, for the eye and for screen readers. */

import type { Visit } from './connection.ts';
import { byId } from './elements.ts';
import { stateWords } from './words.ts';

/** How a state looks: idle, busy, good or bad. */
function moodOf(visit: Visit): string {
  const { state } = visit.session;
  if (state === 'ready') return 'good';
  if (state === 'waiting') return 'bad';
  return visit.isHeld || state === 'closing' ? 'busy' : 'idle';
}

function wordsFor({ session: { path, state }, isHeld, wasReady }: Visit): string {
  // Where it waits only for better credentials, nothing is lost; and who was never in has not signed out.
  if ((state === 'waiting' && !isHeld) || (state === 'closed' && !wasReady))
    return stateWords['connecting.asking'];
  return state === 'waiting' && !wasReady ? 'No connection' : stateWords[path];
}

export class StatusLine {
  readonly #status = byId('status', HTMLElement);
  readonly #words = byId('status-words', HTMLElement);
  readonly #path = byId('status-path', HTMLElement);

  show(visit: Visit): void {
    const { path, state, user } = visit.session;
    const words = wordsFor(visit);
    const who = state === 'ready' && user !== undefined ? ` as ${user}` : '';
    this.#status.dataset['mood'] = moodOf(visit);
    setText(this.#words, `${words}${who}`);
    setText(this.#path, path);
  }
}

/** The same again is not said again. */
function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
