/**
 * The pattern of a namespace in the file of `--channels`: the name of a channel, or a beginning and `*`, as in `@sallyport/channels`. It may have
 * `{user}` once, which stands for the name of the session's user.
 *
 * Proven by: test/channels/pattern.test.ts.
 */
import { CHANNEL_PATTERNS, canBeChannelPattern } from '@sallyport/protocol';

const USER = '{user}';

/** What is wrong with a pattern. Undefined: nothing. */
export function patternProblem(text: string): string | undefined {
  const placeholder = text.match(/\{[^{}]*\}/g)?.find((found) => found !== USER);
  if (placeholder !== undefined) return `The only placeholder is ${USER}, not ${placeholder}.`;
  if (text.split(USER).length > 2) return `It must have ${USER} only once.`;
  if (text.includes(`${USER}*`))
    return `It must have a character between ${USER} and "*", such as ":". Otherwise the user "a" would have the channels of the user "ab".`;
  return canBeChannelPattern(text.replace(USER, 'u')) ? undefined : `It ${CHANNEL_PATTERN}.`;
}

const CHANNEL_PATTERN = CHANNEL_PATTERNS.replace('have patterns of', 'be').replace('each with', 'with');

/** A pattern without problems. */
export class ChannelPattern {
  /** The text before `{user}` or `*`. */
  readonly #before: string;
  /** The text between `{user}` and `*`, or the end. Undefined without `{user}`. */
  readonly #after: string | undefined;
  readonly #isOpen: boolean;
  readonly #length: number;

  constructor(text: string) {
    this.#isOpen = text.endsWith('*');
    const closed = this.#isOpen ? text.slice(0, -1) : text;
    const [before = '', after] = closed.split(USER);
    this.#before = before;
    this.#after = after;
    this.#length = closed.length;
  }

  /**
   * Orders patterns, the one that counts first at the front: a name before the others, then the longest beginning, then `{user}` before `*`,
   * then the longest pattern.
   */
  static compare(one: ChannelPattern, other: ChannelPattern): number {
    return (
      Number(other.#isName) - Number(one.#isName) ||
      other.#before.length - one.#before.length ||
      Number(one.#after === undefined) - Number(other.#after === undefined) ||
      other.#length - one.#length ||
      Number(one.#isOpen) - Number(other.#isOpen)
    );
  }

  get #isName(): boolean {
    return this.#after === undefined && !this.#isOpen;
  }

  /** The character behind `{user}`. Undefined if there is none. */
  get userEnd(): string | undefined {
    return this.#after?.[0];
  }

  /** Whether it matches a channel for this user. An empty name fits no `{user}`. */
  matches(channel: string, user: string): boolean {
    if (this.#after === undefined) return this.#matches(channel, this.#before);
    return user !== '' && this.#matches(channel, this.#before + user + this.#after);
  }

  /** Whether it matches a channel for any user. */
  matchesForAny(channel: string): boolean {
    if (!channel.startsWith(this.#before)) return false;
    if (this.#after === undefined) return this.matches(channel, '');
    const rest = channel.slice(this.#before.length);
    const [user = ''] = this.userEnd === undefined ? [rest] : rest.split(this.userEnd, 1);
    return this.matches(channel, user);
  }

  #matches(channel: string, text: string): boolean {
    return this.#isOpen ? channel.startsWith(text) : channel === text;
  }
}
