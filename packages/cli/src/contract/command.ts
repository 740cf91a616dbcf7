/**
 * `sallyport contract`: lists what a contract has, or writes it as an AsyncAPI document. Proven by: test/contract.test.ts.
 */
import type { ContractDefinition } from '@sallyport/contract';
import type { Command } from 'commander';
import { parseTarget } from '../connect/target.ts';
import { exitCodes, Refusal } from '../refusal.ts';
import { stripUnprintable } from '../strip-unprintable.ts';

interface Values {
  readonly asyncapi?: true;
  readonly url?: string;
  readonly title?: string;
  readonly apiVersion?: string;
}

export function addContract(program: Command, done: (exitCode: number) => void): void {
  program
    .command('contract')
    .description('list a contract of @sallyport/contract, or write it as an AsyncAPI document')
    .argument('<file>', 'the module that exports the contract, as `contract` or as its default')
    .option('--asyncapi', 'write an AsyncAPI 3 document to standard output, in JSON')
    .option('--url <url>', 'the URL of the server in the document')
    .option('--title <text>', 'the title in the document (default: the name in the nearest package.json)')
    .option('--api-version <text>', 'the version in the document (default: that of the nearest package.json)')
    .addHelpText('after', HELP)
    .action(async (file: string, values: Values) => {
      checkTogether(values);
      const server = values.url === undefined ? undefined : serverUrl(values.url);
      // Loaded on demand: `sallyport connect` needs none of it.
      const { loadContract } = await import('./load-contract.ts');
      const contract = await loadContract(file);
      if (values.asyncapi) await writeDocument(file, contract, values, server);
      else for (const line of linesOf(contract)) process.stdout.write(`${stripUnprintable(line)}\n`);
      done(exitCodes.ok);
    });
}

const HELP = `
The command runs the file, which must do nothing but define the contract. A .ts
file needs Node 22.18 or later. JSON Schemas come from the library of schemas
where it offers Standard JSON Schema, as zod does from 4.2 on and arktype from
2.1.28 on; for valibot, install @valibot/to-json-schema beside it. For a schema
without one, the document allows any value, and standard error says so.

Examples:
  sallyport contract contract.js
  sallyport contract contract.js --asyncapi --url wss://example.com > api.json

Exit codes: 0 done; 2 wrong usage; 3 the file cannot be used.`;

/** Options of the document have no effect without it. */
function checkTogether({ asyncapi, ...others }: Values): void {
  const [name] = Object.keys(others);
  if (asyncapi || name === undefined) return;
  const option = name === 'apiVersion' ? 'api-version' : name;
  throw new Refusal(`--${option} is for the document: add --asyncapi`);
}

function serverUrl(text: string): URL {
  const url = parseTarget(text);
  if (url.search !== '')
    throw new Refusal('--url: the URL has a query, which AsyncAPI cannot express there: leave it out');
  return url;
}

async function writeDocument(
  file: string,
  contract: ContractDefinition,
  { title, apiVersion }: Values,
  server: URL | undefined,
): Promise<void> {
  const [{ asyncApi }, { jsonSchemas }, { infoOf }] = await Promise.all([
    import('./asyncapi.ts'),
    import('./json-schemas.ts'),
    import('./info.ts'),
  ]);
  const { schemas, problems } = await jsonSchemas(contract, file);
  const nearest = infoOf(file);
  const info = { title: title ?? nearest.title, version: apiVersion ?? nearest.version };
  process.stdout.write(`${JSON.stringify(asyncApi(contract, schemas, info, server), undefined, 2)}\n`);
  for (const problem of problems) process.stderr.write(`sallyport: ${stripUnprintable(problem)}\n`);
}

function linesOf({ requests = {}, messages = {}, channels = {} }: ContractDefinition): string[] {
  const entries = Object.entries(requests);
  const width = Math.max(0, ...entries.map(([name]) => name.length));
  return [
    ...entries.map(([name, { idempotent, summary }]) =>
      ['request', name.padEnd(width), idempotent ? 'idempotent' : '', summary ?? '']
        .filter((word) => word !== '')
        .join('  ')
        .trimEnd(),
    ),
    ...(['client', 'server'] as const)
      .filter((sender) => messages[sender])
      .map((sender) => `messages of the ${sender}`),
    ...Object.entries(channels).map(([pattern, { summary }]) =>
      ['channel', pattern, ...(summary === undefined ? [] : [summary])].join('  '),
    ),
  ];
}
