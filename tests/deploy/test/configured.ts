/** Asks the built server whether it could start as the files of `deploy/` configure it, and which variables and keys it knows. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathOf } from './files.ts';

const SERVER = 'packages/server/dist/bin/sallyport-ws.js';
/** A hash that no password has. */
const USER = 'ada:$2b$12$abcdefghijklmnopqrstuuMtHWzpqIeJMMq7VQbyvCYEwzNmpqTGe\n';

/**
 * Runs `--check` with the text of a configuration file and with these variables. Every path that they name is replaced by a file of
 * its own. Returns what the server says.
 */
export function check(configuration: string, env: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-deploy-'));
  try {
    for (const [name, content] of Object.entries({ users: USER, 'admin-token': '0123456789abcdef\n' })) {
      writeFileSync(join(folder, name), content);
      chmodSync(join(folder, name), 0o600);
    }
    const moved = (text: string) =>
      text.replaceAll(/\/(?:etc|var)\/[\w/-]*\/(?=users|admin-token)/g, `${folder}/`);
    const file = join(folder, 'sallyport.json');
    writeFileSync(file, moved(configuration));
    mkdirSync(join(folder, 'home'));
    const variables = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, moved(value)]));
    const { stdout, stderr } = spawnSync(process.execPath, [pathOf(SERVER), '--check', '--config', file], {
      env: { PATH: process.env['PATH'], HOME: join(folder, 'home'), ...variables },
      encoding: 'utf8',
    });
    return `${stdout}${stderr}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const VALID = 'sallyport-ws: the configuration is valid\n';

/** The variables of the server, from the table that `docs/operations/options.md` has of its schema. */
export function isVariable(name: string, options: string): boolean {
  return name === 'SALLYPORT_CONFIG' || options.includes(`\`${name}\``);
}
