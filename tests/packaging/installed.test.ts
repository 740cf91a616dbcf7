/** The installed packages do what the README and the guide say, on every supported Node. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { freePort } from '../fixtures/src/free-port.ts';
import { majors } from './nodes.ts';
import { hasUws, run } from './project.ts';
import { filesIn, manifestIn } from './tarball.ts';
import { Server, talk } from './visitor.ts';

const project = inject('project');
const manifests = inject('tarballs').map(manifestIn);
const binaries = manifests.flatMap(({ bin = {}, version }) =>
  Object.keys(bin).map((name) => ({ name, version, file: `node_modules/.bin/${name}` })),
);

const CONGRATULATION = 'congratulation, you have connect with server\r\nnow, you can do something else';
const SORRY = 'sorry, the username or password is wrong, please submit again';

describe('a strict compiler', () => {
  it('a strict compiler accepts the examples and every entry', () => {
    expect(inject('compiled').examples).toBe('');
  });

  it('a strict compiler finds no error in the declarations', () => {
    expect(inject('compiled').declarations).toBe('');
  });
});

it('every package is installed from its tarball', () => {
  for (const [index, tarball] of inject('tarballs').entries()) {
    const name = manifests[index]?.name ?? '';
    for (const file of filesIn(tarball))
      expect(readFileSync(join(project, 'node_modules', name, file)).length).toBeGreaterThan(0);
  }
});

describe.each(majors)('on Node %i', (major) => {
  const node = inject('nodes')[major];
  const isNative = hasUws(project, node);
  if (!isNative) console.warn(`SKIPPED on Node ${major}: uWebSockets.js from npm has no binary for it.`);

  it('the tests run on the right version of Node', () => {
    expect(run(project, node, ['--version'])).toMatch(`v${major}.`);
  });

  it('the test in the guide passes, and every entry can be imported', () => {
    const files = ['dist/guide/testing-1.test.js', 'dist/imports.test.js'];
    const said = run(project, node, ['node_modules/vitest/vitest.mjs', 'run', ...files]);
    expect(said).toMatch(/Test Files +2 passed \(2\)/);
  });

  it('attach signs a user in and leaves the rest of the app as it was', async () => {
    const port = await freePort();
    await using _server = await Server.start(project, node, ['dist/guide/on-ws-1.js'], { PORT: port });
    expect(await talk(`ws://127.0.0.1:${port}/chat`, 'ada:1', 'ada:lovelace', 'hello')).toEqual([
      SORRY,
      CONGRATULATION,
      'ada says hello',
    ]);
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('the app that was there\n');
  });

  it.skipIf(!isNative)(
    'behavior signs a user in by a token and leaves the rest of the app as it was',
    async () => {
      const port = await freePort();
      await using _server = await Server.start(project, node, ['dist/guide/on-uws-1.js'], { PORT: port });
      expect(await talk(`ws://127.0.0.1:${port}/chat`, 'Bearer lovelace', 'hello')).toEqual([
        CONGRATULATION,
        'your submit context: hello',
      ]);
      expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('the app that was there\n');
    },
  );

  it.skipIf(isNative)('sallyport-uws prints the line that installs the library', () => {
    const said = run(project, node, ['node_modules/.bin/sallyport-uws', '--port', '0']);
    expect(said).toMatch(
      /^sallyport-uws: uWebSockets\.js has no native binary for Node .*`npm install uNetworking\/.*\n$/,
    );
  });

  it.skipIf(!isNative)('sallyport-uws signs the demo user in', async () => {
    const port = await freePort();
    const args = ['node_modules/.bin/sallyport-uws', '--port', String(port)];
    await using _server = await Server.start(project, node, args, { PORT: port });
    expect(await talk(`ws://127.0.0.1:${port}`, 'admin:123456')).toEqual([CONGRATULATION]);
  });

  it.each(binaries)('$name prints its version', ({ file, version }) => {
    expect(run(project, node, [file, '--version'])).toBe(`${version}\n`);
  });

  it('sallyport prints its help, and adds a user', () => {
    const sallyport = 'node_modules/.bin/sallyport';
    expect(run(project, node, [sallyport, '--help'])).toMatch(/^Usage: sallyport /);
    const folder = mkdtempSync(join(project, 'users-'));
    const edit = (command: string, input = '') =>
      execFileSync(node, [sallyport, 'users', ...command.split(' '), '--file', join(folder, 'users')], {
        cwd: project,
        input,
        encoding: 'utf8',
      });
    expect(edit('add ada --stdin', 'lovelace\n')).toBe('added ada\n');
    expect(edit('list')).toBe('ada  argon2\n');
    expect(edit('verify ada --stdin', 'lovelace\n')).toBe('ada could sign in\n');
  });

  it('sallyport-ws signs the demo user in and serves the page', async () => {
    const port = await freePort();
    const args = ['node_modules/.bin/sallyport-ws', '--port', String(port)];
    await using _server = await Server.start(project, node, args, { PORT: port });
    const said = await talk(`ws://127.0.0.1:${port}`, 'admin:1', 'admin:123456', 'hello');
    expect(said).toEqual([SORRY, CONGRATULATION, 'your submit context: hello']);
    const connect = ['node_modules/.bin/sallyport', 'connect', `ws://127.0.0.1:${port}`, '--quiet'];
    const input = 'admin:1\nadmin:123456\nhello\nexit\n';
    expect(execFileSync(node, connect, { cwd: project, input, encoding: 'utf8' })).toBe(
      'your submit context: hello\n',
    );
    const page = await (await fetch(`http://127.0.0.1:${port}/`)).text();
    const [, script] = /<script type="module" src="([^"]+)">/.exec(page) ?? [];
    expect((await fetch(`http://127.0.0.1:${port}/${script}`)).headers.get('content-type')).toMatch(
      /javascript/,
    );
  });
});
