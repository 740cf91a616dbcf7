/**
 * Patterns of channels: a pattern is the name of a channel, or a beginning and `*`. Namespaces and contracts use the same.
 *
 * Proven by: test/channel-patterns.test.ts, packages/channels/test/namespaces.test.ts.
 */
import { canBeChannel } from './channel-grammar.ts';

/** The rule of a pattern, for the error about a wrong one. */
export const CHANNEL_PATTERNS =
  'must have patterns of 1 to 255 printable characters of ASCII, each with at most one "*", at its end';

/** Whether a text has the form of a pattern: a channel, a beginning of one and `*`, or `*` alone. */
export function canBeChannelPattern(text: string): boolean {
  return text === '*' || canBeChannel(text.endsWith('*') ? text.slice(0, -1) : text);
}

/** What holds for channels by their names: values by patterns. */
export class ChannelPatterns<Value> {
  readonly #exact = new Map<string, Value>();
  /** By the text before `*`, the longest first. */
  readonly #prefixes: (readonly [string, Value])[] = [];

  /** Takes the values by their patterns. The patterns must be right ones. */
  constructor(entries: readonly (readonly [string, Value])[]) {
    for (const [pattern, value] of entries)
      if (pattern.endsWith('*')) this.#prefixes.push([pattern.slice(0, -1), value]);
      else this.#exact.set(pattern, value);
    this.#prefixes.sort(([one], [other]) => other.length - one.length);
  }

  /** The value of a channel: that of its name, else of the longest beginning. Undefined if no pattern matches. */
  of(channel: string): Value | undefined {
    const exact = this.#exact.get(channel);
    return exact ?? this.#prefixes.find(([prefix]) => channel.startsWith(prefix))?.[1];
  }
}
