/** docs/faults.md, made of the rows and of the tests that prove them. */
import { type Proof, type Where, whereOf } from './proofs.ts';
import type { Row } from './row.ts';
import { beforeSignIn, signedIn } from './rows/index.ts';

const inWords: Readonly<Record<Where, string>> = {
  session: 'session',
  authenticator: 'authenticator',
  ws: '`ws`',
  uws: 'uWebSockets.js',
  binaries: 'both binaries',
  page: 'page',
  terminal: 'terminal',
};

export function document(proofs: readonly Proof[]): string {
  return [
    '# What goes wrong, and what happens then',
    '',
    'Threats and faults, one a row, and the tests that prove what happens. Made from [`tests/threats/`](../tests/threats/src/rows) and from the names of',
    'the tests, which begin with the id of their row; do not edit. `pnpm test:threats` writes it anew.',
    '',
    '*Where*: on the session alone, with no network and on a simulated clock; by the authenticators of `@sallyport/auth`; over real sockets',
    'on either transport; with both binaries as processes. Codes are those of [PROTOCOL.md, 4](../PROTOCOL.md#4-why-it-ended), limits those',
    'of [PROTOCOL.md, 5](../PROTOCOL.md#5-limits).',
    '',
    '## Until somebody is signed in',
    '',
    ...table(beforeSignIn, proofs),
    '',
    '## Signed in',
    '',
    ...table(signedIn, proofs),
    '',
  ].join('\n');
}

function table(rows: readonly Row[], proofs: readonly Proof[]): string[] {
  return [
    '| | what goes wrong | what happens | where | proven by |',
    '|---|---|---|---|---|',
    ...rows.map((row) => {
      const ofThis = proofs.filter(({ ids }) => ids.includes(row.id));
      const shown = new Set(ofThis.flatMap(whereOf));
      const where = Object.entries(inWords).filter(([one]) => shown.has(one as Where));
      const cells = [row.id, row.threat, row.outcome, where.map(([, words]) => words).join(', ')];
      return `| ${[...cells, proven(row, ofThis)].join(' | ')} |`;
    }),
  ];
}

/** By file, so that a reader sees where to look. */
function proven({ unproven }: Row, proofs: readonly Proof[]): string {
  const files = [...new Set(proofs.map(({ file }) => file))].map((file) => {
    const names = proofs.filter((proof) => proof.file === file).map(({ name }) => escaped(name));
    return `[${labelOf(file)}](../${file}): ${[...new Set(names)].join('; ')}`;
  });
  return [...files, ...(unproven ? [`*Not shown*: ${unproven}.`] : [])].join('<br>');
}

/** `auth/throttled`, `serving/limits`: the package and the file, or as good as that. */
function labelOf(file: string): string {
  return file
    .replace(/^packages\//, '')
    .replace('conformance/src/serving/stories', 'serving')
    .replace(/\/test\//, '/')
    .replace(/(\.test)?\.ts$/, '');
}

function escaped(name: string): string {
  return name.replace(/\\(.)/g, '$1').replace(/[|[\]`*_<]/g, '\\$&');
}
