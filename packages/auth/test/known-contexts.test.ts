/** Marks of known contexts, where a process has two copies of this package: one in a bundled binary, one that an app imports. */
import type { VerificationContext } from '@sallyport/core';
import { expect, it, vi } from 'vitest';
import { markKnown } from '../src/known-contexts.ts';

const context = (): VerificationContext => ({
  peer: { address: '192.0.2.1', context: undefined },
  signal: new AbortController().signal,
});

it('two copies of the package share the marks of attempts from known addresses', async () => {
  vi.resetModules();
  const copy = await import('../src/known-contexts.ts');
  expect(copy.markKnown).not.toBe(markKnown);
  const [known, stranger] = [context(), context()];
  markKnown(known);
  expect([copy.isKnown(known), copy.isKnown(stranger)]).toEqual([true, false]);
});
