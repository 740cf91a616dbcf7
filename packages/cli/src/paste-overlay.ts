/** The question before a pasted message of several lines is sent. Proven by: test/line-editor.test.ts. */
import type { Overlay } from './overlay.ts';

interface PasteAnswers {
  readonly send: () => void;
  readonly cancel: () => void;
}

export function pasteOverlay(lineCount: number, { send, cancel }: PasteAnswers): Overlay {
  return {
    text: () => `send ${lineCount} lines as one message? y/n`,
    onKey: (answer, { name }) => {
      if (answer === 'y' || answer === 'Y' || name === 'return') send();
      else if (answer === 'n' || answer === 'N' || name === 'escape' || answer === '\u0003') cancel();
    },
  };
}
