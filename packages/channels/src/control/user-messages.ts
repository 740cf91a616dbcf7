/**
 * Messages to all sessions of a user, on every node (`publishTo`).
 *
 * A session that is not signed in when its node reads the message does not get it. What must not be missed belongs in a channel.
 * Proven by: test/control/user-messages.test.ts.
 */
import type { ControlledSessions } from '@sallyport/core';
import type { AppendOutcome, Broker } from '../broker/broker.ts';
import { checkedAppend } from '../broker/check-outcome.ts';
import { controlNamespaces, entryOf, MESSAGES } from './control-logs.ts';

/** A message to a user: a text, or a JSON value. */
export type UserMessage = string | { readonly data: unknown };

/**
 * What became of a message to a user. `unavailable`: it was certainly not sent. `unknown`: it may have been; with the same `key` it can be sent
 * again without doing so twice.
 */
export type PublishToOutcome = 'published' | 'unavailable' | 'unknown';

/** What the messages need of their control. */
export interface UserMessagesOwner {
  readonly broker: Broker;
  readonly sessions: Iterable<ControlledSessions>;
  /** Whether there may be other nodes. */
  readonly isShared: boolean;
  fault(source: 'broker', error: unknown, channel: string): void;
}

export class UserMessages {
  readonly #owner: UserMessagesOwner;

  constructor(owner: UserMessagesOwner) {
    this.#owner = owner;
  }

  /** `json` is the entry: `entryTextOf` makes it. */
  async publish(json: string, key: string | undefined): Promise<PublishToOutcome> {
    const { broker, isShared } = this.#owner;
    if (!isShared) {
      this.delivered(json);
      return 'published';
    }
    const { historySize, historyMs } = controlNamespaces[MESSAGES];
    let outcome: AppendOutcome;
    try {
      const options = { retention: { size: historySize, ms: historyMs }, key };
      outcome = checkedAppend(await broker.append(MESSAGES, json, options));
    } catch (error) {
      this.#owner.fault('broker', error, MESSAGES);
      return 'unknown';
    }
    return outcome.type === 'appended' ? 'published' : outcome.type;
  }

  delivered(json: string): void {
    const entry = entryOf(json) ?? {};
    const { user, text } = entry;
    if (typeof user !== 'string') return;
    const message = typeof text === 'string' ? text : 'data' in entry ? { data: entry['data'] } : undefined;
    if (message === undefined) return;
    for (const sessions of this.#owner.sessions)
      for (const { handle } of sessions.of(user)) handle.send(message);
  }
}

/** The entry of a message. `data` is the JSON text of its value. */
export function entryTextOf(
  user: string,
  message:
    | { readonly text: string; readonly json?: never }
    | { readonly text?: never; readonly json: string },
): string {
  const name = JSON.stringify(user);
  return message.text === undefined
    ? `{"user":${name},"data":${message.json}}`
    : `{"user":${name},"text":${JSON.stringify(message.text)}}`;
}
