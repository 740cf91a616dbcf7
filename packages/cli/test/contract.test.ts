/** `sallyport contract`: what it prints, and what it refuses. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { runInProcess } from './in-process.ts';
import { pipe } from './pipe.ts';
import { scratch } from './scratch.ts';

// Beside the tests, so that a contract there finds the packages.
const folder = mkdtempSync(fileURLToPath(new URL('./.contract-', import.meta.url)));
afterAll(() => rmSync(folder, { recursive: true }));

/** A module within reach of the packages. */
function module(name: string, code: string): string {
  const path = join(folder, name);
  writeFileSync(path, code);
  return path;
}

const CONTRACT = `import { defineContract } from '@sallyport/contract';
import { z } from 'zod';
export const contract = defineContract({
  requests: {
    'room.history': { summary: 'The last messages', params: z.object({ room: z.string() }), idempotent: true },
    time: { result: z.date() },
  },
  messages: { server: z.object({ online: z.number() }) },
  channels: {
    'room:*': { summary: 'What is said in a room', publication: z.object({ text: z.string() }) },
    news: { publication: z.string() },
  },
});
`;

const LIST = `request  room.history  idempotent  The last messages
request  time
messages of the server
channel  room:*  What is said in a room
channel  news
`;

it('lists the requests, messages and channels of a contract', async () => {
  expect(await pipe(['contract', module('list.js', CONTRACT)])).toEqual({
    code: 0,
    stdout: LIST,
    stderr: '',
  });
});

it('writes a document, and reports a schema without a JSON Schema on standard error', async () => {
  const file = module('document.js', CONTRACT);
  const args = [
    '--asyncapi',
    '--url',
    'wss://example.com/gate',
    '--title',
    'Rooms',
    '--api-version',
    '2.0.0',
  ];
  const { code, stdout, stderr } = await pipe(['contract', file, ...args]);
  expect([code, stderr]).toEqual([
    0,
    'sallyport: requests.time.result has no JSON Schema: Date cannot be represented in JSON Schema\n',
  ]);
  expect(JSON.parse(stdout)).toMatchObject({
    asyncapi: '3.0.0',
    info: { title: 'Rooms', version: '2.0.0' },
    servers: { server: { host: 'example.com', protocol: 'wss' } },
    operations: { 'request.room.history': { action: 'receive', summary: 'The last messages' } },
  });
});

it('takes title and version from the nearest package.json', async () => {
  const file = module('nearest.js', CONTRACT);
  module('package.json', '{ "name": "rooms", "version": "3.1.4", "type": "module" }');
  const { stdout } = await pipe(['contract', file, '--asyncapi']);
  expect(JSON.parse(stdout)).toMatchObject({ info: { title: 'rooms', version: '3.1.4' } });
});

it('runs TypeScript where Node does, and names the version where Node does not', async () => {
  const outcome = await pipe(['contract', module('typed.ts', `${CONTRACT}export type Name = string;\n`)]);
  if (Reflect.get(process.features, 'typescript')) expect(outcome).toMatchObject({ code: 0, stdout: LIST });
  else
    expect(outcome).toEqual({
      code: 3,
      stdout: '',
      stderr: expect.stringMatching(
        /^sallyport: [^\n]*typed\.ts is TypeScript, which Node runs from version 22\.18 on; this is \d[^\n]*\n$/,
      ),
    });
});

describe('a module without packages', () => {
  const at = scratch();
  const run = (code: string, ...args: string[]) => {
    writeFileSync(at('contract.mjs'), code);
    return pipe(['contract', at('contract.mjs'), ...args]);
  };
  const refusal = (code: number, text: RegExp) => ({
    code,
    stdout: '',
    stderr: expect.stringMatching(new RegExp(`^sallyport: [^\\n]*${text.source}[^\\n]*\\n$`)),
  });

  it('may export a definition that defineContract has not seen, also as the default', async () => {
    expect(await run('export default { requests: { ping: {} } };')).toMatchObject({
      code: 0,
      stdout: 'request  ping\n',
    });
  });

  it('gets a hint if valibot lacks its package', async () => {
    const schema = `{ '~standard': { version: 1, vendor: 'valibot', validate: (value) => ({ value }) } }`;
    const { code, stderr } = await run(
      `export const contract = { messages: { client: ${schema} } };`,
      '--asyncapi',
    );
    expect([code, stderr]).toEqual([
      0,
      'sallyport: messages.client has no JSON Schema: install @valibot/to-json-schema 1.5 or later beside the contract\n',
    ]);
  });

  it.each([
    ['export const api = {};', /exports no contract: export it as `contract`, or as the default/],
    ['export const contract = 1;', /contract\.mjs: contract must be an object, not 1/],
    [
      'export default { requests: { a: { params: 1 } } };',
      /contract\.mjs: requests\.a\.params must be a schema/,
    ],
    ['throw new Error("two\\nlines");', /contract\.mjs cannot be loaded: two/],
    ['throw undefined;', /cannot be loaded: undefined/],
    ['import "no-such-package";', /cannot be loaded: Cannot find package 'no-such-package'/],
    ['export const = 1;', /cannot be loaded: Unexpected token/],
  ])('is refused in one line: %s', async (code, text) => {
    expect(await run(code)).toEqual(refusal(3, text));
  });

  it('has to exist', async () => {
    expect(await runInProcess(['contract', at('none.js')])).toEqual(refusal(3, /none\.js does not exist/));
  });

  it.each([
    [['--url', 'ws://a'], /--url is for the document: add --asyncapi/],
    [['--api-version', '1'], /--api-version is for the document: add --asyncapi/],
    [['--asyncapi', '--url', 'ftp://a'], /ftp:\/\/ is not a WebSocket scheme: use ws:\/\/ or wss:\/\//],
    [['--asyncapi', '--url', 'ws://a/?b'], /--url: the URL has a query, which AsyncAPI cannot express there/],
    [['--async'], /did you mean --asyncapi/],
  ])('the options %j are refused', async (args, text) => {
    expect(await runInProcess(['contract', at('contract.mjs'), ...args])).toEqual(refusal(2, text));
  });
});

it('--help shows the options and the exit codes', async () => {
  const { code, stdout } = await runInProcess(['contract', '--help']);
  expect(code).toBe(0);
  for (const word of ['--asyncapi', '--url', '--title', '--api-version', 'Exit codes:'])
    expect(stdout).toContain(word);
});
