/** The revision that `--compare` takes, in a small repository for each test. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CannotCompare } from '../src/compare/cannot-compare.ts';
import { checkOut } from '../src/compare/checkout.ts';
import { Repository } from '../src/compare/repository.ts';
import { findRevision } from '../src/compare/revision.ts';

let root: string;
const git = (...given: readonly string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...given], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** Makes a commit with the two servers that a comparison needs. Returns its hash. */
function commit(subject: string): string {
  write('bench/src/servers/sallyport-ws.ts', subject);
  write('bench/src/servers/sallyport-uws.ts', subject);
  write('package.json', '{ "packageManager": "pnpm@10.34.9" }');
  git('add', '.');
  git('commit', '-q', '-m', subject);
  return git('rev-parse', 'HEAD');
}

const find = async (named?: string) => findRevision(await Repository.at(root), named);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bench-revision-'));
  git('init', '-q', '-b', 'main');
});
afterEach(() => rmSync(root, { recursive: true }));

describe('a named revision', () => {
  it('a revision may be a branch, a tag, a hash or a relative name', async () => {
    const first = commit('first');
    git('tag', 'v1');
    commit('second');
    for (const name of ['v1', 'main^', first.slice(0, 10)])
      expect(await find(name)).toEqual({ hash: first, subject: 'first' });
  });

  it('an unknown revision is refused, and the error names it', async () => {
    commit('first');
    await expect(find('no-such')).rejects.toThrow(
      new CannotCompare("git does not know a revision 'no-such'."),
    );
    await expect(find('--all')).rejects.toThrow("git does not know a revision '--all'");
  });

  it('a revision without a server that the generator can drive is refused as too old', async () => {
    write('README.md', 'no bench yet');
    git('add', '.');
    git('commit', '-q', '-m', 'old');
    commit('new');
    await expect(find('HEAD~1')).rejects.toThrow(
      /\(old\) is too old to compare with: it has no bench\/src\/servers\/sallyport-ws\.ts/,
    );
  });
});

describe('the default revision', () => {
  it('the default revision is the commit at which the branch left origin/main', async () => {
    const base = commit('base');
    git('update-ref', 'refs/remotes/origin/main', base);
    commit('one');
    commit('two');
    expect((await find()).subject).toBe('base');
  });

  it('the default revision is the commit before this one on origin/main, and without an origin', async () => {
    commit('first');
    const second = commit('second');
    expect((await find()).subject).toBe('first');
    git('update-ref', 'refs/remotes/origin/main', second);
    expect((await find()).subject).toBe('first');
  });

  it('a repository with one commit has no default revision', async () => {
    commit('first');
    await expect(find()).rejects.toThrow(
      new CannotCompare('There is nothing to compare with: the repository has one commit.'),
    );
  });

  it('a shallow clone has no default revision, and the error says why', async () => {
    commit('first');
    commit('second');
    const origin = root;
    root = mkdtempSync(join(tmpdir(), 'bench-shallow-'));
    git('clone', '-q', '--depth=1', `file://${origin}`, '.');
    rmSync(origin, { recursive: true });
    await expect(find()).rejects.toThrow('There is nothing to compare with: this clone is shallow.');
    await expect(find('HEAD~1')).rejects.toThrow('This clone is shallow');
  });
});

describe('the repository', () => {
  it('a folder without a repository, or within another one, is refused', async () => {
    commit('first');
    await expect(Repository.at(join(root, 'bench'))).rejects.toThrow('This is not a git repository');
    rmSync(join(root, '.git'), { recursive: true });
    await expect(Repository.at(root)).rejects.toThrow('This is not a git repository');
  });

  it('a repository with an uncommitted change or a new file is dirty', async () => {
    commit('first');
    const repository = await Repository.at(root);
    expect(await repository.isDirty()).toBe(false);
    write('new', '');
    expect(await repository.isDirty()).toBe(true);
  });
});

describe('a revision that does not build', () => {
  const path = process.env['PATH'];
  afterEach(() => {
    process.env['PATH'] = path;
  });

  it('the error of a failed build shows the last lines of its output', async () => {
    const hash = commit('first');
    write('bin/npx', '#!/bin/sh\nseq 1 90\necho "error TS2322 of $*" >&2\nexit 3\n');
    execFileSync('chmod', ['755', join(root, 'bin/npx')]);
    process.env['PATH'] = `${join(root, 'bin')}:${path}`;
    const folder = join(root, 'copy');
    mkdirSync(folder);
    const failure = checkOut(await Repository.at(root), { hash, subject: '' }, folder, {
      signal: new AbortController().signal,
      progress() {},
    });
    await expect(failure).rejects.toThrow(
      /^The other revision failed to install:\n52\n[\s\S]*\n90\nerror TS2322 of -y pnpm@10\.34\.9 .* install --frozen-lockfile --prefer-offline$/,
    );
    await expect(failure).rejects.not.toBeInstanceOf(CannotCompare);
  });
});
