/** The row of the history search: what each key does while it is open. Proven by: test/line-editor.test.ts. */
import { HistorySearch } from './history-search.ts';
import type { Overlay } from './overlay.ts';
import { insertable } from './paste.ts';
import { stripUnprintable } from './strip-unprintable.ts';

interface SearchAnswers {
  /** The text has changed. */
  readonly redraw: () => void;
  /** The search ends with the message found; `undefined` if there is none. `isSent`: the user pressed Enter. */
  readonly accept: (match: string | undefined, isSent: boolean) => void;
  readonly cancel: () => void;
}

/** `history`: newest first. */
export function searchOverlay(
  history: readonly string[],
  { redraw, accept, cancel }: SearchAnswers,
): Overlay {
  const search = new HistorySearch(history);
  return {
    text: () => stripUnprintable(search.text),
    onKey: (text, key) => {
      const isPlain = !key.ctrl && !key.meta && text !== undefined && insertable(text) !== '';
      if (key.ctrl && key.name === 'r') search.older();
      else if (key.name === 'backspace') search.erase();
      else if (key.name === 'return') return accept(search.match, true);
      else if (key.ctrl && (key.name === 'c' || key.name === 'g')) return cancel();
      else if (isPlain) search.type(text);
      else return accept(search.match, false);
      redraw();
    },
  };
}
