/** Checks the type declarations in the tarball of every public package with `attw`. All of them are ESM only. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack, publicPackages } from './public-packages.js';

const scratch = mkdtempSync(join(tmpdir(), 'sallyport-attw-'));
try {
  for (const one of publicPackages()) {
    const { status, stdout, stderr, error } = spawnSync(
      'attw',
      ['--profile', 'esm-only', '--no-emoji', pack(one, scratch)],
      { encoding: 'utf8' },
    );
    console.log(`${one.name}: ${status === 0 ? 'ok' : 'FAILED'}`);
    if (status === 0) continue;
    process.stderr.write(`${stdout}${stderr}${error ?? ''}`);
    process.exitCode = 1;
  }
} finally {
  rmSync(scratch, { recursive: true });
}
