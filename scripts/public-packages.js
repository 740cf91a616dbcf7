/**
 * The published packages: every package under packages/ that is not private, so that a new one is never forgotten.
 *
 * `pack` makes the tarball that `pnpm publish` would upload: with publishConfig applied, and with versions in place of
 * `workspace:` and `catalog:`. It packs `dist` as it is, so build first. Used by attw.js and tests/packaging/.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * @typedef {{ folder: string, name: string }} PublicPackage
 * @returns {PublicPackage[]}
 */
export function publicPackages() {
  return readdirSync(join(root, 'packages'))
    .map((name) => join(root, 'packages', name))
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .map((folder) => ({ folder, manifest: readJson(join(folder, 'package.json')) }))
    .filter(({ manifest }) => !manifest.private)
    .map(({ folder, manifest }) => ({ folder, name: manifest.name }));
}

/**
 * Packs one package, and returns the path of the tarball.
 * @param {PublicPackage} one
 * @param {string} destination
 * @returns {string}
 */
export function pack({ folder }, destination) {
  const [command, ...args] = pnpm();
  const options = /** @type {const} */ ({ cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  const output = execFileSync(
    command,
    [...args, 'pack', '--json', '--pack-destination', destination],
    options,
  );
  return JSON.parse(output).filename;
}

/**
 * The pnpm that runs this script, or the workspace's own by npx, so that pnpm need not be installed.
 * @returns {[string, ...string[]]}
 */
function pnpm() {
  const running = process.env['npm_execpath'] ?? '';
  if (/pnpm\.[cm]?js$/.test(running)) return [process.execPath, running];
  return ['npx', '-y', readJson(join(root, 'package.json')).packageManager];
}

/** @param {string} file */
function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
