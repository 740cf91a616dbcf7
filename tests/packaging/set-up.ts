/**
 * Packs, installs and compiles, once for all tests of a run, so that any of them can be run alone. Everything is in one
 * folder of the system's, and goes with the run.
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
    /** Of the packages, in the order of their names. */
    tarballs: string[];
    /** Where the project is. */
    project: string;
    /** What the compiler said of the examples, and what it said of the declarations too. */
    compiled: { examples: string; declarations: string };
    /** The executables. */
    nodes: Record<Major, string>;
  }
}

export function setup({ provide }: TestProject): () => void {
  // The path as it is: a compiler that resolves a link would look for packages elsewhere.
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
