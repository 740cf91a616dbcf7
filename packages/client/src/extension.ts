/**
 * The seam for extensions of a session, such as requests. `connect` takes them, so a program loads only those that it uses.
 *
 * An extension adds methods to the session, sends and reads messages of types of its own, and is told when the session is ready, loses
 * its connection, or ends. It is no part of the machine. Proven by: test/extensions.test.ts, test/size.test.ts.
 */
import type { Fields } from '@sallyport/protocol';
import type { Chance, Clock } from './clock.ts';
import type { EndReason } from './facts.ts';
import type { SessionState } from './session.ts';

/** Adds methods to a session: one of the option `extensions` of `connect`. `requests()` makes one. */
export interface Extension<Methods extends object = object> {
  /** The name, for errors. A session takes each name once. */
  readonly name: string;
  /** Called once for each session, before it connects. */
  extend(link: SessionLink): ExtensionParts<Methods>;
}

/** What an extension has of its session. */
export interface SessionLink {
  /** The state of the session. */
  readonly state: SessionState;
  /** Whether a message can be sent now. `waiting`: it can be sent later. `ended`: it cannot, unless the program resumes the session. */
  readonly readiness: 'ready' | 'bufferFull' | 'waiting' | 'ended';
  /** Whether the protocol has messages of further types. Only the JSON protocol has. */
  readonly isExtensible: boolean;
  /** The timers of the session. */
  readonly clock: Clock;
  /** The source of randomness of the session. */
  readonly chance: Chance;
  /** Returns a number that no message of this session has had, for one that the server answers. Extensions share the numbers. */
  nextId(): number;
  /** Sends a message of the JSON protocol. The connection may be lost by it. Throws a `TypeError` for anything but a string, and nothing else. */
  transmit(text: string): void;
}

/** What an extension adds to a session. None of its functions may throw, except the methods. */
export interface ExtensionParts<Methods extends object = object> {
  /** The methods for the program. They become methods of the session. */
  readonly methods: Methods;
  /** The server sent a message of a type that the client itself does not know. */
  received?(fields: Fields): void;
  /** The session is ready, for the first time or again. */
  ready?(): void;
  /** The session is not ready any more. It may connect again. */
  lost?(reason: EndReason): void;
  /** The session is signed out or closed. It does not connect again, unless the program resumes it. */
  ended?(reason: EndReason): void;
}

/** The methods that a tuple of extensions adds to a session. */
export type MethodsOf<Extensions extends readonly Extension[]> = Extensions extends readonly [
  Extension<infer Methods>,
  ...infer Rest extends readonly Extension[],
]
  ? Methods & MethodsOf<Rest>
  : unknown;

/** Throws a `TypeError` for a value that is not a list of extensions, and for two of one name. */
export function checkExtensions(extensions: readonly Extension[]): void {
  const names = new Set<string>();
  if (!Array.isArray(extensions)) throw new TypeError('extensions must be an array, such as [requests()]');
  for (const extension of extensions as readonly Partial<Extension>[]) {
    if (typeof extension?.extend !== 'function')
      throw new TypeError('extensions must have extensions only, such as requests()');
    if (names.has(extension.name ?? '')) throw new TypeError(`extensions has ${extension.name} twice`);
    names.add(extension.name ?? '');
  }
}
