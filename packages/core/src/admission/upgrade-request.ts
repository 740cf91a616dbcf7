/**
 * An upgrade request: what admission reads of it, and how that is gathered from its header lines on every transport alike.
 *
 * A header that comes more than once counts as one, its values joined by commas in their order (RFC 9110, 5.3). So every
 * list may be spread over lines; and two of a header that must come once are no origin, no host, no key and not 13.
 * Proven by: test/upgrade-request.test.ts.
 */

/** Where an upgrade request comes from, and what its headers say. */
export interface UpgradeRequest {
  /** Of the other end of the connection, as text; empty where the transport has none (a Unix socket). */
  readonly address: string;
  /** `X-Forwarded-For`; of more than one such header all, in their order, with commas between. This holds for all headers. */
  readonly forwardedFor?: string | undefined;
  readonly origin: string | undefined;
  readonly host: string | undefined;
  /** `Sec-WebSocket-Protocol`. */
  readonly protocols: string | undefined;
  /** `Sec-WebSocket-Version`. */
  readonly version: string | undefined;
  /** Why this is no handshake at all (RFC 6455, 4.2.1); the answer is then 400. Default: nothing is wrong with it. */
  readonly problem?: string | undefined;
}

const names = [
  'connection',
  'content-length',
  'host',
  'origin',
  'sec-websocket-key',
  'sec-websocket-protocol',
  'sec-websocket-version',
  'transfer-encoding',
  'upgrade',
  'x-forwarded-for',
] as const;
type Name = (typeof names)[number];

const read: ReadonlySet<string> = new Set(names);

/** Gathers the headers of one upgrade request. An adapter adds every header line that the library gives, in order. */
export class UpgradeHeaders {
  readonly #values = new Map<string, string>();

  /** The name in any case. */
  add(name: string, value: string): void {
    const key = name.toLowerCase();
    if (!read.has(key)) return;
    const before = this.#values.get(key);
    const trimmed = value.trim();
    this.#values.set(key, before === undefined ? trimmed : `${before}, ${trimmed}`);
  }

  /** `Sec-WebSocket-Key`; it is a right one if the request has no `problem`. */
  get key(): string {
    return this.#of('sec-websocket-key') ?? '';
  }

  /** What admission is asked about a peer at this address. */
  requestFrom(address: string): UpgradeRequest {
    return {
      address,
      forwardedFor: this.#of('x-forwarded-for') || undefined,
      // Some proxies leave a header empty instead of leaving it out. No browser sends either of these empty.
      origin: this.#of('origin') || undefined,
      host: this.#of('host') || undefined,
      protocols: this.#of('sec-websocket-protocol'),
      version: this.#of('sec-websocket-version'),
      problem: this.#problem(),
    };
  }

  #problem(): string | undefined {
    const isHandshake =
      this.#of('upgrade')?.toLowerCase() === 'websocket' &&
      /(?:^|,)[ \t]*upgrade[ \t]*(?:,|$)/i.test(this.#of('connection') ?? '') &&
      /^[+/0-9A-Za-z]{22}==$/.test(this.key);
    if (!isHandshake) return 'no WebSocket handshake';
    // To the library the bytes of a body would be frames.
    const hasBody =
      this.#of('transfer-encoding') !== undefined || !/^0+$/.test(this.#of('content-length') ?? '0');
    return hasBody ? 'an upgrade request must not have a body' : undefined;
  }

  #of(name: Name): string | undefined {
    return this.#values.get(name);
  }
}
