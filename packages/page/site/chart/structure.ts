/**
 * The states and edges of a machine, read from the machine that runs.
 *
 * Several facts with the same source and target are one edge. If each child of a state has an edge to the same target, that
 * is one edge of the parent. Proven by: test/chart.test.ts.
 */
import type { AnyStateMachine, AnyStateNode } from 'xstate';

/** A state of the chart. */
export interface ChartState {
  /** The dotted path, as in `session.path`. */
  readonly path: string;
  /** The path of the parent state; `undefined` for an outermost state. */
  readonly parent: string | undefined;
  readonly key: string;
  /** The path of its initial leaf state; its own path for a leaf. */
  readonly initial: string;
  readonly isFinal: boolean;
}

/** An edge of the chart, with the paths of its states. */
export interface ChartEdge {
  readonly from: string;
  readonly to: string;
  /** The facts that cause it, some only under a condition. */
  readonly facts: readonly string[];
}

export interface Structure {
  readonly states: readonly ChartState[];
  readonly edges: readonly ChartEdge[];
}

export function structureOf(machine: AnyStateMachine): Structure {
  const nodes = below(machine.root);
  const states = nodes.map((node) => ({
    path: pathOf(node),
    parent: node.parent && node.parent !== machine.root ? pathOf(node.parent) : undefined,
    key: node.key,
    initial: pathOf(initialIn(node)),
    isFinal: node.type === 'final',
  }));
  return { states, edges: lifted(nodes.flatMap(edgesFrom), states) };
}

function below(node: AnyStateNode): AnyStateNode[] {
  return Object.values(node.states).flatMap((child) => [child, ...below(child)]);
}

const pathOf = (node: AnyStateNode) => node.path.join('.');

function initialIn(node: AnyStateNode): AnyStateNode {
  const [first] = node.initial?.target ?? [];
  return first ? initialIn(first) : node;
}

function edgesFrom(node: AnyStateNode): ChartEdge[] {
  const facts = new Map<string, Set<string>>();
  for (const [fact, transitions] of node.transitions)
    for (const target of transitions.flatMap((one) => one.target ?? []))
      facts.set(pathOf(target), (facts.get(pathOf(target)) ?? new Set()).add(fact));
  return [...facts].map(([to, these]) => ({ from: pathOf(node), to, facts: [...these] }));
}

function lifted(edges: readonly ChartEdge[], states: readonly ChartState[]): ChartEdge[] {
  let all = [...edges];
  for (const { path } of states) {
    const children = states.filter(({ parent }) => parent === path).map((child) => child.path);
    if (children.length === 0) continue;
    const outside = (to: string) => to !== path && !children.includes(to);
    for (const target of new Set(all.map(({ to }) => to).filter(outside))) {
      const theirs = all.filter(({ from, to }) => to === target && children.includes(from));
      if (theirs.length < children.length) continue;
      const own = all.filter(({ from, to }) => to === target && from === path);
      const merged = [...own, ...theirs];
      const facts = [...new Set(merged.flatMap((edge) => edge.facts))];
      all = [...all.filter((edge) => !merged.includes(edge)), { from: path, to: target, facts }];
    }
  }
  return all;
}

/** Whether `inner` equals `outer` or is a descendant of it. */
export function isWithin(inner: string, outer: string): boolean {
  return inner === outer || inner.startsWith(`${outer}.`);
}
