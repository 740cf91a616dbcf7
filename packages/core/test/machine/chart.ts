/** The machine as a Mermaid chart: its states and transitions, read from the machine itself. */
import { sessionMachine } from '@sallyport/core';

type Node = typeof sessionMachine.root;

const nameOf = (node: Node) => node.path.join('_');
const childrenOf = (node: Node) => Object.values(node.states) as Node[];

export function chart(): string {
  const edges = new Map<string, string[]>();
  collect(sessionMachine.root, edges);
  return [
    'stateDiagram-v2',
    '  direction LR',
    ...inside(sessionMachine.root, '  '),
    ...[...edges].map(([edge, facts]) => `  ${edge} : ${facts.join('<br>')}`),
    ...childrenOf(sessionMachine.root)
      .filter(({ type }) => type === 'final')
      .map((node) => `  ${nameOf(node)} --> [*]`),
  ].join('\n');
}

function inside(node: Node, indent: string): string[] {
  const [initial] = node.initial?.target ?? [];
  return [
    ...(initial ? [`${indent}[*] --> ${nameOf(initial as Node)}`] : []),
    ...childrenOf(node).flatMap((child) =>
      childrenOf(child).length > 0
        ? [`${indent}state ${nameOf(child)} {`, ...inside(child, `${indent}  `), `${indent}}`]
        : [],
    ),
    ...childrenOf(node)
      .filter((child) => child.path.length > 1)
      .map((child) => `${indent}state "${child.key}" as ${nameOf(child)}`),
  ];
}

/** One edge from a state to another, with all the facts that lead there, each once. */
function collect(node: Node, edges: Map<string, string[]>): void {
  for (const definitions of node.transitions.values())
    for (const { target, eventType } of definitions) {
      const to = target?.[0] as Node | undefined;
      if (!to) continue;
      const edge = `${nameOf(node)} --> ${nameOf(to)}`;
      const facts = edges.get(edge) ?? [];
      if (!facts.includes(eventType)) facts.push(eventType);
      edges.set(edge, facts);
    }
  for (const child of childrenOf(node)) collect(child, edges);
}
