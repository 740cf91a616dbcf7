/** Plants a bug in a copy of the sources, and runs the simulation on it in a process of its own. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import type { PlantedBug } from '../src/planted-bugs.ts';
import type { BrokerKind } from '../src/world.ts';

const PACKAGES = join(import.meta.dirname, '..', '..');

/** How a simulation with a bug ended. */
export interface Planted {
  /** The rule that was broken. Undefined if none was. */
  readonly rule: string | undefined;
  readonly runs: number;
  readonly seconds: number;
  readonly output: string;
}

/** Bundles the command with the bug in it. Without a bug it has the sources as they are. */
export async function bundleWith(bug: PlantedBug | undefined, file: string): Promise<void> {
  let planted = 0;
  const bundle = await rolldown({
    input: join(PACKAGES, 'simulation/src/main.ts'),
    platform: 'node',
    logLevel: 'silent',
    resolve: { conditionNames: ['@sallyport/source', 'node', 'import', 'default'] },
    plugins: [
      {
        name: 'plant',
        transform(code: string, id: string) {
          if (!bug || id !== join(PACKAGES, bug.file)) return null;
          planted = code.split(bug.text).length - 1;
          return code.replace(bug.text, () => bug.replacement);
        },
      },
    ],
  });
  await bundle.write({ file, format: 'esm' });
  await bundle.close();
  if (bug && planted !== 1)
    throw new Error(`${bug.file} has the text of '${bug.name}' ${planted} times, not once`);
}

/** Runs the simulation with a bug. */
export async function runWith(bug: PlantedBug | undefined, runs: number): Promise<Planted> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-planted-'));
  try {
    const file = join(folder, 'simulate.mjs');
    await bundleWith(bug, file);
    const startedAt = performance.now();
    const output = await outputOf(file, runs, bug?.broker);
    const found = /^BROKEN: (.*)$/m.exec(output)?.[1] ?? /an error escaped/.exec(output)?.[0];
    const done = Number(/^(\d+) runs,/m.exec(output)?.[1] ?? 0);
    return { rule: found, runs: done, seconds: (performance.now() - startedAt) / 1_000, output };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function outputOf(file: string, runs: number, broker: BrokerKind | undefined): Promise<string> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [file, '--runs', String(runs), '--quick', ...(broker ? ['--broker', broker] : [])],
      { maxBuffer: 64 * 2 ** 20 },
      (_, stdout, stderr) => resolve(stdout || stderr),
    );
  });
}
