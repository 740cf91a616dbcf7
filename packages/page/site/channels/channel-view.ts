/**
 * One channel in the panel: its state and position, its publications, the users who are present, and the field that publishes.
 *
 * It reads the channel while the user wants it to. Proven by: tests/browser/channels.test.ts.
 */
import type { Channel, ChannelState, ChannelTransition, Position } from '@sallyport/client';
import { byId, partOf } from '../elements.ts';
import { PresentUsers } from './present-users.ts';
import { type Arrival, PublicationLog } from './publication-log.ts';
import { Publisher } from './publisher.ts';
import { endText, LOST, moods } from './texts.ts';

/** What a view reports to the panel. */
export interface ChannelViewEvents {
  /** The state of the channel has changed. */
  changed(): void;
  /** The user closes the channel. */
  closed(): void;
}

export class ChannelView {
  readonly channel: Channel;
  /** The element of the view. */
  readonly element: HTMLElement;
  /** The last step of the channel's machine. */
  lastStep: ChannelTransition | undefined;
  readonly #log: PublicationLog;
  readonly #present: PresentUsers;
  readonly #publisher: Publisher;
  readonly #stops: (() => void)[];
  readonly #events: ChannelViewEvents;
  #isReading = false;
  /** What came before the channel was live: up to this position, and why. */
  #before: { readonly upTo: Position | undefined; readonly arrival: Arrival } | undefined;
  #stateBefore: ChannelState = 'unsubscribed';

  constructor(channel: Channel, events: ChannelViewEvents) {
    this.channel = channel;
    this.#events = events;
    const copy = byId('channel-view', HTMLTemplateElement).content.cloneNode(true) as DocumentFragment;
    this.element = partOf(copy, 'view', HTMLElement);
    const log = partOf(this.element, 'log', HTMLElement);
    log.setAttribute('aria-label', `Publications of ${channel.name}`);
    this.#log = new PublicationLog(log);
    const note = (words: string) => this.#log.note(words);
    this.#present = new PresentUsers(
      channel,
      partOf(this.element, 'count', HTMLElement),
      partOf(this.element, 'users', HTMLElement),
      note,
    );
    const parts = {
      form: partOf(this.element, 'publisher', HTMLFormElement),
      text: partOf(this.element, 'text', HTMLTextAreaElement),
      outcome: partOf(this.element, 'outcome', HTMLElement),
      problem: partOf(this.element, 'problem', HTMLElement),
    };
    parts.text.placeholder = `Publish in ${channel.name}`;
    this.#publisher = new Publisher(channel, parts, (position) => this.#log.own(position));
    partOf(this.element, 'toggle', HTMLButtonElement).addEventListener('click', () => {
      if (this.#isReading) channel.unsubscribe();
      else this.subscribe();
    });
    partOf(this.element, 'close', HTMLButtonElement).addEventListener('click', () => events.closed());
    this.#stops = [
      channel.on('transition', (step) => {
        this.lastStep = step;
        this.#show();
      }),
      channel.on('state', ({ state, code }) => this.#enter(state, code)),
      channel.on('presence', (change) => this.#present.change(change)),
    ];
    this.#show();
  }

  subscribe(): void {
    if (!this.#isReading) void this.#read();
  }

  /** Ends the subscription and all that listens to it. */
  dispose(): void {
    for (const stop of this.#stops) stop();
    this.channel.unsubscribe();
    this.element.remove();
  }

  focus(): void {
    this.#publisher.focus();
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    this.#show();
    try {
      for await (const item of this.channel) {
        if (item.type === 'lost') this.#log.lose(item.position, LOST);
        else this.#log.add(item, this.#arrivalOf(item.position));
        this.#showPosition();
      }
    } catch {
      // The state has told why.
    }
    this.#isReading = false;
    this.#show();
  }

  #enter(state: ChannelState, code: string | undefined): void {
    const before = this.#stateBefore;
    this.#stateBefore = state;
    if (state === 'live') {
      // All that comes with the answer is older than the subscription.
      const arrival = before === 'recovering' ? 'recovered' : before === 'subscribing' ? 'history' : 'live';
      this.#before = { upTo: this.channel.position, arrival };
    }
    if (state === 'live' || state === 'lost') void this.#present.ask();
    else this.#present.forget();
    if (state === 'unsubscribed')
      this.#log.note(code ? endText(code) : 'Unsubscribed.', code ? 'trouble' : 'note');
  }

  #arrivalOf({ epoch, offset }: Position): Arrival {
    const { upTo, arrival = 'live' } = this.#before ?? {};
    return upTo?.epoch === epoch && offset <= upTo.offset ? arrival : 'live';
  }

  #show(): void {
    const { state } = this.channel;
    const words = partOf(this.element, 'state', HTMLElement);
    // An equal text would be announced again.
    if (words.textContent !== state) words.textContent = state;
    partOf(this.element, 'standing', HTMLElement).dataset['mood'] = moods[state];
    partOf(this.element, 'toggle', HTMLButtonElement).textContent = this.#isReading
      ? 'Unsubscribe'
      : 'Subscribe';
    this.#showPosition();
    this.#events.changed();
  }

  #showPosition(): void {
    const { position } = this.channel;
    const shown = partOf(this.element, 'position', HTMLElement);
    shown.textContent = position ? `${position.offset}` : 'none';
    shown.title = position ? `tag ${position.tag || 'none'}, epoch ${position.epoch}` : '';
  }
}
