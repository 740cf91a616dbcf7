/**
 * Packs, installs and compiles once for all tests of a run, so that each test file also runs alone. Everything is in one
 * temporary folder, which is removed at the end of the run.
 */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { pack, publicPackages } from '../../scripts/public-packages.js';
import { type Major, majors, nodeOf } from './nodes.ts';
import { compile, makeProject } from './project.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Paths of the packages' tarballs, in the order of the packages' names. */
    tarballs: string[];
    /** Path of the project. */
    project: string;
    /** The compiler's messages about the examples, and about the declarations. */
    compiled: { examples: string; declarations: string };
    /** Paths of the executables. */
    nodes: Record<Major, string>;
  }
}

export function setup({ provide }: TestProject): () => void {
  // The real path: a compiler that resolves a symbolic link would look for packages elsewhere.
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'sallyport-consumer-')));
  const remove = () => rmSync(scratch, { recursive: true });
  try {
    const tarballs = publicPackages().map((one) => pack(one, scratch));
    const project = join(scratch, 'project');
    makeProject(project, tarballs);
    const nodes = majors.map((major) => [major, nodeOf(major, scratch)]);
    provide('tarballs', tarballs);
    provide('project', project);
    provide('compiled', {
      examples: compile(project, 'tsconfig.json'),
      declarations: compile(project, 'tsconfig.declarations.json'),
    });
    provide('nodes', Object.fromEntries(nodes) as Record<Major, string>);
  } catch (error) {
    remove();
    throw error;
  }
  return remove;
}
