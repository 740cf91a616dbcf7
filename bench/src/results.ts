/** `results.json`: all measurements, by part, so that a run of one part leaves the others as they were. */
import { readFileSync } from 'node:fs';
import { writeJson } from './json-file.ts';
import type { Plan } from './run-plan.ts';
import type { Summary } from './summary.ts';
import type { Surroundings } from './surroundings.ts';

export interface Skipped {
  readonly contender: string;
  readonly reason: string;
}

export interface PartResults {
  readonly surroundings: Surroundings;
  readonly plan: Plan;
  readonly seconds: number;
  readonly skipped: readonly Skipped[];
  readonly summaries: readonly Summary[];
}

export interface Results {
  /** The version of this file's shape. */
  readonly version: 1;
  readonly parts: Readonly<Record<string, PartResults>>;
}

function readResults(file: string): Results {
  try {
    const results = JSON.parse(readFileSync(file, 'utf8')) as Results;
    if (results.version === 1) return results;
  } catch {
    // None yet.
  }
  return { version: 1, parts: {} };
}

/** Adds a part, or replaces it. */
export function writePart(file: string, name: string, part: PartResults): void {
  const before = readResults(file);
  const results: Results = { ...before, parts: { ...before.parts, [name]: part } };
  writeJson(file, results);
}
