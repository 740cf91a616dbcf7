/**
 * The proofs: every test whose title begins with ids of rows, such as `A7, A9: …`.
 *
 * They are found in the sources and not in a run. So it takes no time, and a test that is skipped on this Node counts too.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Place } from './row.ts';

export interface Proof {
  /** Ids of rows, without those of other lists (T: the traps of tests/transport-quirks/). */
  readonly ids: readonly string[];
  /** The title without the ids. `…` stands for the values that a parametrized title inserts. */
  readonly name: string;
  /** From the root of the repository. */
  readonly file: string;
}

export type ProvenPlace = Exclude<Place, 'sockets'>;

const root = new URL('../../../', import.meta.url);
const others = [
  'tests/transport-quirks/test',
  'tests/memory',
  'tests/interop',
  'tests/browser',
  'tests/redis/test',
];
const TITLE = /(['"`])([AEST]\d+(?:, [AEST]\d+)*): ((?:\\.|(?!\1)[^\n\\])+)\1/g;

/** Which places the tests in a file prove, by its path. The first pattern that matches counts. */
const places: readonly (readonly [RegExp, readonly ProvenPlace[]])[] = [
  [/^packages\/(channels|client|contract|core|listen|protocol)\//, ['session']],
  [/^packages\/auth\//, ['authenticator']],
  [/^packages\/(operations|server)\//, ['binaries']],
  [/^(packages\/page|tests\/browser)\//, ['page']],
  [/^packages\/cli\//, ['terminal']],
  [/^packages\/broker-redis\//, ['redis']],
  [/^tests\/redis\//, ['binaries', 'redis']],
  [/^packages\/ws\/|-of-ws\.test/, ['ws']],
  [/^packages\/uws\/|-of-uws\.test/, ['uws']],
  [/^tests\/memory\/sessions/, ['session']],
  [/^tests\/memory\/(floods|bystanders|channels|plain-http|requests|times)/, ['ws', 'uws', 'binaries']],
  [/^(packages\/conformance|tests)\//, ['ws', 'uws']],
];

export function findProofs(): readonly Proof[] {
  const packages = ['packages', 'examples'].flatMap((folder) =>
    namesIn(folder).map((name) => `${folder}/${name}/test`),
  );
  const files = [...packages, 'packages/conformance/src/serving/stories', ...others].flatMap(sourcesIn);
  return files.toSorted().flatMap((file) => proofsIn(file, readFileSync(new URL(file, root), 'utf8')));
}

export function placesOf({ file }: Proof): readonly ProvenPlace[] {
  const found = places.find(([pattern]) => pattern.test(file));
  if (!found)
    throw new Error(
      `${file} has the id of a row in a title, and proofs.ts does not know which place it proves`,
    );
  return found[1];
}

/** Whether these tests prove a row at a place. */
export function covers(proofs: readonly Proof[], place: Place): boolean {
  const shown = new Set(proofs.flatMap(placesOf));
  return place === 'sockets' ? shown.has('ws') && shown.has('uws') : shown.has(place);
}

function proofsIn(file: string, source: string): Proof[] {
  return [...source.matchAll(TITLE)].map(([, , ids = '', name = '']) => ({
    ids: ids.split(', ').filter((id) => !id.startsWith('T')),
    name: name.replace(/\$\{[^}]*\}|%[sijo]/g, '…'),
    file,
  }));
}

function namesIn(folder: string): string[] {
  return readdirSync(new URL(`${folder}/`, root));
}

/** All TypeScript files below a folder; none if the folder does not exist. A folder whose name begins with a dot is of a test that runs now. */
function sourcesIn(folder: string): string[] {
  const path = new URL(`${folder}/`, root);
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const { name } = entry;
    if (name.startsWith('.') || name === 'node_modules') return [];
    if (entry.isDirectory()) return sourcesIn(`${folder}/${name}`);
    return name.endsWith('.ts') ? [`${folder}/${name}`] : [];
  });
}
