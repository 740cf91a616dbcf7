/** The charts have exactly the states and transitions of the machines that run. */
import { clientChannelMachine, clientMachine } from '@sallyport/client';
import { sessionMachine } from '@sallyport/core';
import { expect, it } from 'vitest';
import { setup } from 'xstate';
import { layOutSessions } from '../live/sessions-layout.ts';
import { layOutChannel } from '../site/chart/channel-layout.ts';
import { layOut } from '../site/chart/layout.ts';
import { isWithin, structureOf } from '../site/chart/structure.ts';

interface Node {
  readonly path: string[];
  readonly states: Record<string, Node>;
  readonly transitions: ReadonlyMap<string, readonly { readonly target?: readonly Node[] | undefined }[]>;
}

const all = (node: Node): Node[] => Object.values(node.states).flatMap((child) => [child, ...all(child)]);
const structure = structureOf(clientMachine);
const charts = [
  { name: 'session', root: clientMachine.root, layout: layOut(structure) },
  {
    name: 'channel',
    root: clientChannelMachine.root,
    layout: layOutChannel(structureOf(clientChannelMachine)),
  },
  {
    name: 'sessions',
    root: sessionMachine.root,
    layout: layOutSessions(structureOf(sessionMachine)),
  },
].map(({ root, ...chart }) => ({ ...chart, nodes: all(root as unknown as Node) }));

it.each(charts)('the chart of the $name has exactly the states of the machine', ({ layout, nodes }) => {
  expect(layout.boxes.map(({ state }) => state.path)).toEqual(nodes.map(({ path }) => path.join('.')));
});

it.each(charts)(
  'the chart of the $name has a line for every transition of the machine, and no other lines',
  ({ layout, nodes }) => {
    const told = new Set(
      nodes.flatMap(({ path, transitions }) =>
        [...transitions].flatMap(([fact, ways]) =>
          ways.flatMap(({ target = [] }) =>
            target.map((to) => `${path.join('.')} ${fact} ${to.path.join('.')}`),
          ),
        ),
      ),
    );
    // A line of a parent stands for every child that has the transition itself.
    const drawn = new Set(
      layout.lines.flatMap(({ edge }) =>
        edge.facts.flatMap((fact) =>
          nodes
            .map(({ path }) => path.join('.'))
            .filter((path) => isWithin(path, edge.from))
            .map((path) => `${path} ${fact} ${edge.to}`)
            .filter((transition) => told.has(transition)),
        ),
      ),
    );
    expect(drawn).toEqual(told);
    for (const { edge } of layout.lines)
      for (const fact of edge.facts)
        expect(
          [...told].some(
            (one) => isWithin(one.split(' ')[0] ?? '', edge.from) && one.endsWith(` ${fact} ${edge.to}`),
          ),
        ).toBe(true);
  },
);

it('the chart draws one line for a transition that all children share, and only then', () => {
  const froms = structure.edges.filter(({ to }) => to === 'closed').map(({ from }) => from);
  expect(froms.sort()).toEqual([
    'authenticating',
    'closing',
    'connecting',
    'postponed',
    'ready',
    'signedOut',
    'waiting',
  ]);
  expect(structure.edges.filter(({ to }) => to === 'ready').map(({ from }) => from)).toEqual([
    'authenticating.awaitingVerdict',
  ]);
});

it.each(charts)(
  'the boxes of the chart of the $name do not overlap, inner boxes lie in outer ones, and all lines lie in the drawing',
  ({ layout }) => {
    const { boxes, lines, width, height } = layout;
    const areApart = (a: (typeof boxes)[0], b: (typeof boxes)[0]) =>
      a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
    for (const a of boxes)
      for (const b of boxes) {
        if (a === b) continue;
        if (a.state.parent === b.state.path) {
          expect(
            a.x > b.x && a.x + a.width < b.x + b.width && a.y > b.y && a.y + a.height < b.y + b.height,
          ).toBe(true);
        } else if (b.state.parent !== a.state.path)
          expect(areApart(a, b), `${a.state.path} and ${b.state.path}`).toBe(true);
      }
    for (const { points } of lines)
      for (const [x, y] of points) expect(x >= 0 && y >= 0 && x <= width && y <= height).toBe(true);
    const drawn = lines.map(({ points }) => points.map((point) => point.map(Math.round).join()).join(' '));
    expect(new Set(drawn).size).toBe(drawn.length);
  },
);

it('the chart rejects a machine with unknown states', () => {
  const other = setup({}).createMachine({ id: 'other', initial: 'dreaming', states: { dreaming: {} } });
  expect(() => layOut(structureOf(other))).toThrow('the chart has no place for dreaming');
  for (const layOutPlanned of [layOutChannel, layOutSessions])
    expect(() => layOutPlanned(structureOf(other))).toThrow('the chart has no place for dreaming');
});

it.each(charts.slice(1))(
  'the lines of the chart of the $name begin at the box of their source and end at the box of their target',
  ({ layout }) => {
    const { boxes, lines } = layout;
    const touches = (path: string, point: readonly [number, number] | undefined) => {
      const box = boxes.find(({ state }) => state.path === path);
      if (!box || !point) return false;
      const [x, y] = [point[0] - box.x, point[1] - box.y];
      const isOnSide = (x === 0 || x === box.width) && y > 0 && y < box.height;
      return isOnSide || ((y === 0 || y === box.height) && x > 0 && x < box.width);
    };
    for (const { edge, points } of lines) {
      expect(touches(edge.from, points[0]), `${edge.from} → ${edge.to} begins`).toBe(true);
      expect(touches(edge.to, points.at(-1)), `${edge.from} → ${edge.to} ends`).toBe(true);
    }
  },
);

it('the chart of the channel rejects a machine with an unknown edge', () => {
  const other = setup({}).createMachine({
    id: 'other',
    initial: 'live',
    states: { live: {}, unsubscribing: { on: { dream: 'live' } } },
  });
  expect(() => layOutChannel(structureOf(other))).toThrow('the chart has no way from unsubscribing to live');
});
