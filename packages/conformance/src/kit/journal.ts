/** What happened on one stage, line by line and in order: what a failure shows. */

/**
 * - `client`: what the other end did (`>`) or heard (`<`). - `adapter`: what the adapter called. - `core`: what the core
 * called. - `fact`, `command`: what went into the session machine and what came out. - `story`: what the test did.
 */
export type Who = 'client' | 'adapter' | 'core' | 'fact' | 'command' | 'story';

/** A failure shows the beginning and the end. */
const HEAD = 40;
const TAIL = 60;
const LONGEST = 80;

export class Journal {
  readonly #lines: { readonly text: string; times: number }[] = [];
  /** How often something was written. */
  count = 0;

  write(who: Who, what: string): void {
    this.count += 1;
    const text = `${who.padEnd(8)}${what}`;
    const last = this.#lines.at(-1);
    if (last?.text === text) last.times += 1;
    else this.#lines.push({ text, times: 1 });
  }

  toString(): string {
    const lines = this.#lines.map(({ text, times }, i) => {
      const line = `${String(i + 1).padStart(4)}  ${text}`;
      return times > 1 ? `${line} (${times} times)` : line;
    });
    if (lines.length <= HEAD + TAIL) return lines.join('\n');
    const left = lines.length - HEAD - TAIL;
    return [...lines.slice(0, HEAD), `      … ${left} lines left out …`, ...lines.slice(-TAIL)].join('\n');
  }
}

/** A value as a line of the journal shows it: short, and bytes as what they are. */
export function inWords(value: unknown): string {
  if (value instanceof Uint8Array) return cut(`${value.length} bytes ${Buffer.from(value).toString('hex')}`);
  if (typeof value === 'object' && value !== null)
    return cut(
      Object.entries(value)
        .map(([name, one]) => `${name} ${inWords(one)}`)
        .join(', '),
    );
  return cut(typeof value === 'string' ? JSON.stringify(value) : String(value));
}

function cut(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length} characters)` : text;
}
