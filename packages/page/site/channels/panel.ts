/**
 * The Channels panel: subscribes to channels of the session, shows one at a time, and draws its machine.
 *
 * A new session begins without channels: what one user has read is not for the next one. Proven by: tests/browser/channels.test.ts.
 */
import { clientChannelMachine } from '@sallyport/client';
import { canBeChannel } from '@sallyport/protocol';
import { layOutChannel } from '../chart/channel-layout.ts';
import { drawChart } from '../chart/draw.ts';
import { structureOf } from '../chart/structure.ts';
import type { PageConnection, PageSession } from '../connection.ts';
import { byId } from '../elements.ts';
import { ChannelView } from './channel-view.ts';
import { Tabs } from './tabs.ts';
import { hints, moods } from './texts.ts';

export class ChannelsPanel {
  readonly #form = byId('subscribe-form', HTMLFormElement);
  readonly #name = byId('channel-name', HTMLInputElement);
  readonly #button = byId('subscribe', HTMLButtonElement);
  readonly #problem = byId('channels-problem', HTMLElement);
  readonly #hint = byId('channels-hint', HTMLElement);
  readonly #fact = byId('channel-fact', HTMLElement);
  readonly #chart = drawChart('channel', layOutChannel(structureOf(clientChannelMachine)));
  readonly #views = new Map<string, ChannelView>();
  readonly #tabs = new Tabs(() => this.#showChart());
  #session: PageSession | undefined;
  #isUsable = false;

  constructor() {
    byId('channel-chart', HTMLElement).append(this.#chart.svg);
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#subscribe(this.#name.value.trim());
    });
    this.#name.addEventListener('input', () => this.#complain(''));
    this.#showChart();
  }

  /** Shows the channels of the connection's session. Called after each change of the session. */
  show({ session, protocol, wasReady }: PageConnection): void {
    if (session !== this.#session) for (const name of [...this.#views.keys()]) this.#close(name);
    this.#session = session;
    const isText = protocol === 'text';
    const hasEnded =
      session.state === 'signedOut' || session.state === 'closing' || session.state === 'closed';
    this.#isUsable = !isText && !hasEnded && (wasReady || session.state === 'ready');
    this.#form.hidden = isText;
    this.#button.setAttribute('aria-disabled', String(!this.#isUsable));
    const hint = isText ? hints.text : this.#isUsable ? hints.ready : hints.signedOut;
    if (this.#hint.textContent !== hint) this.#hint.textContent = hint;
    this.#hint.hidden = this.#views.size > 0;
  }

  #subscribe(name: string): void {
    const { problem, session } = this.#mayBegin(name);
    this.#complain(problem);
    if (!session) return;
    let view = this.#views.get(name);
    if (view) this.#tabs.select(name);
    else {
      view = new ChannelView(session.channel(name), {
        changed: () => this.#changed(name),
        closed: () => this.#close(name),
      });
      this.#views.set(name, view);
      this.#tabs.add(name, view.element);
      this.#hint.hidden = true;
    }
    view.subscribe();
    view.focus();
  }

  /** The session for a subscription, or why there can be none. */
  #mayBegin(name: string): { readonly problem: string; readonly session?: PageSession } {
    if (!this.#session || !this.#isUsable) return { problem: 'Not subscribed: sign in first.' };
    if (canBeChannel(name)) return { problem: '', session: this.#session };
    return {
      problem:
        'Not subscribed: a channel has 1 to 255 printable characters of ASCII, without the space and without *.',
    };
  }

  #close(name: string): void {
    const view = this.#views.get(name);
    const hadFocus = view?.element.contains(document.activeElement) ?? false;
    this.#views.delete(name);
    view?.dispose();
    this.#tabs.remove(name);
    this.#hint.hidden = this.#views.size > 0;
    if (hadFocus) this.#name.focus();
  }

  #changed(name: string): void {
    const view = this.#views.get(name);
    if (!view) return;
    this.#tabs.mark(name, moods[view.channel.state]);
    if (name === this.#tabs.selected) this.#showChart();
  }

  #showChart(): void {
    const view = this.#views.get(this.#tabs.selected ?? '');
    const { channel, lastStep } = view ?? {};
    this.#chart.highlight(channel?.path ?? 'unsubscribed', lastStep);
    this.#fact.textContent = lastStep
      ? `${lastStep.fact} → ${lastStep.to}`
      : (channel?.path ?? 'unsubscribed');
  }

  #complain(words: string): void {
    this.#problem.textContent = words;
    this.#name.setAttribute('aria-invalid', String(words !== ''));
    if (words) this.#name.setAttribute('aria-describedby', this.#problem.id);
    else this.#name.removeAttribute('aria-describedby');
  }
}
