/** Both adapters in their serve form, each on its library; uWebSockets.js only where this Node has a binary of it. */
import { createRequire } from 'node:module';
import type { Sessions } from '@sallyport/core';
import { type Library, serve as serveOnUws } from '@sallyport/uws';
import { serve as serveOnWs } from '@sallyport/ws';

interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

export interface Transport {
  readonly name: 'ws' | 'uws';
  readonly serve: (sessions: Sessions) => Promise<Listening>;
}

const require = createRequire(import.meta.url);
const local = { host: '127.0.0.1', port: 0 };

function load(): Library | undefined {
  const { platform, arch, version, versions } = process;
  const binary = `uws_${platform}_${arch}_${versions.modules}.node`;
  for (const folder of ['', 'binaries/'])
    try {
      // Looked for first: without it the package would turn into an imitation.
      require(`uWebSockets.js/${folder}${binary}`);
      return require('uWebSockets.js') as Library;
    } catch {}
  console.warn(`SKIPPED: uWebSockets.js has no binary for Node ${version} on ${platform}-${arch}`);
  return undefined;
}

/** The native library, or nothing, and then it was said aloud. */
export const library = load();

export const ws: Transport = { name: 'ws', serve: (sessions) => serveOnWs(sessions, local) };

export const uws: Transport | undefined = library && {
  name: 'uws',
  serve: (sessions) => serveOnUws(sessions, { ...local, library }),
};
