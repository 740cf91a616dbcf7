/**
 * Is there a native uWebSockets.js for this Node, on this platform? If not, the line that brings one.
 *
 * The package has a binary for each platform, architecture and ABI of Node. Without a fitting one, the build on the npm
 * registry turns into an imitation in JavaScript after a warning; so the binary is looked for, and loaded, before the
 * package is. Proven by: test/uws-binary.test.ts.
 */

import type uWebSockets from 'uWebSockets.js';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Refusal } from './refusal.ts';

const PACKAGE = 'uWebSockets.js';
const require = createRequire(import.meta.url);

/** What decides which binary fits. */
export interface Runtime {
  readonly node: string;
  readonly platform: string;
  readonly arch: string;
  readonly abi: string;
}

const thisRuntime: Runtime = {
  node: process.version,
  platform: process.platform,
  arch: process.arch,
  abi: process.versions.modules,
};

/** The library, native. Throws a `Refusal` if there is none for this runtime. */
export function loadNative(
  runtime = thisRuntime,
  folders: readonly string[] = require.resolve.paths(PACKAGE) ?? [],
): typeof uWebSockets {
  // A switch of the build on the npm registry; it would print to standard output and imitate.
  if (/^(1|true)$/i.test(process.env['UWS_USE_FALLBACK'] ?? ''))
    throw new Refusal(
      'UWS_USE_FALLBACK asks for an imitation of uWebSockets.js in JavaScript, on which this does not serve: unset it',
    );

  const { folder, cause } = find(runtime, folders);
  if (folder === undefined) throw missing(runtime, cause);
  const library = require(folder) as typeof uWebSockets;
  if (!('SSLApp' in library)) throw missing(runtime, 'it loaded as an imitation in JavaScript');
  return library;
}

/** The nearest installed package with a binary that loads; not just the nearest, so that whoever adds upstream's is served. */
function find(
  { platform, arch, abi }: Runtime,
  folders: readonly string[],
): { folder?: string; cause: string } {
  const binary = `uws_${platform}_${arch}_${abi}.node`;
  let cause = 'none is installed';
  for (const folder of folders.map((modules) => join(modules, PACKAGE))) {
    // Upstream has its binaries at the top, the build on the npm registry in a folder.
    for (const place of [folder, join(folder, 'binaries')]) {
      if (!filesIn(place).includes(binary)) continue;
      try {
        require(join(place, binary));
        return { folder, cause };
      } catch (error) {
        // Such as: built for a newer glibc.
        cause = (error as Error).message.split('\n')[0] ?? '';
      }
    }
  }
  return { cause };
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function missing(runtime: Runtime, cause: string): Refusal {
  const { node, platform, arch, abi } = runtime;
  return new Refusal(
    `uWebSockets.js has no native binary for Node ${node} (ABI ${abi}) on ${platform}-${arch} (${cause}): install upstream's with \`${installLine(runtime)}\`, or use sallyport-ws`,
  );
}

/** Upstream's oldest build for this Node: the newer one is, the newer the glibc that it needs (20.52: 2.35; 20.55: 2.38). */
function installLine({ node }: Runtime): string {
  const major = Number(/\d+/.exec(node)?.[0]);
  const build = major <= 24 ? 'v20.52.0' : major === 25 ? 'v20.53.0' : 'v20.67.0';
  // Within a pnpm workspace npm cannot install.
  const install = /^pnpm\//.test(process.env['npm_config_user_agent'] ?? '')
    ? 'pnpm add --ignore-workspace-root-check'
    : 'npm install';
  return `${install} uNetworking/uWebSockets.js#${build}`;
}
