/**
 * A layout by a plan: where each state lies, and the way of each edge. For a machine that few rules would not lay out well.
 *
 * The states and edges come from the machine that runs. A state without a place and an edge without a way throw. Proven by:
 * test/chart.test.ts.
 */
import type { Box, Layout, Line } from './layout.ts';
import type { Structure } from './structure.ts';

/** Where everything lies, in units of the drawing. */
export interface Plan {
  readonly width: number;
  readonly height: number;
  /** Left, top, width and height of each state, by its path. */
  readonly places: Readonly<Record<string, readonly [number, number, number, number]>>;
  /** The way of each edge, by its source and its target: points, as in the attribute `points` of SVG. */
  readonly ways: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export function layOutBy({ width, height, places, ways }: Plan, { states, edges }: Structure): Layout {
  const boxes: Box[] = states.map((state) => {
    const place = places[state.path];
    if (!place) throw new Error(`the chart has no place for ${state.path}`);
    const [x, y, width, height] = place;
    return { state, x, y, width, height };
  });
  const lines = edges.map((edge) => {
    const way = ways[edge.from]?.[edge.to];
    if (way === undefined) throw new Error(`the chart has no way from ${edge.from} to ${edge.to}`);
    return { edge, points: pointsOf(way) };
  });
  return { width, height, boxes, lines };
}

const pointsOf = (way: string): Line['points'] =>
  way.split(' ').map((point) => {
    const [x = 0, y = 0] = point.split(',').map(Number);
    return [x, y];
  });
