/** `serve` of both adapters, each on its library; uWebSockets.js only where this Node has a binary of it. */
import { createRequire } from 'node:module';
import { nativeLibrary } from '@sallyport/conformance/serving';
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

const local = { host: '127.0.0.1', port: 0 };

/** The native library; undefined, with a warning, if there is none. */
export const library = nativeLibrary(createRequire(import.meta.url)) as Library | undefined;

export const ws: Transport = { name: 'ws', serve: (sessions) => serveOnWs(sessions, local) };

export const uws: Transport | undefined = library && {
  name: 'uws',
  serve: (sessions) => serveOnUws(sessions, { ...local, library }),
};
