/**
 * Loads the native uWebSockets.js for this Node and platform, or reports the command that installs it.
 *
 * The package has one binary per platform, architecture and ABI of Node. Without a matching binary, the build on the npm
 * registry prints a warning and falls back to JavaScript. So this file finds and loads the binary before the package.
 * Proven by: test/uws-binary.test.ts.
 */

import type uWebSockets from 'uWebSockets.js';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { StartupError } from './startup-error.ts';

const PACKAGE = 'uWebSockets.js';
const require = createRequire(import.meta.url);

/** Selects the binary. */
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

/** Returns the native library. Throws a `StartupError` if this runtime has none. */
export function loadNative(
  runtime = thisRuntime,
  folders: readonly string[] = require.resolve.paths(PACKAGE) ?? [],
): typeof uWebSockets {
  // The build on the npm registry reads it: it would print to standard output and use its JavaScript fallback.
  if (/^(1|true)$/i.test(process.env['UWS_USE_FALLBACK'] ?? ''))
    throw new StartupError(
      'UWS_USE_FALLBACK selects the JavaScript fallback of uWebSockets.js, which is not supported: unset it',
    );

  const { folder, cause } = find(runtime, folders);
  if (folder === undefined) throw missing(runtime, cause);
  const library = require(folder) as typeof uWebSockets;
  if (!('SSLApp' in library)) throw missing(runtime, 'it loaded as its JavaScript fallback');
  return library;
}

/** Finds the nearest installed package whose binary loads. A build from upstream may be installed next to the one from npm. */
function find(
  { platform, arch, abi }: Runtime,
  folders: readonly string[],
): { folder?: string; cause: string } {
  const binary = `uws_${platform}_${arch}_${abi}.node`;
  let cause = 'not installed';
  for (const folder of folders.map((modules) => join(modules, PACKAGE))) {
    // Upstream keeps its binaries at the top level, the build on the npm registry in a folder.
    for (const binaryFolder of [folder, join(folder, 'binaries')]) {
      if (!filesIn(binaryFolder).includes(binary)) continue;
      try {
        require(join(binaryFolder, binary));
        return { folder, cause };
      } catch (error) {
        // For example, it was built for a newer glibc.
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

function missing(runtime: Runtime, cause: string): StartupError {
  const { node, platform, arch, abi } = runtime;
  return new StartupError(
    `uWebSockets.js has no native binary for Node ${node} (ABI ${abi}) on ${platform}-${arch} (${cause}): install upstream's with \`${installLine(runtime)}\`, or use sallyport-ws`,
  );
}

/** Names upstream's oldest build for this Node: newer builds need a newer glibc (20.52: 2.35; 20.55: 2.38). */
function installLine({ node }: Runtime): string {
  const major = Number(/\d+/.exec(node)?.[0]);
  const build = major <= 24 ? 'v20.52.0' : major === 25 ? 'v20.53.0' : 'v20.67.0';
  // npm cannot install into a pnpm workspace.
  const install = /^pnpm\//.test(process.env['npm_config_user_agent'] ?? '')
    ? 'pnpm add --ignore-workspace-root-check'
    : 'npm install';
  return `${install} uNetworking/uWebSockets.js#${build}`;
}
