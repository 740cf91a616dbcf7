/**
 * A room: its channel on the page. It shows what is published, once and in order, says what was recovered or lost, lists the present
 * users, and sends messages.
 */
import {
  type ChannelState,
  type Position,
  RequestError,
  type Session,
  type SessionChannels,
} from '@sallyport/client';
import type { ContractChannel } from '@sallyport/contract';
import { type contract, MOST_CHARACTERS, type RoomName } from '../src/contract.ts';
import { find, make } from './elements.ts';

/** A channel with the types of the contract. */
type RoomChannel = ContractChannel<typeof contract, RoomName, Session & SessionChannels>;

export class Room {
  readonly button = document.createElement('button');
  readonly view: HTMLElement;
  readonly #channel: RoomChannel;
  readonly #log: HTMLElement;
  readonly #unread = make('span', 'unread', '');
  readonly #users = new Set<string>();
  #unreadCount = 0;
  /** The last message that is shown. */
  #last: Position | undefined;
  #positionBefore: Position | undefined;

  constructor(channel: RoomChannel) {
    this.#channel = channel;
    const name = channel.name.replace('room:', '');
    this.button.type = 'button';
    this.button.append(name, this.#unread);
    const copy = find(document, '#room', HTMLTemplateElement).content.cloneNode(true) as DocumentFragment;
    this.view = find(copy, '.room', HTMLElement);
    this.view.hidden = true;
    find(this.view, 'h2', HTMLElement).textContent = name;
    this.#log = find(this.view, '.log', HTMLElement);
    this.#log.setAttribute('aria-label', `Messages in ${name}`);
    const form = find(this.view, 'form', HTMLFormElement);
    const input = find(form, 'input', HTMLInputElement);
    input.maxLength = MOST_CHARACTERS;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#send(input);
    });
    channel.on('state', ({ state }) => this.#enter(state));
    channel.on('presence', ({ joined, left, users }) => {
      if (users) this.#users.clear();
      for (const { user } of users ?? joined) this.#users.add(user);
      for (const user of left) this.#users.delete(user);
      this.#showPresent();
    });
    void this.#read();
    void this.#askPresent();
  }

  /** Shows or hides the room. */
  show(isShown: boolean): void {
    this.view.hidden = !isShown;
    this.button.setAttribute('aria-current', String(isShown));
    if (!isShown) return;
    this.#count(0);
    this.#log.scrollTop = this.#log.scrollHeight;
    find(this.view, 'input', HTMLInputElement).focus();
  }

  async #read(): Promise<void> {
    try {
      // After a loss it subscribes anew: the messages that the room still has come as its history.
      while (await this.#readUntilLost()) this.#note('Some messages are lost.', 'bad');
    } catch (error) {
      this.#note(`This room is closed: ${(error as Error).message}.`, 'bad');
    }
  }

  /** Shows what comes. Resolves to whether something is lost; to false at the end of the session. */
  async #readUntilLost(): Promise<boolean> {
    for await (const item of this.#channel) {
      if (item.type === 'lost') return true;
      const { position, user, data } = item;
      const isShown = position.epoch === this.#last?.epoch && position.offset <= this.#last.offset;
      if (isShown) continue;
      this.#add(user ?? 'the server', data.text);
      this.#last = position;
    }
    return false;
  }

  #enter(state: ChannelState): void {
    const { position } = this.#channel;
    // The state changes before the loop in `#read` gets what was recovered.
    const recovered =
      state === 'live' ? (position?.offset ?? 0) - (this.#positionBefore?.offset ?? Infinity) : 0;
    if (recovered > 0)
      this.#note(
        `${recovered} ${recovered === 1 ? 'message' : 'messages'} came while the connection was lost:`,
      );
    this.#positionBefore = state === 'recovering' ? position : undefined;
  }

  async #send(input: HTMLInputElement): Promise<void> {
    const text = input.value;
    const problem = find(this.view, '.talk .problem', HTMLElement);
    const sending = make('li', '', `Sending: ${text}`);
    find(this.view, '.sending', HTMLElement).append(sending);
    input.value = '';
    problem.textContent = '';
    try {
      // Waits for the connection, and sends it again if it has to: the server makes it once.
      await this.#channel.publish({ text });
    } catch (error) {
      problem.textContent = `Not sent: ${error instanceof RequestError ? error.message : 'the session has ended'}.`;
      if (input.value === '') input.value = text;
    }
    sending.remove();
  }

  async #askPresent(): Promise<void> {
    try {
      const { users } = await this.#channel.presence();
      for (const { user } of users ?? []) this.#users.add(user);
      this.#showPresent();
    } catch {
      // A room without presence is a room all the same.
    }
  }

  #showPresent(): void {
    find(this.view, '.present', HTMLElement).textContent = `Here: ${[...this.#users].toSorted().join(', ')}`;
  }

  #add(user: string, text: string): void {
    const message = make('div', 'message', '');
    const time = new Date().toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
    message.append(make('strong', '', user), make('time', '', time), make('p', '', text));
    this.#append(message);
    if (this.view.hidden) this.#count(this.#unreadCount + 1);
  }

  #note(text: string, className = ''): void {
    this.#append(make('p', `note ${className}`, text));
  }

  #append(entry: HTMLElement): void {
    const { scrollTop, scrollHeight, clientHeight } = this.#log;
    this.#log.append(entry);
    if (scrollTop + clientHeight > scrollHeight - 60) this.#log.scrollTop = this.#log.scrollHeight;
  }

  #count(count: number): void {
    this.#unreadCount = count;
    this.#unread.textContent = count === 0 ? '' : String(count);
    this.#unread.ariaLabel = count === 0 ? null : `${count} unread`;
  }
}
