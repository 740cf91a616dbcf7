/**
 * The rules of channels: which users may do what in which channels, and how long the channels keep their publications.
 *
 * What no rule opens stays closed. A user has the rights of the first pattern that matches for this user; a channel has the history of the first
 * pattern that matches for any user. Proven by: test/channels/rules.test.ts.
 *
 * A name of a user with the character that follows `{user}` in a pattern of the file fits no `{user}`. Otherwise `user:{user}:*` would give the user
 * `a` the channels of a user `a:b`.
 */
import { type Authorizer, allow, type ChannelAction, deny, type Namespace } from '@sallyport/channels';
import { ChannelPattern } from './pattern.ts';

/** Who may do something: every signed-in user, or these. */
type Permitted = '*' | readonly string[];

/** The rules of one namespace. An action that is absent is denied. */
interface NamespaceRules extends Partial<Readonly<Record<ChannelAction, Permitted | undefined>>> {
  /** Publications that a channel keeps. Default: that of `createChannels`. */
  readonly historySize?: number | undefined;
  /** How long a channel keeps a publication, in milliseconds. Default: that of `createChannels`. */
  readonly historyMs?: number | undefined;
}

/** The rules by pattern. */
export type RulesByPattern = Readonly<Record<string, NamespaceRules>>;

interface Rule {
  readonly pattern: ChannelPattern;
  readonly namespace: Partial<Namespace>;
  readonly permitted: (action: ChannelAction, user: string) => boolean;
}

export class ChannelRules {
  /** The one that counts first at the front. */
  readonly #rules: readonly Rule[];
  /** The characters behind `{user}`. */
  readonly #userEnds: readonly string[];

  /** Takes rules whose patterns have no problem (`patternProblem`). */
  constructor(given: RulesByPattern) {
    this.#rules = Object.entries(given)
      .map(([text, rules]) => ruleOf(text, rules))
      .sort((one, other) => ChannelPattern.compare(one.pattern, other.pattern));
    this.#userEnds = this.#rules.flatMap(({ pattern }) => pattern.userEnd ?? []);
  }

  /** The namespace of a channel: always the same object for the same pattern. Undefined if no pattern matches for any user. */
  namespaceOf(channel: string): Partial<Namespace> | undefined {
    return this.#rules.find(({ pattern }) => pattern.matchesForAny(channel))?.namespace;
  }

  /** Whether a user may do something in a channel. */
  allows(user: string, channel: string, action: ChannelAction): boolean {
    const name = this.#userEnds.some((end) => user.includes(end)) ? '' : user;
    const rule = this.#rules.find(({ pattern }) => pattern.matches(channel, name));
    return rule?.permitted(action, user) ?? false;
  }
}

/** An authorizer by the rules that hold at the moment. */
export function authorizerOf(rules: () => ChannelRules): Authorizer {
  return ({ identity }, channel, action) =>
    identity && rules().allows(identity.user, channel, action) ? allow() : deny();
}

function ruleOf(text: string, { historySize, historyMs, ...actions }: NamespaceRules): Rule {
  const users = new Map(
    Object.entries(actions).map(
      ([action, given]) => [action, given === '*' ? given : new Set(given)] as const,
    ),
  );
  return {
    pattern: new ChannelPattern(text),
    namespace: {
      ...(historySize !== undefined && { historySize }),
      ...(historyMs !== undefined && { historyMs }),
    },
    permitted(action, user) {
      const permitted = users.get(action);
      return permitted === '*' || (permitted?.has(user) ?? false);
    },
  };
}
