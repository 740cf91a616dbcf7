/** A server in this process, on either library, with pings at another pace than the binaries have. */
import { accept, createSessions } from '../../packages/core/src/index.ts';
import { loadNative } from '../../packages/server/src/uws-binary.ts';
import { serve as serveUws } from '../../packages/uws/src/index.ts';
import { serve as serveWs, systemClock } from '../../packages/ws/src/index.ts';
import type { Binary } from './binaries.ts';

export interface QuickPings {
  readonly port: number;
  readonly hasPings: boolean;
  close(): Promise<void>;
}

/** Serves the text protocol. Pings a quiet client after `pingMs`, or in these tests never, if it is undefined. */
export async function serveWithPings(binary: Binary, pingMs: number | undefined): Promise<QuickPings> {
  const sessions = createSessions({
    clock: systemClock,
    authenticate: ({ type }) => accept(type),
    application: (message) => message,
    limits:
      pingMs === undefined ? { pingMs: 3_600_000, silenceMs: 7_200_000 } : { pingMs, silenceMs: 60_000 },
  });
  const place = { host: '127.0.0.1', port: 0 };
  const { port, close } = await (binary === 'sallyport-ws'
    ? serveWs(sessions, place)
    : serveUws(sessions, { ...place, library: loadNative() }));
  return { port, hasPings: pingMs !== undefined, close };
}
