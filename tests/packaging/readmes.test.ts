/** The examples of the README, the guide and the packages' READMEs do what the text says, on every supported Node. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { freePort } from '../fixtures/src/free-port.ts';
import { majors } from './nodes.ts';
import { hasUws, run } from './project.ts';
import { examples } from './readme.ts';
import { Server, talk } from './visitor.ts';

const project = inject('project');
const all = examples(inject('tarballs')).map((one) => ({
  ...one,
  path: join(project, 'dist', one.folder, `${one.file}.js`),
}));
const ofKind = (kind: string) => all.filter((one) => one.kind === kind);

/** A working directory for a program that writes files. */
const emptyFolder = () => mkdtempSync(join(project, 'run-'));

describe.each(majors)('on Node %i', (major) => {
  const node = inject('nodes')[major];
  const isNative = hasUws(project, node);

  it.each(ofKind('program'))('the example $folder/$file prints what its comments say', ({ path, prints }) => {
    expect(run(emptyFolder(), node, [path])).toBe(prints.map((line) => `${line}\n`).join(''));
  });

  const servers = ofKind('server').filter(({ folder }) => folder !== 'uws' || isNative);
  it.each(servers)('the example $folder/$file accepts only the right password', async ({ folder, path }) => {
    const port = await freePort();
    await using _server = await Server.start(project, node, [path, '--port', String(port)], { PORT: port });
    const right = folder === 'server' ? 'admin:123456' : 'ada:lovelace';
    const [sorry, congratulation, answer] = await talk(`ws://127.0.0.1:${port}`, 'ada:1', right, 'hello');
    expect(sorry).toMatch(/^sorry/);
    expect(congratulation).toMatch(/^congratulation/);
    expect(answer).toBe(folder === 'server' ? 'your submit context: hello' : 'ada says hello');
  });

  // Node has its own WebSocket from version 22 on.
  it.skipIf(major < 22).each(ofKind('client'))(
    'the example $folder/$file talks to a server and prints the reply',
    async ({ path, prints }) => {
      const port = await freePort();
      const args = ['node_modules/.bin/sallyport-ws', '--port', String(port)];
      await using _server = await Server.start(project, node, args, { PORT: port });
      // The port in the example may be in use.
      const moved = path.replace('.js', `-${major}.js`);
      writeFileSync(moved, readFileSync(path, 'utf8').replace('127.0.0.1:5678', `127.0.0.1:${port}`));
      expect(run(emptyFolder(), node, [moved])).toBe(prints.map((line) => `${line}\n`).join(''));
    },
  );
});

// Hundreds of stories of one machine: one Node is enough.
it.each(ofKind('suite'))('the example test $folder/$file passes', ({ folder, path }) => {
  const said = run(project, process.execPath, ['node_modules/vitest/vitest.mjs', 'run', path]);
  expect(said, folder).toMatch(/Tests +\d+ passed/);
});
