/** `connect`: checks the options, fills in the defaults and starts a session. */
import { jsonClient, textClient } from '@sallyport/protocol';
import { type Chance, type Clock, systemClock } from './clock.ts';
import type { CredentialsSource } from './credential-requests.ts';
import { type DeviceTokens, DeviceTokensInMemory } from './device-tokens.ts';
import { checkExtensions, type Extension, type MethodsOf } from './extension.ts';
import { LiveSession } from './live-session.ts';
import { checkNames } from './option-names.ts';
import type { Session } from './session.ts';
import { SessionHandle } from './session-handle.ts';
import type { SocketClass } from './socket.ts';
import { webSocketUrl } from './url.ts';

/** The options of `connect`. An unknown option is a `TypeError`. */
export interface ConnectOptions {
  /** The credentials, or a function that the client calls for every attempt and for every renewal. */
  readonly credentials: CredentialsSource;
  /**
   * Milliseconds that the function may take: above 0. Past it the request fails (`credentialsFailed`) and the client tries
   * again later. Default: no limit, since a person may type.
   */
  readonly credentialsMs?: number;
  /** The protocol. Default `json`. `text` is for servers that speak only the tutorial's text protocol. */
  readonly protocol?: 'json' | 'text';
  /** The class of WebSockets. Default: the runtime's own (browsers, Deno, Bun, Node from version 22). `ws` has one too. */
  readonly WebSocket?: SocketClass;
  /** Messages that may wait while the session is not ready: 0 or more. Default 0: `send` throws then. */
  readonly queue?: number;
  /** Messages that may wait to be read: 0 or more. Default 1000. One more closes the session (`unread`). */
  readonly unread?: number;
  /**
   * Bytes that may wait to be sent: 1 or more. Default 16 MiB. `send` throws a `NotSentError` when so many or more wait in the
   * socket (`bufferFull`) or in the queue (`queueFull`; a character counts as one byte there).
   */
  readonly bufferedBytes?: number;
  /**
   * Whether to connect again where that helps. Default true. With false the session is `closed` where it would be `waiting`.
   * A sign-in that the server postpones goes on in both cases, over a new connection if necessary.
   */
  readonly reconnect?: boolean;
  /** A store for the tokens by which a server recognises this device. JSON protocol only. Default: in memory, for this session. */
  readonly deviceTokens?: DeviceTokens;
  /** What the session can do besides messages, such as `[requests()]`. Each adds its methods to the session. Default: nothing. */
  readonly extensions?: readonly Extension[];
  /** The timers. For tests. Default: the runtime's own. */
  readonly clock?: Clock;
  /** The source of random numbers. For tests. Default `Math.random`. */
  readonly chance?: Chance;
}

/** An object, so that an option that is missing here does not compile. */
const names: Readonly<Record<keyof ConnectOptions, true>> = {
  credentials: true,
  credentialsMs: true,
  protocol: true,
  WebSocket: true,
  queue: true,
  unread: true,
  bufferedBytes: true,
  reconnect: true,
  deviceTokens: true,
  extensions: true,
  clock: true,
  chance: true,
};

const protocols = { json: jsonClient, text: textClient };

/**
 * Starts to connect, and returns the session at once. The URL has the scheme `ws:` or `wss:`, or `http:` or `https:`, which mean
 * the same; in a browser it may be relative to the page. Throws a `TypeError` for a URL or an option that is wrong or unknown,
 * and in a runtime without a WebSocket. The session has the methods of the `extensions`.
 */
export function connect<const Extensions extends readonly Extension[] = []>(
  url: string | URL,
  options: ConnectOptions & { readonly extensions?: Extensions },
): Session & MethodsOf<Extensions> {
  if (typeof options !== 'object' || options === null)
    throw new TypeError('connect(url, options): the options must be an object with credentials');
  checkNames(options, Object.keys(names));
  const Class = options.WebSocket ?? (globalThis as { WebSocket?: SocketClass }).WebSocket;
  if (!Class)
    throw new TypeError(
      'This runtime has no WebSocket: give one as the option WebSocket, such as that of `ws`',
    );
  const name = options.protocol ?? 'json';
  if (!Object.hasOwn(protocols, name)) throw new TypeError(`protocol must be 'json' or 'text'`);
  const { extensions = [] } = options;
  checkExtensions(extensions);
  const session = new LiveSession({
    url: webSocketUrl(url),
    credentials: options.credentials,
    credentialsMs: durationOf(options),
    protocol: protocols[name],
    WebSocket: Class,
    queue: countOf(options, 'queue', 0),
    unread: countOf(options, 'unread', 1_000),
    bufferedBytes: countOf(options, 'bufferedBytes', 16 * 2 ** 20, 1),
    reconnect: options.reconnect ?? true,
    deviceTokens: storeOf(options),
    extensions,
    clock: options.clock ?? systemClock,
    chance: options.chance ?? Math.random,
  });
  return new SessionHandle(session, session.methods) as Session as Session & MethodsOf<Extensions>;
}

function countOf(
  options: ConnectOptions,
  name: 'queue' | 'unread' | 'bufferedBytes',
  otherwise: number,
  least = 0,
): number {
  const { [name]: count = otherwise } = options;
  if (!Number.isSafeInteger(count) || count < least)
    throw new TypeError(`${name} must be a whole number of at least ${least}`);
  return count;
}

function durationOf({ credentialsMs = Number.POSITIVE_INFINITY }: ConnectOptions): number {
  if (typeof credentialsMs !== 'number' || !(credentialsMs > 0))
    throw new TypeError('credentialsMs must be a number of milliseconds above 0');
  return credentialsMs;
}

/** The text protocol has no device tokens, so its sessions do not use the program's store. */
function storeOf({ deviceTokens, protocol }: ConnectOptions): DeviceTokens {
  if (deviceTokens === undefined || protocol === 'text') return new DeviceTokensInMemory();
  if (typeof deviceTokens.get !== 'function' || typeof deviceTokens.set !== 'function')
    throw new TypeError('deviceTokens must have the methods get and set');
  return deviceTokens;
}
