/** The native library if this Node has one, and a loud word if not: its tests are then skipped. */
import { createRequire } from 'node:module';
import type { Library } from '@sallyport/uws';

const require = createRequire(import.meta.url);

/** Upstream has its binaries at the top, the build on the npm registry in a folder. */
const places = ['', 'binaries/'];

function load(): Library | undefined {
  const { platform, arch, versions } = process;
  const binary = `uws_${platform}_${arch}_${versions.modules}.node`;
  for (const place of places) {
    try {
      // Looked for first: without it the package would turn into an imitation.
      require(`uWebSockets.js/${place}${binary}`);
      return require('uWebSockets.js') as Library;
    } catch {}
  }
  console.warn(`SKIPPED: uWebSockets.js has no binary for Node ${process.version} on ${platform}-${arch}`);
  return undefined;
}

export const library = load();
