/**
 * The chart of all sessions: the statechart of one session, with the number of sessions in each state. Proven by:
 * tests/browser/live.test.ts.
 */
import { sessionMachine } from '@sallyport/core';
import type { LiveOverview } from '@sallyport/operations';
import { drawChart, inWords } from '../site/chart/draw.ts';
import type { Box } from '../site/chart/layout.ts';
import { isWithin, structureOf } from '../site/chart/structure.ts';
import { layOutSessions } from './sessions-layout.ts';
import { grouped } from './words.ts';

const NAME = 'Statechart with the number of sessions in each state';

interface Counted {
  readonly path: string;
  readonly name: string;
  readonly isOuter: boolean;
  readonly group: Element;
  readonly text: SVGTextElement;
  shown: number | undefined;
}

export class SessionsChart {
  readonly svg: SVGSVGElement;
  readonly #boxes: readonly Counted[];

  constructor() {
    const layout = layOutSessions(structureOf(sessionMachine));
    this.svg = drawChart('sessions', layout).svg;
    this.svg.classList.add('counted');
    this.svg.setAttribute('aria-label', `${NAME}.`);
    this.#boxes = layout.boxes.map((box) => {
      const isOuter = layout.boxes.some(({ state }) => state.parent === box.state.path);
      const group = this.svg.querySelector(`[data-state="${box.state.path}"]`) as Element;
      const text = countText(box, isOuter);
      group.append(text);
      return {
        path: box.state.path,
        name: box.state.path.split('.').map(inWords).join(', '),
        isOuter,
        group,
        text,
        shown: undefined,
      };
    });
  }

  /** Sessions that have ended are in no state: `closed` counts all of them since the start. */
  show({ states, counters }: LiveOverview): void {
    const all = { ...states, closed: counters.closed };
    for (const box of this.#boxes) {
      const count = Object.entries(all)
        .filter(([state]) => isWithin(state, box.path))
        .reduce((sum, [, sessions]) => sum + sessions, 0);
      if (count === box.shown) continue;
      box.text.textContent = grouped(count);
      box.group.classList.toggle('active', count > 0 && box.path !== 'closed');
      if (box.shown !== undefined) pulse(box.group);
      box.shown = count;
    }
    const leaves = this.#boxes.filter(({ isOuter }) => !isOuter);
    const words = leaves.map(({ name, shown }) => `${name}: ${grouped(shown ?? 0)}`).join('; ');
    this.svg.setAttribute('aria-label', `${NAME}. ${words}.`);
  }
}

function countText({ x, y, width, height }: Box, isOuter: boolean): SVGTextElement {
  const text = document.createElementNS('http://www.w3.org/2000/svg', 'text');
  text.classList.add('sessions-count');
  text.setAttribute('x', String(isOuter ? x + width - 14 : x + width / 2));
  text.setAttribute('y', String(isOuter ? y + 20 : y + height / 2 + 18));
  return text;
}

/** Restarts the animation. */
function pulse(group: Element): void {
  group.classList.remove('changed');
  group.getBoundingClientRect();
  group.classList.add('changed');
}
