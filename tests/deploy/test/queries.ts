/** What a query of PromQL names: metrics, with the labels that it compares or groups by. Proven by: queries.test.ts. */
import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';

interface Selection {
  readonly metric: string;
  /** Each comparison of a label with a value, such as `state =~ "authenticating.*"`. */
  readonly matchers: readonly { readonly label: string; readonly operator: string; readonly value: string }[];
}

export interface Query {
  readonly selections: readonly Selection[];
  /** Labels in `by (…)`, `on (…)` and the like. */
  readonly groupedBy: readonly string[];
}

/** Throws if the text is not PromQL. Variables of Grafana are not PromQL: replace them first. */
export function parseQuery(text: string): Query {
  const selections: Selection[] = [];
  const groupedBy: string[] = [];
  const textOf = ({ from, to }: { readonly from: number; readonly to: number }) => text.slice(from, to);
  parser
    .configure({ top: 'PromQL' })
    .parse(text)
    .iterate({
      enter({ type, node, from, to }) {
        if (type.isError) throw new Error(`not PromQL at ${from}: ${text}`);
        if (type.name === 'VectorSelector') selections.push(selectionOf(node, textOf));
        if (type.name === 'GroupingLabels')
          groupedBy.push(
            ...text
              .slice(from, to)
              .replace(/[()\s]/g, '')
              .split(',')
              .filter(Boolean),
          );
        if (type.name === 'BinaryExpr' && node.getChild('MatchingModifierClause') && hasNumber(node))
          throw new Error(`only series can match on labels, and one side is a number: ${text}`);
      },
    });
  return { selections, groupedBy };
}

function hasNumber(node: SyntaxNode): boolean {
  return node.getChildren('NumberDurationLiteral').length > 0;
}

function selectionOf(
  node: SyntaxNode,
  textOf: (place: { readonly from: number; readonly to: number }) => string,
): Selection {
  const name = node.getChild('Identifier');
  if (!name) throw new Error(`a selector without the name of a metric: ${textOf(node)}`);
  const matchers = [...textOf(node).matchAll(/(\w+)\s*(=~|!~|!=|=)\s*"((?:\\.|[^"\\])*)"/g)].map(
    ([, label = '', operator = '', value = '']) => ({ label, operator, value }),
  );
  return { metric: textOf(name), matchers };
}
