/** The figures above the list of sessions: totals, and rates since the answer before. Proven by: tests/browser/live.test.ts. */
import type { LiveOverview } from '@sallyport/operations';
import { byId } from '../site/elements.ts';
import { bytes, grouped, rate } from './words.ts';

type Figure = (now: LiveOverview, perSecond: (name: keyof LiveOverview['counters']) => number) => string;

/** By the id of its element. */
const figures: Readonly<Record<string, Figure>> = {
  'figure-sessions': ({ sessions }) => grouped(sessions),
  'figure-opened': (_, perSecond) => rate(perSecond('opened')),
  'figure-sign-ins': (_, perSecond) => rate(perSecond('authenticated')),
  'figure-refused': (_, perSecond) => rate(perSecond('refused') + perSecond('postponed')),
  'figure-received': (_, perSecond) => rate(perSecond('messagesReceived')),
  'figure-sent': (_, perSecond) => rate(perSecond('messagesSent')),
  'figure-unsent': ({ unsentBytes }) => bytes(unsentBytes),
  'figure-faults': ({ counters }) => grouped(counters.faults),
};

export class Figures {
  #before: LiveOverview | undefined;

  show(now: LiveOverview): void {
    // A server that was started anew counts from 0.
    const before = this.#before && this.#before.counters.opened <= now.counters.opened ? this.#before : now;
    const seconds = (now.at - before.at) / 1_000;
    const perSecond = (name: keyof LiveOverview['counters']) =>
      seconds > 0 ? (now.counters[name] - before.counters[name]) / seconds : 0;
    for (const [id, figure] of Object.entries(figures))
      byId(id, HTMLElement).textContent = figure(now, perSecond);
    this.#before = now;
  }
}
