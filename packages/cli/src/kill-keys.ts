/**
 * Ctrl-U and Ctrl-K in a line that is not to be seen. Readline keeps what they cut, for Ctrl-Y to bring back at any later
 * line; so they are taken before it sees them. Ctrl-W and its kin keep nothing. Proven by: test/interrupted.test.ts.
 */
import type { Interface, Key } from 'node:readline';

export function handleHiddenKillKeys(
  input: NodeJS.ReadStream,
  readline: Interface,
  isHidden: () => boolean,
): void {
  // Readonly by its types alone: whoever edits a line by other keys has to write them.
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
    // The same object goes to readline next, which knows no key of this name.
    key.name = 'taken';
  });
}

function directionOf({ name, shift }: Key): 'left' | 'right' | undefined {
  if (shift ? name === 'backspace' : name === 'u') return 'left';
  return (shift ? name === 'delete' : name === 'k') ? 'right' : undefined;
}
