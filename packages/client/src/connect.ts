/** `connect`: what a program says, with what holds where it says nothing. */
import { jsonClient, textClient } from '@sallyport/protocol';
import { type Chance, type Clock, systemClock } from './clock.ts';
import type { CredentialsSource } from './credential-requests.ts';
import { type DeviceTokens, DeviceTokensInMemory } from './device-tokens.ts';
import { LiveSession } from './live-session.ts';
import type { Session } from './session.ts';
import { SessionHandle } from './session-handle.ts';
import type { SocketClass } from './socket.ts';

export interface ConnectOptions {
  /** A value, or a function that is asked anew for every attempt and for every renewal. */
  readonly credentials: CredentialsSource;
  /** Default: `json`, the JSON protocol. `text` is for servers that speak nothing else. */
  readonly protocol?: 'json' | 'text';
  /** Default: the runtime's own, which Node has from version 22 on. `ws` has one too. */
  readonly WebSocket?: SocketClass;
  /** Messages that may wait to be sent while the session is not ready: 0 or more. Default 0: sending throws then. */
  readonly queue?: number;
  /** Messages that may wait to be read: 0 or more; one more, and the session is closed (`unread`). Default 1000. */
  readonly unread?: number;
  /**
   * Whether to connect again by itself where that helps. Default true; else it is `closed` where it would be `waiting`. A
   * sign-in that the server postpones goes on either way, over a new connection where it must.
   */
  readonly reconnect?: boolean;
  /** Keeps what lets the server know this device again. JSON protocol only. Default: in memory, for this session. */
  readonly deviceTokens?: DeviceTokens;
  /** For tests. */
  readonly clock?: Clock;
  /** For tests: in place of `Math.random`. */
  readonly chance?: Chance;
}

/**
 * Starts to connect. The URL is one of `ws:` or `wss:`, or `http:` or `https:`, which mean the same; in a browser it may be
 * relative to the page. Throws a `TypeError` if it cannot even be tried: no such URL, no WebSocket, an option that is wrong.
 */
export function connect(url: string | URL, options: ConnectOptions): Session {
  const Class = options.WebSocket ?? (globalThis as { WebSocket?: SocketClass }).WebSocket;
  if (!Class)
    throw new TypeError(
      'This runtime has no WebSocket: give one as the option WebSocket, such as that of `ws`',
    );
  const name = options.protocol ?? 'json';
  if (!Object.hasOwn(protocols, name)) throw new TypeError(`protocol must be 'json' or 'text'`);
  const session = new LiveSession({
    url: absolute(url),
    credentials: options.credentials,
    protocol: protocols[name],
    WebSocket: Class,
    queue: countOf(options, 'queue', 0),
    unread: countOf(options, 'unread', 1_000),
    reconnect: options.reconnect ?? true,
    deviceTokens: storeOf(options),
    clock: options.clock ?? systemClock,
    chance: options.chance ?? Math.random,
  });
  return new SessionHandle(session);
}

const protocols = { json: jsonClient, text: textClient };

function countOf(options: ConnectOptions, name: 'queue' | 'unread', otherwise: number): number {
  const { [name]: count = otherwise } = options;
  if (!Number.isSafeInteger(count) || count < 0)
    throw new TypeError(`${name} must be a whole number of at least 0`);
  return count;
}

/** The text protocol has no words for a device token, so nothing is looked up for it. */
function storeOf({ deviceTokens, protocol }: ConnectOptions): DeviceTokens {
  if (deviceTokens === undefined || protocol === 'text') return new DeviceTokensInMemory();
  if (typeof deviceTokens.get !== 'function' || typeof deviceTokens.set !== 'function')
    throw new TypeError('deviceTokens must have the methods get and set');
  return deviceTokens;
}

/** As browsers read it: relative to the page, and `http` for `ws`. */
function absolute(url: string | URL): string {
  const parsed = new URL(url, (globalThis as { location?: { href: string } }).location?.href);
  parsed.protocol = parsed.protocol.replace(/^http/, 'ws');
  if (!/^wss?:$/.test(parsed.protocol)) throw new TypeError(`Not the URL of a WebSocket: ${parsed.protocol}`);
  parsed.hash = '';
  return parsed.href;
}
