/** The module of `--app`: what it may export, and the one line for each mistake. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { loadApp } from '../src/app-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-app-'));
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;
/** Writes a module, and loads it as `--app` does. */
async function load(source: string, extension = '.mjs') {
  count += 1;
  const file = join(folder, `app-${count}${extension}`);
  writeFileSync(file, source);
  return { file, app: await loadApp({ value: file, name: '--app' }) };
}

/** The message of the error at load, without the name of the file. */
async function problemOf(source: string, extension?: string): Promise<string> {
  const error = await load(source, extension).then(
    () => new Error('no error'),
    (reason: Error) => reason,
  );
  return error.message.replaceAll(folder, '').replace(/app-\d+/g, 'app');
}

it.each([
  ['exports by name', 'export const application = () => "hi"; export function start() {}', '.mjs'],
  ['a default export', 'export default { application: () => "hi", start() {} };', '.mjs'],
  ['both', 'export default { application: () => "hi" }; export const start = () => {};', '.mjs'],
  ['module.exports of CommonJS', 'module.exports = { application: () => "hi", start() {} };', '.cjs'],
  ['exports of CommonJS by name', 'exports.application = () => "hi"; exports.start = () => {};', '.cjs'],
])('the module of an app may have %s', async (_title, source, extension) => {
  const { app } = await load(source, extension);
  expect(Object.keys(app).sort()).toEqual(['application', 'start']);
});

it.each([
  ['export const application = 7;', '--app /app.mjs: export application must be a function, not 7'],
  [
    'export const aplication = () => {};',
    '--app /app.mjs: export aplication is not an option of the module of --app; did you mean application?',
  ],
  ['export const observe = "no";', '--app /app.mjs: export observe must be an object, not "no"'],
  [
    'export const channels = {};',
    '--app /app.mjs: export channels must be what `createChannels` returns, not an object',
  ],
  [
    'export const helper = () => {};',
    '--app /app.mjs: export helper is not an option of the module of --app; the options are application, requests, contract, message, channels, authenticate, context, credentials, observe, start',
  ],
  ['const nothing = 1;', '--app /app.mjs: it exports nothing; export an application, for example'],
  [
    'export default () => "hi";',
    '--app /app.mjs: the default export must be an object with the fields of an app, not a function',
  ],
  [
    'import "no-such-package";',
    /^--app \/app\.mjs: Error: Cannot find package 'no-such-package' imported from/,
  ],
  ['throw "text";', '--app /app.mjs: text'],
])('the module %j gives one line that names the mistake', async (source, message) => {
  const problem = await problemOf(source);
  if (typeof message === 'string') expect(problem).toBe(message);
  else expect(problem).toMatch(message);
  expect(problem).not.toContain('\n');
});

it('a missing file and a folder are named', async () => {
  await expect(loadApp({ value: join(folder, 'none.js'), name: 'SALLYPORT_APP' })).rejects.toThrow(
    `SALLYPORT_APP ${folder}/none.js: there is no such file`,
  );
  await expect(loadApp({ value: folder, name: '--app' })).rejects.toThrow(
    `--app ${folder}: this is a folder; name the file of the module, such as ${folder}/app.js`,
  );
});

const runsTypeScript = Boolean((process.features as { typescript?: unknown }).typescript);

it.skipIf(runsTypeScript)(
  'TypeScript on a Node that cannot run it gives one line with the version to use',
  async () => {
    expect(await problemOf('export const application = () => "hi";', '.ts')).toBe(
      `--app /app.ts: Node ${process.versions.node} cannot run TypeScript; use Node 22.18 or later, or compile the file to JavaScript`,
    );
  },
);

it.runIf(runsTypeScript)('TypeScript runs where Node runs it', async () => {
  const { app } = await load('export const application = (message: string): string => message;', '.mts');
  expect(Object.keys(app)).toEqual(['application']);
});
