/** What the bench asks git about the repository that it is part of. Nothing here changes the repository. */
import { realpathSync } from 'node:fs';
import { CannotCompare } from './cannot-compare.ts';
import { type Outcome, runCommand } from './subprocess.ts';

export interface Commit {
  readonly hash: string;
  readonly subject: string;
}

export class Repository {
  readonly root: string;

  private constructor(root: string) {
    this.root = root;
  }

  /** Throws `CannotCompare` if git is not installed, or if `root` is not the root of a git repository. */
  static async at(root: string): Promise<Repository> {
    const { status, isMissing, stdout } = await runCommand(['git', 'rev-parse', '--show-toplevel'], {
      folder: root,
    });
    if (isMissing) throw new CannotCompare('git is not installed, so there is no other revision.');
    if (status !== 0 || realpathSync(stdout.trim()) !== realpathSync(root))
      throw new CannotCompare('This is not a git repository, so there is no other revision.');
    return new Repository(root);
  }

  /** The commit that a revision names, if the repository has it. */
  async commitOf(revision: string): Promise<Commit | undefined> {
    // git would take it for an option.
    if (revision.startsWith('-')) return undefined;
    const line = await this.#line('log', '-1', '--format=%H %s', `${revision}^{commit}`, '--');
    const [, hash, subject = ''] = /^(\w+) (.*)$/.exec(line ?? '') ?? [];
    return hash === undefined ? undefined : { hash, subject };
  }

  /** The newest commit that two revisions have in common. A shallow clone may not have it. */
  async mergeBaseOf(one: string, other: string): Promise<Commit | undefined> {
    const hash = await this.#line('merge-base', one, other);
    return hash === undefined ? undefined : this.commitOf(hash);
  }

  /** Whether the work tree differs from its commit. */
  async isDirty(): Promise<boolean> {
    return (await this.#line('status', '--porcelain')) !== undefined;
  }

  async isShallow(): Promise<boolean> {
    return (await this.#line('rev-parse', '--is-shallow-repository')) === 'true';
  }

  /** The paths at which the commit has no file or folder. */
  async missingIn({ hash }: Commit, paths: readonly string[]): Promise<readonly string[]> {
    const { stdout } = await this.#run('ls-tree', '--name-only', hash, '--', ...paths);
    const there = new Set(stdout.split('\n'));
    return paths.filter((path) => !there.has(path));
  }

  /** The first line that git prints, if git succeeds and prints one. */
  async #line(...given: readonly string[]): Promise<string | undefined> {
    const { status, stdout } = await this.#run(...given);
    return status === 0 ? stdout.split('\n')[0] || undefined : undefined;
  }

  #run(...given: readonly string[]): Promise<Outcome> {
    return runCommand(['git', ...given], { folder: this.root });
  }
}
