/** The tabs of the channels: one is selected. Arrow keys, Home and End move between them, as in the ARIA pattern. */
import { byId, made } from '../elements.ts';

/** A tab and what it shows. */
interface Tab {
  readonly name: string;
  readonly button: HTMLButtonElement;
  readonly view: HTMLElement;
}

export class Tabs {
  readonly #list = byId('channel-tabs', HTMLElement);
  readonly #views = byId('channel-views', HTMLElement);
  readonly #selected: () => void;
  #tabs: Tab[] = [];
  #count = 0;
  /** The name of the tab that is shown. */
  selected: string | undefined;

  /** `selected` is called when another tab is shown. */
  constructor(selected: () => void) {
    this.#selected = selected;
    this.#list.addEventListener('keydown', (event) => this.#move(event));
  }

  add(name: string, view: HTMLElement): void {
    this.#count += 1;
    const button = made('button', 'tab small', name);
    button.type = 'button';
    button.id = `channel-tab-${this.#count}`;
    button.setAttribute('role', 'tab');
    view.id = `channel-view-${this.#count}`;
    button.setAttribute('aria-controls', view.id);
    view.setAttribute('aria-labelledby', button.id);
    button.addEventListener('click', () => this.select(name));
    this.#tabs.push({ name, button, view });
    this.#list.append(button);
    this.#views.append(view);
    this.select(name);
  }

  /** Removes the tab. If it was selected, the one beside it is. */
  remove(name: string): void {
    const at = this.#tabs.findIndex((tab) => tab.name === name);
    const [gone] = this.#tabs.splice(at, at < 0 ? 0 : 1);
    gone?.button.remove();
    gone?.view.remove();
    if (this.selected === name) this.select((this.#tabs[at] ?? this.#tabs[at - 1])?.name);
  }

  /** Shows the colour of the state in the tab. */
  mark(name: string, mood: string): void {
    const tab = this.#tabs.find((one) => one.name === name);
    if (tab) tab.button.dataset['mood'] = mood;
  }

  select(name: string | undefined): void {
    this.selected = name;
    this.#list.hidden = this.#tabs.length === 0;
    for (const { name: own, button, view } of this.#tabs) {
      button.setAttribute('aria-selected', String(own === name));
      button.tabIndex = own === name ? 0 : -1;
      view.hidden = own !== name;
    }
    this.#selected();
  }

  #move(event: KeyboardEvent): void {
    const at = this.#tabs.findIndex(({ name }) => name === this.selected);
    const last = this.#tabs.length - 1;
    const to = {
      ArrowLeft: at === 0 ? last : at - 1,
      ArrowRight: at === last ? 0 : at + 1,
      Home: 0,
      End: last,
    };
    const next = Object.hasOwn(to, event.key) ? this.#tabs[to[event.key as keyof typeof to]] : undefined;
    if (!next) return;
    event.preventDefault();
    this.select(next.name);
    next.button.focus();
  }
}
