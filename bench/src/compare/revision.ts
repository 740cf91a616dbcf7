/** Finds the revision to compare with. */
import { CannotCompare } from './cannot-compare.ts';
import type { Commit, Repository } from './repository.ts';

/**
 * The bench of the other revision runs its own servers. This revision drives them, so they need these names, and the
 * words of `servers/control-channel.ts`.
 */
const NEEDED = ['bench/src/servers/sallyport-ws.ts', 'bench/src/servers/sallyport-uws.ts'];

/** The commit that `named` is, or without a name the default one. Throws `CannotCompare` if there is none. */
export async function findRevision(repository: Repository, named: string | undefined): Promise<Commit> {
  const commit =
    named === undefined ? await defaultRevision(repository) : await namedRevision(repository, named);
  const [missing] = await repository.missingIn(commit, NEEDED);
  if (missing === undefined) return commit;
  throw new CannotCompare(
    `${commit.hash.slice(0, 7)} (${commit.subject}) is too old to compare with: it has no ${missing}.`,
  );
}

async function namedRevision(repository: Repository, named: string): Promise<Commit> {
  const commit = await repository.commitOf(named);
  if (commit) return commit;
  const shallow = (await repository.isShallow())
    ? ' This clone is shallow; `git fetch --unshallow` gets the rest.'
    : '';
  throw new CannotCompare(`git does not know a revision '${named}'.${shallow}`);
}

/** Where this branch left origin/main. On main itself, and without a remote, the commit before this one. */
async function defaultRevision(repository: Repository): Promise<Commit> {
  const head = await repository.commitOf('HEAD');
  const base = await repository.mergeBaseOf('HEAD', 'origin/main');
  const revision = base && base.hash !== head?.hash ? base : await repository.commitOf('HEAD~1');
  if (revision) return revision;
  const why = (await repository.isShallow()) ? 'this clone is shallow' : 'the repository has one commit';
  throw new CannotCompare(`There is nothing to compare with: ${why}.`);
}
