/** One chart: medians as dots or bars with the spread of all rounds, one row per contender, as a self-contained SVG. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { Row } from './summary.ts';
import { threeDigits } from './words.ts';

export interface Chart {
  readonly title: string;
  /** The meaning of a bar's length. */
  readonly label: string;
  readonly rows: readonly Row[];
  readonly kindOf: (contender: string) => string;
  readonly isLogarithmic?: boolean;
}

const colours = { control: '#8c959f', ours: '#0969da', engine: '#8250df', peer: '#bf8700' };

export function svgOf({ title, label, rows, kindOf, isLogarithmic = false }: Chart): string {
  const { document } = parseHTML('<!doctype html><html></html>');
  const bars = rows.map(({ contender, value }) => ({ contender, ...value, kind: kindOf(contender) }));
  const names = bars.map(({ contender }) => contender);
  const lowest = Math.min(...bars.map(({ low }) => low));
  const start = isLogarithmic ? 10 ** Math.floor(Math.log10(lowest)) : 0;
  const figure = Plot.plot({
    document,
    width: 760,
    height: 60 + names.length * 24,
    marginLeft: 220,
    marginRight: 90,
    marginTop: 36,
    x: { type: isLogarithmic ? 'log' : 'linear', label, grid: true, nice: true, labelAnchor: 'right' },
    y: { domain: names, label: null },
    color: { domain: Object.keys(colours), range: Object.values(colours) },
    marks: [
      Plot.barX(bars, { x1: start, x2: 'median', y: 'contender', fill: 'kind', insetTop: 3, insetBottom: 3 }),
      Plot.ruleY(bars, { x1: 'low', x2: 'high', y: 'contender', stroke: '#1f2328' }),
      Plot.text(bars, {
        x: 'high',
        y: 'contender',
        text: ({ median }: { median: number }) => threeDigits(median),
        textAnchor: 'start',
        dx: 6,
      }),
      Plot.text([title], { frameAnchor: 'top-left', dx: -214, dy: -28, fontWeight: 'bold', fontSize: 13 }),
    ],
  });
  figure.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  // Legible on a dark page too.
  figure.setAttribute('style', 'background: white; color: #1f2328; font: 12px sans-serif');
  return `${figure.outerHTML}\n`;
}
