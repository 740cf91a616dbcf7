/**
 * What the types of a contract accept and refuse, and how fast. The compiler checks `fixtures/`, in which each line with
 * `@ts-expect-error` must be an error and each other line must not.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const fixtures = fileURLToPath(new URL('./fixtures', import.meta.url));
const compiler = fileURLToPath(new URL('../bin/tsc', import.meta.resolve('typescript')));

interface Outcome {
  readonly output: string;
  readonly instantiations: number;
}

/** Copies of the fixtures, each in a folder of its own. They are beside the fixtures, so that the same packages are found. */
const folder = mkdtempSync(fileURLToPath(new URL('./.types-', import.meta.url)));
afterAll(() => rmSync(folder, { recursive: true }));
// The fixtures import the file with this name in the folder above them.
writeFileSync(`${folder}/libraries.ts`, "export * from '../libraries.ts';\n");

/** Makes a copy of the fixtures. */
function copy(name: string): string {
  cpSync(fixtures, `${folder}/${name}`, { recursive: true });
  return `${folder}/${name}`;
}

/** Compiles these files of the copies in one run. */
function compile(files: readonly string[]): Outcome {
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

const renamed = [
  ['a request', "'room.history'", "'room.log'"],
  ['a parameter', 'room: z.string()', 'channel: z.string()'],
  ['a field of a result', 'text: z.string(), at', 'words: z.string(), at'],
  ['a field of a message of a client', 'typing: z.boolean()', 'isTyping: z.boolean()'],
  ['a field of a publication', 'line: z.string()', 'words: z.string()'],
  ['a pattern of channels', "'room:*'", "'hall:*'"],
  ['a field of a message of the server', 'online: z.number()', 'present: z.number()'],
] as const;

describe('the types of a contract', () => {
  let output: string;
  beforeAll(() => {
    copy('right');
    renamed.forEach(([, from, to], number) => {
      const path = `${copy(`renamed-${number}`)}/contract.ts`;
      const text = readFileSync(path, 'utf8');
      expect(text).toContain(from);
      writeFileSync(path, text.replaceAll(from, to));
    });
    const right = [...ends, 'misuse.ts', 'inference.ts'].map((file) => `right/${file}`);
    const wrong = renamed.flatMap((_, number) => ends.map((file) => `renamed-${number}/${file}`));
    ({ output } = compile([...right, ...wrong]));
  });

  /** What the compiler says of the files with this beginning. */
  const errorsIn = (beginning: string) => output.split('\n').filter((line) => line.startsWith(beginning));

  it('the compiler finds no error outside of the copies', () => {
    expect(output.split('\n').filter((line) => !/^(right|renamed-\d)\/|^ /.test(line))).toEqual([]);
  });

  it('the two ends of one contract compile', () => {
    for (const file of [...ends, 'contract.ts']) expect(errorsIn(`right/${file}`)).toEqual([]);
  });

  it.each(renamed.map(([what], number) => [what, number] as const))(
    '%s that is renamed in the contract is an error in both ends',
    (_, number) => {
      const wrong = errorsIn(`renamed-${number}/`).map(
        (line) => /\/([a-z]+\.ts)\(\d+,\d+\): error/.exec(line)?.[1],
      );
      expect([...new Set(wrong)].sort()).toEqual(['browser.ts', 'server.ts']);
    },
  );

  it('wrong uses are errors, and right uses are not', () => {
    expect(errorsIn('right/misuse.ts')).toEqual([]);
    expect(errorsIn('right/inference.ts')).toEqual([]);
  });
});

it('each request costs the compiler at most 1 200 instantiations, also with 200 requests', () => {
  const of = (count: number) => {
    writeFileSync(`${folder}/many.ts`, manyRequests(count));
    return compile(['many.ts']);
  };
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
