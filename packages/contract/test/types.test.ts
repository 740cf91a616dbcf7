/**
 * What the types of a contract accept and refuse, and how fast. The compiler checks `fixtures/`, in which each line with
 * `@ts-expect-error` must be an error and each other line must not.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

const fixtures = fileURLToPath(new URL('./fixtures', import.meta.url));
const compiler = fileURLToPath(new URL('../bin/tsc', import.meta.resolve('typescript')));

interface Outcome {
  readonly output: string;
  readonly instantiations: number;
}

/** Compiles the files of a copy of the fixtures, after the change. */
function compile(change: (folder: string) => void, files: readonly string[]): Outcome {
  // Beside the fixtures, so that the same packages are found.
  const folder = mkdtempSync(fileURLToPath(new URL('./.types-', import.meta.url)));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  cpSync(fixtures, folder, { recursive: true });
  change(folder);
  const options = { extends: '../tsconfig.json', include: [], files };
  writeFileSync(`${folder}/tsconfig.json`, JSON.stringify(options));
  const args = [compiler, '-p', folder, '--pretty', 'false', '--extendedDiagnostics'];
  const output = outputOf(args, folder);
  const instantiations = /^Instantiations: +(\d+)/m.exec(output)?.[1];
  return {
    output: output.replace(/^[A-Z][A-Za-z/ ]+: .*$/gm, '').trim(),
    instantiations: Number(instantiations),
  };
}

/** What the compiler prints. It ends with an error code if it finds an error. */
function outputOf(args: readonly string[], cwd: string): string {
  try {
    return execFileSync(process.execPath, args, { cwd, encoding: 'utf8' });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

const ends = ['server.ts', 'browser.ts'];

it('the two ends of one contract compile', () => {
  expect(compile(() => {}, ends).output).toBe('');
});

it.each([
  ['a request', "'room.history'", "'room.log'", ['browser.ts', 'server.ts']],
  ['a parameter', 'room: z.string()', 'channel: z.string()', ['browser.ts', 'server.ts']],
  ['a field of a result', 'text: z.string(), at', 'words: z.string(), at', ['browser.ts', 'server.ts']],
  [
    'a field of a message of a client',
    'typing: z.boolean()',
    'isTyping: z.boolean()',
    ['browser.ts', 'server.ts'],
  ],
  [
    'a field of a message of the server',
    'online: z.number()',
    'present: z.number()',
    ['browser.ts', 'server.ts'],
  ],
])('%s that is renamed in the contract is an error in both ends', (_, from, to, files) => {
  const { output } = compile((folder) => {
    const path = `${folder}/contract.ts`;
    const text = readFileSync(path, 'utf8');
    expect(text).toContain(from);
    writeFileSync(path, text.replaceAll(from, to));
  }, ends);
  const wrong = [...output.matchAll(/^([a-z]+\.ts)\(\d+,\d+\): error/gm)].map(([, file]) => file);
  expect([...new Set(wrong)].sort()).toEqual(files);
});

it('wrong uses are errors, and right uses are not', () => {
  expect(compile(() => {}, ['misuse.ts', 'inference.ts']).output).toBe('');
});

it('each request costs the compiler at most 1 200 instantiations, also with 200 requests', () => {
  const of = (count: number) =>
    compile((folder) => writeFileSync(`${folder}/many.ts`, manyRequests(count)), ['many.ts']);
  const [few, many] = [of(10), of(200)];
  expect([few.output, many.output]).toEqual(['', '']);
  const each = (many.instantiations - few.instantiations) / 190;
  console.log(`instantiations: ${few.instantiations} with 10 requests, ${many.instantiations} with 200`);
  expect(each).toBeLessThan(1_200);
});

/** A program with a contract of so many requests, and both of its ends. */
function manyRequests(count: number): string {
  const names = Array.from({ length: count }, (_, index) => `request${index}`);
  const requests = names.map(
    (name, index) =>
      `${name}: { params: z.object({ p${index}: z.string() }), result: z.object({ r${index}: z.number() }) },`,
  );
  const handlers = names.map(
    (name, index) => `${name}: ({ p${index} }) => ({ r${index}: p${index}.length }),`,
  );
  const uses = names.map(
    (name, index) =>
      `export const u${index} = (await api.request('${name}', { p${index}: 'a' })).r${index} + 1;`,
  );
  return `import { type ClientSession, contractClient, defineContract, implement } from '@sallyport/contract';
import { z } from 'zod';
const contract = defineContract({ requests: {
${requests.join('\n')}
} });
export const server = implement(contract, { requests: {
${handlers.join('\n')}
} });
declare const session: ClientSession;
const api = contractClient(contract, session);
${uses.join('\n')}
`;
}
