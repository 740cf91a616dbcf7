/** The READMEs that the packages are published with: their examples do what they say, under each Node. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { majors } from './nodes.ts';
import { hasUws, run } from './project.ts';
import { packageExamples } from './readme.ts';
import { freePort, Server, talk } from './visitor.ts';

const project = inject('project');
const examples = packageExamples(inject('tarballs')).map((one) => ({
  ...one,
  path: join(project, 'dist', one.folder, `${one.file}.js`),
}));
const ofKind = (kind: string) => examples.filter((one) => one.kind === kind);

/** To run in, for what a program writes. */
const emptyFolder = () => mkdtempSync(join(project, 'run-'));

describe.each(majors)('on Node %i', (major) => {
  const node = inject('nodes')[major];
  const isNative = hasUws(project, node);

  it.each(ofKind('program'))('$folder/$file prints what its comments say', ({ path, prints }) => {
    expect(run(emptyFolder(), node, [path])).toBe(prints.map((line) => `${line}\n`).join(''));
  });

  const servers = ofKind('server').filter(({ folder }) => folder !== 'uws' || isNative);
  it.each(servers)('$folder/$file lets in who is right, and nobody else', async ({ folder, path }) => {
    const port = await freePort();
    await using _server = await Server.start(project, node, [path, '--port', String(port)], { PORT: port });
    const right = folder === 'server' ? 'admin:123456' : 'ada:lovelace';
    const [sorry, congratulation, answer] = await talk(`ws://127.0.0.1:${port}`, 'ada:1', right, 'hello');
    expect(sorry).toMatch(/^sorry/);
    expect(congratulation).toMatch(/^congratulation/);
    expect(answer).toBe(folder === 'server' ? 'your submit context: hello' : 'ada says hello');
  });

  // Before 22 Node has no WebSocket of its own, as the README says.
  it.skipIf(major < 22).each(ofKind('client'))(
    '$folder/$file talks to a server',
    async ({ path, prints }) => {
      const port = await freePort();
      const args = ['node_modules/.bin/sallyport-ws', '--port', String(port)];
      await using _server = await Server.start(project, node, args, { PORT: port });
      // The port of the README may be taken.
      const moved = path.replace('.js', `-${major}.js`);
      writeFileSync(moved, readFileSync(path, 'utf8').replace('127.0.0.1:5678', `127.0.0.1:${port}`));
      expect(run(emptyFolder(), node, [moved])).toBe(prints.map((line) => `${line}\n`).join(''));
    },
  );
});

// Hundreds of stories, and of one machine: once is enough.
it.each(ofKind('test'))('$folder/$file passes', ({ folder, path }) => {
  const said = run(project, process.execPath, ['node_modules/vitest/vitest.mjs', 'run', path]);
  expect(said, folder).toMatch(/Tests +\d+ passed/);
});
