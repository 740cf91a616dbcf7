/**
 * An upgrade request: what admission reads of it, and how every adapter collects it from the header lines.
 *
 * A header that comes more than once counts as one. Its values are joined by commas, in order (RFC 9110, 5.3). So a list may
 * be spread over several lines. A header that must come once becomes invalid when it comes twice.
 * Proven by: test/admission/upgrade-request.test.ts.
 */

/** The address that an upgrade request comes from, and the headers that admission reads. */
export interface UpgradeRequest {
  /** The peer's IP address as text. Empty where the transport has none (a Unix socket). */
  readonly address: string;
  /** `X-Forwarded-For`. Several such headers are joined by commas in order; this holds for all headers. */
  readonly forwardedFor?: string | undefined;
  /** `Origin`. Undefined where the client sends none. */
  readonly origin: string | undefined;
  /** `Host`. */
  readonly host: string | undefined;
  /** `Sec-WebSocket-Protocol`. */
  readonly protocols: string | undefined;
  /** `Sec-WebSocket-Version`. */
  readonly version: string | undefined;
  /** Why this is not a WebSocket handshake (RFC 6455, 4.2.1). The answer is then 400. Default: it is a handshake. */
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

/** Collects the headers of one upgrade request. An adapter adds every header line that the library gives, in order. */
export class UpgradeHeaders {
  readonly #values = new Map<string, string>();

  /** Adds one header line. The name may be in any case. */
  add(name: string, value: string): void {
    const key = name.toLowerCase();
    if (!read.has(key)) return;
    const before = this.#values.get(key);
    const trimmed = value.trim();
    this.#values.set(key, before === undefined ? trimmed : `${before}, ${trimmed}`);
  }

  /** `Sec-WebSocket-Key`. It is valid if the request has no `problem`. */
  get key(): string {
    return this.#of('sec-websocket-key') ?? '';
  }

  /** The request for `Sessions.admit`, from a peer at this address. */
  requestFrom(address: string): UpgradeRequest {
    return {
      address,
      forwardedFor: this.#of('x-forwarded-for') || undefined,
      // Some proxies send an empty header in place of none. Browsers never send these headers empty.
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
    if (!isHandshake) return 'not a WebSocket handshake';
    // The library would read the bytes of a body as frames.
    const hasBody =
      this.#of('transfer-encoding') !== undefined || !/^0+$/.test(this.#of('content-length') ?? '0');
    return hasBody ? 'an upgrade request must not have a body' : undefined;
  }

  #of(name: Name): string | undefined {
    return this.#values.get(name);
  }
}
