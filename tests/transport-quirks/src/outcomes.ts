/** The outcome of every case on a transport, in the form of golden/. */
import { readFileSync } from 'node:fs';
import { exchangeFrames } from './exchange.ts';
import { frameCases } from './frame-cases.ts';
import type { Transport } from './transports.ts';
import { upgradeCases } from './upgrade-cases.ts';
import { exchangeUpgrade } from './upgrade-exchange.ts';

export const sections = ['upgrade requests', 'frames before sign-in', 'frames after it'] as const;
export type Section = (typeof sections)[number];
export type Outcomes = Readonly<Record<Section, Readonly<Record<string, string>>>>;

export function goldenFile(transport: Transport['name']): URL {
  return new URL(`../golden/${transport}.json`, import.meta.url);
}

export function golden(transport: Transport['name']): Outcomes {
  return JSON.parse(readFileSync(goldenFile(transport), 'utf8')) as Outcomes;
}

export async function measure(transport: Transport): Promise<Outcomes> {
  return {
    'upgrade requests': await each(upgradeCases, (odd) => exchangeUpgrade(transport, odd)),
    'frames before sign-in': await each(frameCases, (odd) =>
      exchangeFrames(transport, 'before sign-in', odd),
    ),
    'frames after it': await each(frameCases, (odd) => exchangeFrames(transport, 'after it', odd)),
  };
}

/** One case after the other: a fence proves something only about a server without other work. */
async function each<Case extends { readonly name: string }>(
  cases: readonly Case[],
  exchange: (odd: Case) => Promise<string>,
): Promise<Record<string, string>> {
  const outcomes: Record<string, string> = {};
  for (const odd of cases) {
    if (odd.name in outcomes) throw new Error(`two cases are called "${odd.name}"`);
    try {
      outcomes[odd.name] = await exchange(odd);
    } catch (error) {
      throw new Error(`nothing came of "${odd.name}"`, { cause: error });
    }
  }
  return outcomes;
}
