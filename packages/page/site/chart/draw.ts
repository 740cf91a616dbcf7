/** The statechart as SVG. It highlights the current state, the transitions out of it, and the last transition. */
import type { Layout, Line } from './layout.ts';
import { isWithin } from './structure.ts';

/** A drawn statechart. */
export interface Chart {
  readonly svg: SVGSVGElement;
  /** Highlights the state `path` and the last transition; without one, the state alone. */
  highlight(path: string, last?: { readonly fact: string; readonly from: string }): void;
}

const CORNER = 8;

/** `name` says what the chart is of: "session". Two charts of a page have different names. */
export function drawChart(name: string, { width, height, boxes, lines }: Layout): Chart {
  const svg = element('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', class: 'statechart' });
  const marker = element('marker', {
    id: `arrow-${name}`,
    viewBox: '0 0 8 8',
    refX: '7',
    refY: '4',
    markerWidth: '7',
    markerHeight: '7',
    orient: 'auto',
    markerUnits: 'userSpaceOnUse',
  });
  marker.append(element('path', { d: 'M0.5,0.8 L7.5,4 L0.5,7.2 Z', fill: 'context-stroke' }));
  const defs = element('defs', {});
  defs.append(marker);
  svg.append(defs);

  const drawnBoxes = boxes.map(({ state, x, y, width, height }) => {
    const group = element('g', { class: 'box', 'data-state': state.path });
    const isOuter = boxes.some(({ state: { parent } }) => parent === state.path);
    if (isOuter) group.classList.add('outer');
    if (state.isFinal) group.classList.add('final');
    const round = String(isOuter ? 14 : 9);
    group.append(
      element('rect', { x: `${x}`, y: `${y}`, width: `${width}`, height: `${height}`, rx: round }),
    );
    if (state.isFinal)
      group.append(
        element('rect', {
          x: `${x + 3}`,
          y: `${y + 3}`,
          width: `${width - 6}`,
          height: `${height - 6}`,
          rx: '6.5',
        }),
      );
    const [labelX, labelY] = isOuter ? [x + 14, y + 20] : [x + width / 2, y + height / 2 + 4.5];
    const label = element('text', { x: `${labelX}`, y: `${labelY}` });
    label.textContent = inWords(state.key);
    group.append(label);
    return { path: state.path, group };
  });

  const drawnLines = lines.map(({ edge, points }) => {
    const path = element('path', {
      d: rounded(points),
      class: 'line',
      'data-from': edge.from,
      'data-to': edge.to,
      'marker-end': `url(#arrow-${name})`,
    });
    const title = element('title', {});
    title.textContent = `${edge.from} → ${edge.to}: ${edge.facts.join(', ')}`;
    path.append(title);
    return { edge, path };
  });
  // Outer boxes lie under the lines, inner ones above them.
  svg.append(
    ...drawnBoxes.filter(({ group }) => group.classList.contains('outer')).map(({ group }) => group),
    ...drawnLines.map(({ path }) => path),
    ...drawnBoxes.filter(({ group }) => !group.classList.contains('outer')).map(({ group }) => group),
  );

  return {
    svg,
    highlight(path, last) {
      svg.setAttribute(
        'aria-label',
        `Statechart of the ${name}. Active: ${path.split('.').map(inWords).join(', ')}.`,
      );
      for (const box of drawnBoxes) box.group.classList.toggle('active', isWithin(path, box.path));
      for (const { edge, path: line } of drawnLines) {
        const isOut = isWithin(path, edge.from);
        const isLast =
          last !== undefined &&
          edge.facts.includes(last.fact) &&
          isWithin(last.from, edge.from) &&
          isWithin(path, edge.to);
        line.classList.toggle('out', isOut);
        line.classList.toggle('came', isLast);
        // Highlighted lines are drawn last, on top.
        if (isLast || isOut)
          line.parentNode?.insertBefore(
            line,
            drawnBoxes.find(({ group }) => !group.classList.contains('outer'))?.group ?? null,
          );
      }
    },
  };
}

/** `awaitingVerdict` → `awaiting verdict`. */
export function inWords(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function rounded(points: Line['points']): string {
  return points
    .map(([x, y], index) => {
      const [before, after] = [points[index - 1], points[index + 1]];
      if (!before) return `M${x},${y}`;
      if (!after) return `L${x},${y}`;
      const near = ([toX, toY]: readonly [number, number]) => {
        const far = Math.hypot(toX - x, toY - y);
        const share = Math.min(CORNER, far / 2) / (far || 1);
        return `${x + (toX - x) * share},${y + (toY - y) * share}`;
      };
      return `L${near(before)} Q${x},${y} ${near(after)}`;
    })
    .join(' ');
}

function element<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>>,
): SVGElementTagNameMap[Name] {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
