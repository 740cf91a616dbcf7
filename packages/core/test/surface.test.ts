/** What the package shows, and how much of it there is to read. */
import { readdirSync, readFileSync } from 'node:fs';
import * as core from '@sallyport/core';
import * as testing from '@sallyport/core/testing';
import { expect, it } from 'vitest';

it('exports these names', () => {
  expect(Object.keys(core).sort()).toEqual([
    'RequestError',
    'UpgradeHeaders',
    'UsageError',
    'accept',
    'checkKnownOptions',
    'compiledEngine',
    'createSessions',
    'echo',
    'inspectedEngine',
    'overload',
    'postpone',
    'refuse',
    'sessionMachine',
    'sourceOf',
    'xstateEngine',
  ]);
  expect(Object.keys(testing).sort()).toEqual([
    'RecordingConnection',
    'SimulatedClock',
    'isLate',
    'modelPaths',
    'modelReport',
    'pathName',
    'runPath',
    'sampleFacts',
    'stepsOf',
    'verifiedAttempts',
  ]);
});

it('can be read: the machine in one sitting, no file too long, and not too many of them', () => {
  const folder = new URL('../src/', import.meta.url);
  const lines = Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.startsWith('testing/'))
      .map((name) => [name, codeLines(readFileSync(new URL(name, folder), 'utf8'))]),
  );
  expect(lines['machine/machine.ts']).toBeLessThan(290);
  expect(Math.max(...Object.values(lines))).toBeLessThan(400);
  // Some 250 of these are the gate around the sessions (who is new, from where, by which host, from which page), another hundred
  // that options are checked, and some 290 are requests.
  expect(Object.values(lines).reduce((sum, one) => sum + one, 0)).toBeLessThan(2_600);
});

/** Lines that are neither blank nor comment. */
function codeLines(source: string): number {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').split('\n');
  return code.filter((line) => line.trim() !== '' && !line.trim().startsWith('//')).length;
}
