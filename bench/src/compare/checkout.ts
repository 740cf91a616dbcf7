/** Makes another revision ready to run: its files, its dependencies, its build. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Commit, Repository } from './repository.ts';
import { runCommand, tailOf } from './subprocess.ts';

/** Production dependencies only: what the servers and the client run on. */
const FILTERS = ['--filter-prod', 'bench...', '--filter-prod', '@sallyport/client...'];
/** By its name. It has the compiler. */
const ROOT_PACKAGE = ['--filter', 'sallyport'];

export interface CheckoutSteps {
  readonly signal: AbortSignal;
  progress(text: string): void;
}

/**
 * Copies `commit` into `folder`, installs what its servers need, and builds that. Gives the root of the copy. The
 * repository itself stays as it is. Throws with the last lines of the output if a step fails.
 */
export async function checkOut(
  repository: Repository,
  { hash }: Commit,
  folder: string,
  { signal, progress }: CheckoutSteps,
): Promise<string> {
  const root = join(folder, 'tree');
  const archive = join(folder, 'tree.tar');
  await mkdir(root);
  const step = async (title: string, where: string, ...command: readonly string[]) => {
    progress(`the other revision: ${title}`);
    const { status, isMissing, output } = await runCommand(command, { folder: where, signal });
    if (status === 0) return;
    const why = isMissing ? `${command[0]} is not installed` : tailOf(output);
    throw new Error(`The other revision failed to ${title}:\n${why}`);
  };
  await step('copy', repository.root, 'git', 'archive', '--format=tar', `--output=${archive}`, hash);
  await step('unpack', root, 'tar', '-xf', archive);
  const pnpm = ['npx', '-y', await packageManagerOf(root)];
  const install = ['install', '--frozen-lockfile', '--prefer-offline'];
  await step('install', root, ...pnpm, ...FILTERS, ...ROOT_PACKAGE, ...install);
  await step('build', root, ...pnpm, ...FILTERS, 'run', 'build');
  return root;
}

/** As that revision pins it, such as `pnpm@10.34.9`. */
async function packageManagerOf(root: string): Promise<string> {
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    packageManager?: string;
  };
  return manifest.packageManager ?? 'pnpm';
}
