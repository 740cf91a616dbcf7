/**
 * Ctrl-U and Ctrl-K in hidden input. Readline would keep the cut text, and Ctrl-Y would show it on a later line; so this
 * handles both keys first. Ctrl-W and similar keys keep nothing. Proven by: test/interrupted.test.ts.
 */
import type { Interface, Key } from 'node:readline';

export function handleHiddenKillKeys(
  input: NodeJS.ReadStream,
  readline: Interface,
  isHidden: () => boolean,
): void {
  // Only the types are readonly.
  const edited = readline as { line: string; cursor: number };
  const cuts: Readonly<Record<string, () => void>> = {
    left: () => {
      edited.line = edited.line.slice(edited.cursor);
      edited.cursor = 0;
    },
    right: () => {
      edited.line = edited.line.slice(0, edited.cursor);
    },
  };
  input.prependListener('keypress', (_text: string | undefined, key: Key) => {
    const cut = key.ctrl && isHidden() ? cuts[directionOf(key) ?? ''] : undefined;
    if (!cut) return;
    cut();
    // Readline gets the same object next, and ignores a key of an unknown name.
    key.name = 'handled';
  });
}

function directionOf({ name, shift }: Key): 'left' | 'right' | undefined {
  if (shift ? name === 'backspace' : name === 'u') return 'left';
  return (shift ? name === 'delete' : name === 'k') ? 'right' : undefined;
}
