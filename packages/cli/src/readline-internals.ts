/** The parts of readline that its types hide. Node's own REPL uses them in the same way. */
import type { Key } from 'node:readline';
import type { CursorPosition } from './resize.ts';

export interface ReadlineInternals {
  line: string;
  cursor: number;
  /** Newest first. */
  history: string[];
  prevRows: number;
  _ttyWrite(text: string | undefined, key: Key): void;
  /** Where the cursor is after a text, at the width of the output. */
  _getDisplayPos(text: string): CursorPosition;
}
