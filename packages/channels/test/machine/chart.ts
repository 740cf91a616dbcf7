/** The channel machine as a Mermaid chart: its states and transitions, read from the machine itself. */
import { channelMachine } from '../../src/machine/machine.ts';

export function chart(): string {
  const { root } = channelMachine;
  const edges = new Map<string, Set<string>>();
  for (const [from, node] of Object.entries(root.states))
    for (const definitions of node.transitions.values())
      for (const { target, eventType } of definitions) {
        const to = target?.[0]?.key;
        if (to === undefined) continue;
        const edge = `${from} --> ${to}`;
        edges.set(edge, (edges.get(edge) ?? new Set()).add(eventType));
      }
  return [
    'stateDiagram-v2',
    '  direction LR',
    `  [*] --> ${root.initial?.target[0]?.key}`,
    ...[...edges].map(([edge, facts]) => `  ${edge} : ${[...facts].join('<br>')}`),
    '  closed --> [*]',
  ].join('\n');
}
