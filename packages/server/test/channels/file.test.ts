/** The file of `--channels`: what it may have, and what the server says about a wrong one. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readChannelsFile } from '../../src/channels/file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-channels-file-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function read(content: unknown) {
  const path = join(folder, 'channels.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return readChannelsFile({ value: path, name: '--channels' });
}

/** The lines of the error, without the path. */
function problems(content: unknown): string[] {
  try {
    read(content);
  } catch (error) {
    const lines = (error as Error).message.split('\n  ');
    return lines
      .map((line) => line.replaceAll(join(folder, 'channels.json'), 'FILE'))
      .filter((line) => !/^\d+ problems:$/.test(line));
  }
  throw new Error('the file is right');
}

it('has namespaces by pattern, and $schema for editors', () => {
  const namespaces = {
    'room:*': {
      historySize: 100,
      historyMs: 60_000,
      subscribe: '*',
      recover: '*',
      publish: ['ada'],
      presence: '*',
    },
    'user:{user}': { subscribe: '*' },
    closed: {},
  };
  expect(read({ $schema: './channels.schema.json', namespaces })).toEqual(namespaces);
  expect(read(`\uFEFF${JSON.stringify({ namespaces: {} })}`)).toEqual({});
});

it('names all bad values at once, each with its key and what is allowed', () => {
  const namespaces = {
    'room:*': { historySize: -1, historyMs: '60', publish: 'ada', subscribe: ['ada', 1] },
    'user:{name}': {},
    news: [],
  };
  expect(problems({ namespaces })).toEqual([
    "--channels FILE: namespaces['room:*'].historySize is invalid: -1. It must be a whole number from 0 to 999999999.",
    '--channels FILE: namespaces[\'room:*\'].historyMs is invalid: "60". It must be a whole number from 0 to 999999999.',
    '--channels FILE: namespaces[\'room:*\'].subscribe is invalid: ["ada",1]. It must be "*" for every signed-in user, or a list of users, such as ["ada"].',
    '--channels FILE: namespaces[\'room:*\'].publish is invalid: "ada". It must be "*" for every signed-in user, or a list of users, such as ["ada"].',
    "--channels FILE: namespaces['user:{name}'] is invalid. The only placeholder is {user}, not {name}.",
    "--channels FILE: namespaces['news'] is invalid: []. It must be an object.",
  ]);
});

it.each([
  [{ namespace: {} }, ['must have the key namespaces', 'did you mean namespaces?']],
  [
    { namespaces: { a: { subscribers: '*' } } },
    ["namespaces['a'].subscribers", "did you mean namespaces['a'].subscribe?"],
  ],
  [{ namespaces: [] }, ['namespaces is invalid: []. It must be an object.']],
  [{ namespaces: { a: { publish: ['*'] } } }, ['It must be "*" for every']],
  [{ namespaces: { a: { publish: [' '] } } }, ['It must be "*" for every']],
  [{ $schema: 1, namespaces: {} }, ['$schema is invalid: 1. It must be a text.']],
  ['{ "namespaces": { "__proto__": {} } }', ["namespaces['__proto__'] is invalid"]],
  ['{ "namespaces": {}, }', ['this is not JSON']],
  ['[]', ['it must be a JSON object, such as { "namespaces"']],
])('is refused with a message that names the fix: %j', (content, words) => {
  const said = problems(content).join('\n');
  for (const word of words) expect(said).toContain(word);
});

it('is refused if it is missing', () => {
  const path = join(folder, 'none.json');
  expect(() => readChannelsFile({ value: path, name: 'SALLYPORT_CHANNELS' })).toThrow(
    `SALLYPORT_CHANNELS ${path}: there is no such file`,
  );
});

it.each(['README.md', 'docs/operations/channels.md', 'docs/guide/channels.md', 'packages/server/README.md'])(
  'every file of channels that %s shows is right',
  (page) => {
    const text = readFileSync(new URL(`../../../../${page}`, import.meta.url), 'utf8');
    const blocks = [...text.matchAll(/^```json\n(.*?)^```/gms)].map(([, json]) => json ?? '');
    const files = blocks.filter((json) => json.includes('"namespaces"'));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) expect(Object.keys(read(file)).length).toBeGreaterThan(0);
  },
);
