/**
 * The layout of the session's chart: states in two columns of boxes, edges in lanes between and beside them, one lane for each target.
 *
 * This file places the outermost states, and the compiler requires a place for each. Child states and edges come from the
 * machine; an edge that no rule covers throws. Proven by: test/chart.test.ts.
 */
import type { SessionState } from '@sallyport/client';
import type { ChartEdge, ChartState, Structure } from './structure.ts';

interface Place {
  readonly column: 0 | 1;
  readonly row: number;
}

/** Left: the normal course of a session. Right: interruptions and ends, beside where they begin. */
const places: Readonly<Record<SessionState, Place>> = {
  connecting: { column: 0, row: 0 },
  authenticating: { column: 0, row: 1 },
  postponed: { column: 0, row: 2 },
  ready: { column: 0, row: 3 },
  closing: { column: 0, row: 4 },
  waiting: { column: 1, row: 0 },
  signedOut: { column: 1, row: 1 },
  closed: { column: 1, row: 4 },
};
const LAST_ROW = 4;

export interface Box {
  readonly state: ChartState;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Line {
  readonly edge: ChartEdge;
  readonly points: readonly (readonly [number, number])[];
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
}

const TOP = 26;
const LEFT = 26;
const ROW = 116;
const CHILD = { width: 140, height: 34, gap: 22 };
const OUTER = { width: 2 * CHILD.width + CHILD.gap + 24, height: 80 };
const ALONE = 36;
const BETWEEN = 62;
const LANE = 12;
const BESIDE = 8;
const RIGHT = { x: LEFT + OUTER.width + BETWEEN, width: 100 };

export function layOut({ states, edges }: Structure): Layout {
  const boxes = states.map((state) => boxOf(state, states));
  const route = router(boxes, edges);
  return {
    width: RIGHT.x + RIGHT.width + 2 * LANE + 14,
    height: TOP + LAST_ROW * ROW + OUTER.height / 2 + ALONE / 2 + 4,
    boxes,
    lines: edges.map((edge) => ({ edge, points: route(edge) })),
  };
}

function boxOf(state: ChartState, states: readonly ChartState[]): Box {
  const { column, row } = placeOf(state.path);
  const middle = TOP + row * ROW + OUTER.height / 2;
  if (state.parent !== undefined) {
    const siblings = states.filter(({ parent }) => parent === state.parent);
    const x = LEFT + 12 + siblings.indexOf(state) * (CHILD.width + CHILD.gap);
    return { state, x, y: middle - 1, width: CHILD.width, height: CHILD.height };
  }
  const hasChildren = states.some(({ parent }) => parent === state.path);
  const height = hasChildren ? OUTER.height : ALONE;
  if (column === 1) return { state, x: RIGHT.x, y: middle - height / 2, width: RIGHT.width, height };
  const width = hasChildren ? OUTER.width : CHILD.width;
  return { state, x: hasChildren ? LEFT : LEFT + 12, y: middle - height / 2, width, height };
}

const outerOf = (path: string) => path.replace(/\..*/, '');

const isPast = ({ from, to }: ChartEdge) => {
  const [start, end] = [placeOf(from), placeOf(to)];
  return start.column === 0 && end.column === 0 && end.row - start.row > 1;
};

function placeOf(path: string): Place {
  const place = (places as Readonly<Record<string, Place>>)[outerOf(path)];
  if (!place) throw new Error(`the chart has no place for ${path}`);
  return place;
}

function router(boxes: readonly Box[], edges: readonly ChartEdge[]): (edge: ChartEdge) => Line['points'] {
  const boxAt = (path: string) => boxes.find(({ state }) => state.path === path) as Box;
  const isAcross = ({ from, to }: ChartEdge) => placeOf(from).column === 0 && placeOf(to).column === 1;
  // The lane of the lowest target is the outermost on the left, so that no two lanes cross on their way in.
  const targets = [...new Set(edges.filter(isAcross).map(({ to }) => to))].sort(
    (one, other) => placeOf(other).row - placeOf(one).row,
  );

  // Edges of the left column that pass other rows.
  const past = [...new Set(edges.filter(isPast).map(({ to }) => to))].sort(
    (one, other) => placeOf(other).row - placeOf(one).row,
  );

  return (edge) => {
    const { from, to } = edge;
    const [a, b] = [boxAt(from), boxAt(to)];
    const [start, end] = [placeOf(from), placeOf(to)];
    const aMiddle = a.y + a.height / 2;
    const bMiddle = b.y + b.height / 2;

    if (a.state.parent !== undefined && a.state.parent === b.state.parent) {
      const isForth = a.x < b.x;
      const isBoth = edges.some((other) => other.from === to && other.to === from);
      const y = aMiddle + (isBoth ? (isForth ? -BESIDE : BESIDE) : 0);
      return isForth
        ? [
            [a.x + a.width, y],
            [b.x, y],
          ]
        : [
            [a.x, y],
            [b.x + b.width, y],
          ];
    }
    if (start.column === 0 && end.column === 0) {
      const step = end.row - start.row;
      if (Math.abs(step) === 1) {
        // From the middle of the box, shifted for the edge in the other direction.
        const x =
          (a.state.parent ? a.x + a.width / 2 : LEFT + 12 + CHILD.width / 2) - Math.sign(step) * BESIDE;
        // To a child that is not straight above: through the space between the rows.
        if (step < 0 && (x < b.x || x > b.x + b.width)) {
          const [beside, into] = [x + 2 * BESIDE, b.x + b.width / 2];
          const between = a.y - (ROW - OUTER.height) / 2 - (a.y - boxAt(outerOf(from)).y);
          return [
            [beside, a.y],
            [beside, between],
            [into, between],
            [into, b.y + b.height],
          ];
        }
        return step > 0
          ? [
              [x, a.y + a.height],
              [x, b.y],
            ]
          : [
              [x, a.y],
              [x, b.y + b.height],
            ];
      }
      if (step < 0) {
        // Up past other rows, on the right.
        const x = LEFT + OUTER.width + (b.state.parent ? 6 : 12);
        const [out, into] = b.state.parent ? [aMiddle - 4, bMiddle + 8] : [aMiddle - 10, bMiddle + 14];
        return [
          [a.x + a.width, out],
          [x, out],
          [x, into],
          [b.x + b.width, into],
        ];
      }
      const x = LEFT - 8 - 6 * (past.length - past.indexOf(to));
      return [
        [a.x, aMiddle],
        [x, aMiddle],
        [x, bMiddle],
        [b.x, bMiddle],
      ];
    }
    if (isAcross(edge)) {
      if (!boxes.some(({ state }) => state.parent === from) && start.row === end.row)
        return [
          [a.x + a.width, aMiddle],
          [b.x, bMiddle],
        ];
      const lane = targets.indexOf(to);
      const x = LEFT + OUTER.width + 18 + lane * LANE;
      const out = aMiddle + (1 - lane) * LANE;
      // Into the upper half, so that an edge straight across stays clear of it.
      const into = start.row === end.row ? out : bMiddle + (end.row === LAST_ROW ? -8 : 0);
      return start.row === end.row
        ? [
            [a.x + a.width, out],
            [b.x, out],
          ]
        : [
            [a.x + a.width, out],
            [x, out],
            [x, into],
            [b.x, into],
          ];
    }
    if (start.column === 1 && end.column === 0 && end.row === 0) {
      const x = RIGHT.x + RIGHT.width + LANE;
      const over = b.x + b.width / 2;
      return [
        [a.x + a.width, aMiddle - 6],
        [x, aMiddle - 6],
        [x, 10],
        [over, 10],
        [over, b.y],
      ];
    }
    if (start.column === 1 && end.column === 1) {
      const x = RIGHT.x + RIGHT.width + 2 * LANE;
      return [
        [a.x + a.width, aMiddle + 6],
        [x, aMiddle + 6],
        [x, bMiddle],
        [b.x + b.width, bMiddle],
      ];
    }
    throw new Error(`no rule for an edge from ${from} to ${to}`);
  };
}
