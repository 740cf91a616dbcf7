/**
 * The proofs: every test whose name begins with the ids of rows, such as `A7, A9: …`, found in the sources.
 *
 * In the sources, not in a run: so it takes no time, and a test that this Node has no binary for counts as well.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Place } from './row.ts';

export interface Proof {
  /** Of rows; ids of other lists (T: the traps of tests/transport-quirks/) are left out. */
  readonly ids: readonly string[];
  /** Without them; what differs from run to run of a test is `…`. */
  readonly name: string;
  /** From the root of the repository. */
  readonly file: string;
}

export type Where = Exclude<Place, 'sockets'>;

const root = new URL('../../../', import.meta.url);
const others = ['tests/transport-quirks/test', 'tests/memory', 'tests/interop', 'tests/browser'];
const TITLE = /(['"`])([AET]\d+(?:, [AET]\d+)*): ((?:\\.|(?!\1)[^\n\\])+)\1/g;

/** What tests in a file are about, by where it is; the first that fits. */
const places: readonly (readonly [RegExp, readonly Where[]])[] = [
  [/^packages\/(core|protocol)\//, ['session']],
  [/^packages\/auth\//, ['authenticator']],
  [/^packages\/server\//, ['binaries']],
  [/^(packages\/page|tests\/browser)\//, ['page']],
  [/^packages\/cli\//, ['terminal']],
  [/^packages\/ws\/|-of-ws\.test/, ['ws']],
  [/^packages\/uws\/|-of-uws\.test/, ['uws']],
  [/^tests\/memory\/sessions/, ['session']],
  [/^tests\/memory\/(floods|bystanders|plain-http|times)/, ['ws', 'uws', 'binaries']],
  [/^(packages\/conformance|tests)\//, ['ws', 'uws']],
];

export function findProofs(): readonly Proof[] {
  const packages = ['packages', 'examples'].flatMap((folder) =>
    namesIn(folder).map((name) => `${folder}/${name}/test`),
  );
  const files = [...packages, 'packages/conformance/src/serving/stories', ...others].flatMap(sourcesIn);
  return files.toSorted().flatMap((file) => proofsIn(file, readFileSync(new URL(file, root), 'utf8')));
}

export function whereOf({ file }: Proof): readonly Where[] {
  const found = places.find(([pattern]) => pattern.test(file));
  if (!found) throw new Error(`${file} bears the id of a row, and proofs.ts does not know what it is about`);
  return found[1];
}

/** Whether these tests show a row at a place. */
export function covers(proofs: readonly Proof[], place: Place): boolean {
  const shown = new Set(proofs.flatMap(whereOf));
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

/** All below a folder, which need not be there. */
function sourcesIn(folder: string): string[] {
  const path = new URL(`${folder}/`, root);
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('node_modules'))
    .map((name) => `${folder}/${name}`);
}
