/** Makes docs/faults.md from the rows and from the tests that prove them. */
import { type Proof, type ProvenPlace, placesOf } from './proofs.ts';
import type { Row } from './row.ts';
import { beforeSignIn, inService, signedIn, throughBroker } from './rows/index.ts';

const inWords: Readonly<Record<ProvenPlace, string>> = {
  session: 'session',
  authenticator: 'authenticator',
  ws: '`ws`',
  uws: 'uWebSockets.js',
  binaries: 'both binaries',
  page: 'page',
  terminal: 'terminal',
  redis: 'Redis',
};

export function document(proofs: readonly Proof[]): string {
  return [
    '# Threats and faults',
    '',
    'One row for each threat or fault, with the outcome and the tests that prove it. `pnpm test:threats` writes this page from',
    '[`tests/threats/`](../tests/threats/src/rows) and from the titles of the tests, which begin with the id of their row. Do not edit it.',
    '',
    '*Where*: on the session alone, without a network and on a simulated clock; in the authenticators of `@sallyport/auth`; over real sockets',
    'on one transport or both; with both binaries as processes; against a real `redis-server`. Codes are those of [PROTOCOL.md, 4](../PROTOCOL.md#4-why-it-ended), limits those',
    'of [PROTOCOL.md, 5](../PROTOCOL.md#5-limits).',
    '',
    '## Before the sign-in',
    '',
    ...table(beforeSignIn, proofs),
    '',
    '## After the sign-in',
    '',
    ...table(signedIn, proofs),
    '',
    '## Several servers through a broker',
    '',
    'What publishers, subscribers and the operator notice when Redis fails: [operations/redis.md](operations/redis.md#when-redis-fails).',
    '',
    ...table(throughBroker, proofs),
    '',
    '## The server in service',
    '',
    ...table(inService, proofs),
    '',
  ].join('\n');
}

function table(rows: readonly Row[], proofs: readonly Proof[]): string[] {
  return [
    '| | threat or fault | outcome | where | proven by |',
    '|---|---|---|---|---|',
    ...rows.map((row) => {
      const ofThis = proofs.filter(({ ids }) => ids.includes(row.id));
      const shown = new Set(ofThis.flatMap(placesOf));
      const where = Object.entries(inWords).filter(([one]) => shown.has(one as ProvenPlace));
      const cells = [row.id, row.threat, row.outcome, where.map(([, words]) => words).join(', ')];
      return `| ${[...cells, proven(row, ofThis)].join(' | ')} |`;
    }),
  ];
}

/** The proofs, grouped by file. */
function proven({ unproven }: Row, proofs: readonly Proof[]): string {
  const files = [...new Set(proofs.map(({ file }) => file))].map((file) => {
    const names = proofs.filter((proof) => proof.file === file).map(({ name }) => escaped(name));
    return `[${labelOf(file)}](../${file}): ${[...new Set(names)].join('; ')}`;
  });
  return [...files, ...(unproven ? [`*Not shown*: ${unproven}.`] : [])].join('<br>');
}

/** A short label of a file: the package and the file, such as `auth/throttled` or `serving/limits`. */
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
