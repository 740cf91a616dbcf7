/**
 * The differences between the outcomes on the two transports, each with its reason. docs/transports.md explains the reasons
 * in prose; this file makes its tables.
 */
import type { Outcomes, Section } from './outcomes.ts';
import { sections } from './outcomes.ts';

export interface Difference {
  readonly section: Section;
  readonly name: string;
  readonly ws: string;
  readonly uws: string;
}

const isUpgrade = ({ section }: Difference) => section === 'upgrade requests';

/** The first that matches is the reason. */
export const reasons: Readonly<Record<string, (difference: Difference) => boolean>> = {
  'the size of a request': (one) => isUpgrade(one) && /\d (bytes of )?headers/.test(one.name),
  'malformed requests': (one) => isUpgrade(one) && one.uws.startsWith('no answer'),
  'more than one request': (one) => isUpgrade(one) && /same write|one write/.test(one.name),
  'the Expect header': (one) => isUpgrade(one) && one.name.startsWith('Expect: '),
  'plain HTTP or an upgrade': (one) => isUpgrade(one) && /^(40\d|101)/.test(one.ws),
  'messages past the size limit': ({ section, ws, uws }) =>
    section !== 'upgrade requests' && ws.startsWith('close 1009') && !uws.startsWith('cut'),
  'frames without a mask': ({ name }) => name.startsWith('unmasked'),
  'a message within another': ({ name }) => name === 'bytes within a fragmented text',
  'very many fragments': ({ name }) => name.startsWith('2 000 '),
  'waiting for the close frame': ({ name }) => name.endsWith('our close frame is not answered'),
  'the codes of close frames': ({ uws }) => uws.startsWith('close 1005'),
  'ends without a close frame': ({ ws, uws }) => ws.startsWith('close 100') && uws.startsWith('cut'),
};

export function differencesOf(ws: Outcomes, uws: Outcomes): Difference[] {
  return sections.flatMap((section) =>
    Object.entries(ws[section])
      .map(([name, outcome]) => ({ section, name, ws: outcome, uws: uws[section][name] ?? 'untried' }))
      .filter((one) => one.ws !== one.uws),
  );
}

export function reasonOf(difference: Difference): string | undefined {
  return Object.entries(reasons).find(([, fits]) => fits(difference))?.[0];
}

/** One row for all inputs with the same outcomes. */
export function table(differences: readonly Difference[]): string {
  const rows = new Map<string, Map<string, Section[]>>();
  for (const { section, name, ws, uws } of differences) {
    const outcome = `${ws} | ${uws}`;
    const names = rows.get(outcome) ?? new Map<string, Section[]>();
    rows.set(outcome, names.set(name, [...(names.get(name) ?? []), section]));
  }
  const lines = [...rows].map(([outcome, names]) => `| ${[...names].map(inputOf).join('; ')} | ${outcome} |`);
  return ['| input | on `ws` | on uWebSockets.js |', '|---|---|---|', ...lines].join('\n');
}

function inputOf([name, found]: [string, Section[]]): string {
  const isHalf = found.length === 1 && found[0] !== 'upgrade requests';
  return isHalf ? `${name} (${found[0]?.replace('frames ', '')})` : name;
}
