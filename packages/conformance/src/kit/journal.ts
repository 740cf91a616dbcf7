/** The events of one story, line by line and in order. A failure shows it. */

/**
 * Where an event comes from. `client`: the client did (`>`) or received (`<`) it. `adapter`, `core`: a call of the adapter or of the core.
 * `fact`, `command`: input and output of the session machine. `story`: an act of the test. `node`, `broker`: a call of the broker under
 * test by a node, and what the broker answered or reported.
 */
export type EventSource = 'client' | 'adapter' | 'core' | 'fact' | 'command' | 'story' | 'node' | 'broker';

/** Lines that a failure shows of the beginning and of the end. */
const HEAD = 40;
const TAIL = 60;
const LONGEST = 80;

export class Journal {
  readonly #lines: { readonly text: string; times: number }[] = [];
  /** The number of events, repeated ones included. */
  count = 0;

  write(source: EventSource, event: string): void {
    this.count += 1;
    const text = `${source.padEnd(8)}${event}`;
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
    return [...lines.slice(0, HEAD), `      … ${left} lines omitted …`, ...lines.slice(-TAIL)].join('\n');
  }
}

/** Formats a value for a line of the journal: short, and bytes in hexadecimal. */
export function formatValue(value: unknown): string {
  if (value instanceof Uint8Array) return cut(`${value.length} bytes ${Buffer.from(value).toString('hex')}`);
  if (typeof value === 'object' && value !== null)
    return cut(
      Object.entries(value)
        .map(([name, one]) => `${name} ${formatValue(one)}`)
        .join(', '),
    );
  return cut(typeof value === 'string' ? JSON.stringify(value) : String(value));
}

function cut(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length} characters)` : text;
}
