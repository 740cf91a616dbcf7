/** A row in place of the prompt, which takes all keys until it is replaced. Proven by: test/line-editor.test.ts. */
import type { Key } from 'node:readline';

export interface Overlay {
  readonly text: () => string;
  readonly onKey: (text: string | undefined, key: Key) => void;
}
