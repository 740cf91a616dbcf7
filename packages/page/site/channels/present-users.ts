/** Which users are present in a channel, and a note for each that joins or leaves. Proven by: tests/browser/channels.test.ts. */
import type { Channel, Presence, PresenceChange } from '@sallyport/client';
import { isRequestError } from '@sallyport/protocol';
import { made } from '../elements.ts';
import { escapeUnprintable } from '../escape-unprintable.ts';
import { errorText } from './texts.ts';

/** Users that are named. The rest is a number. */
const MOST_NAMES = 12;

export class PresentUsers {
  readonly #channel: Channel;
  readonly #words: HTMLElement;
  readonly #list: HTMLElement;
  readonly #note: (words: string) => void;
  /** The present users, as far as the server lists them. */
  readonly #users = new Set<string>();
  #hasAsked = false;

  constructor(channel: Channel, words: HTMLElement, list: HTMLElement, note: (words: string) => void) {
    this.#channel = channel;
    this.#words = words;
    this.#list = list;
    this.#note = note;
  }

  /** Asks which users are present. From then on the client gets all changes, and asks again after each new subscription. */
  async ask(): Promise<void> {
    if (this.#hasAsked) return;
    this.#hasAsked = true;
    try {
      this.#show(await this.#channel.presence());
    } catch (error) {
      this.#hasAsked = false;
      this.forget();
      if (isRequestError(error)) this.#words.textContent = `Presence: ${errorText(error)}`;
    }
  }

  change({ count, joined, left, users }: PresenceChange): void {
    for (const { user } of joined) {
      if (!this.#users.has(user)) this.#note(`${user} joined.`);
      this.#users.add(user);
    }
    for (const user of left) {
      this.#note(`${user} left.`);
      this.#users.delete(user);
    }
    if (users) this.#show({ count, users });
    else this.#draw(count);
  }

  /** Without a subscription the page does not know. */
  forget(): void {
    this.#users.clear();
    this.#words.textContent = '';
    this.#list.replaceChildren();
  }

  #show({ count, users }: Presence): void {
    this.#users.clear();
    for (const { user } of users ?? []) this.#users.add(user);
    this.#draw(count);
  }

  #draw(count: number): void {
    this.#words.textContent = `${count} present`;
    const names = [...this.#users].slice(0, MOST_NAMES);
    const items = names.map((user) => made('li', '', escapeUnprintable(user)));
    if (count > names.length && names.length > 0)
      items.push(made('li', '', `and ${count - names.length} more`));
    this.#list.replaceChildren(...items);
  }
}
