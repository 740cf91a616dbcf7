/** The status line at the top, also for screen readers. */
import type { PageConnection } from './connection.ts';
import { byId } from './elements.ts';
import { stateTexts } from './texts.ts';

/** The colour of the status: idle, busy, good or bad. */
function moodOf(connection: PageConnection): string {
  const { state } = connection.session;
  if (state === 'ready') return 'good';
  if (state === 'waiting') return 'bad';
  return connection.hasCredentials || state === 'closing' ? 'busy' : 'idle';
}

function statusText({ session: { path, state }, hasCredentials, wasReady }: PageConnection): string {
  // Waiting for new credentials is not a lost connection, and a cancelled sign-in is not a sign-out.
  if ((state === 'waiting' && !hasCredentials) || (state === 'closed' && !wasReady))
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

/** Sets only a changed text: a screen reader would announce an equal text again. */
function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
