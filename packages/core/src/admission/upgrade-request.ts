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

/** Collects the headers of one upgrade request. An adapter adds every header line that the library gives, in order. */
export class UpgradeHeaders {
  #connection: string | undefined;
  #contentLength: string | undefined;
  #host: string | undefined;
  #origin: string | undefined;
  #key: string | undefined;
  #protocols: string | undefined;
  #version: string | undefined;
  #transferEncoding: string | undefined;
  #upgrade: string | undefined;
  #forwardedFor: string | undefined;

  /** Adds one header line. The name may be in any case. */
  add(name: string, value: string): void {
    switch (name.toLowerCase()) {
      case 'connection':
        this.#connection = joined(this.#connection, value);
        break;
      case 'content-length':
        this.#contentLength = joined(this.#contentLength, value);
        break;
      case 'host':
        this.#host = joined(this.#host, value);
        break;
      case 'origin':
        this.#origin = joined(this.#origin, value);
        break;
      case 'sec-websocket-key':
        this.#key = joined(this.#key, value);
        break;
      case 'sec-websocket-protocol':
        this.#protocols = joined(this.#protocols, value);
        break;
      case 'sec-websocket-version':
        this.#version = joined(this.#version, value);
        break;
      case 'transfer-encoding':
        this.#transferEncoding = joined(this.#transferEncoding, value);
        break;
      case 'upgrade':
        this.#upgrade = joined(this.#upgrade, value);
        break;
      case 'x-forwarded-for':
        this.#forwardedFor = joined(this.#forwardedFor, value);
    }
  }

  /** `Sec-WebSocket-Key`. It is valid if the request has no `problem`. */
  get key(): string {
    return this.#key ?? '';
  }

  /** The request for `Sessions.admit`, from a peer at this address. */
  requestFrom(address: string): UpgradeRequest {
    return {
      address,
      forwardedFor: this.#forwardedFor || undefined,
      // Some proxies send an empty header in place of none. Browsers never send these headers empty.
      origin: this.#origin || undefined,
      host: this.#host || undefined,
      protocols: this.#protocols,
      version: this.#version,
      problem: this.#problem(),
    };
  }

  /** Most clients write these headers in the same way, so that is compared first. */
  #problem(): string | undefined {
    const isHandshake =
      (this.#upgrade === 'websocket' || this.#upgrade?.toLowerCase() === 'websocket') &&
      (this.#connection === 'Upgrade' || /(?:^|,)[ \t]*upgrade[ \t]*(?:,|$)/i.test(this.#connection ?? '')) &&
      /^[+/0-9A-Za-z]{22}==$/.test(this.#key ?? '');
    if (!isHandshake) return 'not a WebSocket handshake';
    // The library would read the bytes of a body as frames.
    const hasBody = this.#transferEncoding !== undefined || !/^0+$/.test(this.#contentLength ?? '0');
    return hasBody ? 'an upgrade request must not have a body' : undefined;
  }
}

function joined(before: string | undefined, value: string): string {
  return before === undefined ? value.trim() : `${before}, ${value.trim()}`;
}
