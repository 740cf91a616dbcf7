/**
 * The check of the `Origin` header (RFC 6454): pages of the server's own host may connect, and pages of listed origins.
 *
 * Origins are compared by scheme, host and port, never as text: `https://app.example` has port 443, written or not.
 * Proven by: test/admission/admission.test.ts.
 */
import { authorityOf } from './hosts.ts';

interface WebOrigin {
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
}

const PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 };

export class Origins {
  #listed: ReadonlySet<string>;
  #texts: readonly string[];

  constructor(listed: readonly string[]) {
    this.#texts = listed;
    this.#listed = new Set(listed.map(canonical));
  }

  /** Lists what `other` lists, from now on. */
  become(other: Origins): void {
    this.#texts = other.#texts;
    this.#listed = other.#listed;
  }

  /**
   * Programs send no origin, and may connect. Browsers always send one. Without this check any site could use the sign-ins of
   * its visitors (OWASP, cross-site WebSocket hijacking).
   */
  isAllowed(origin: string | undefined, host: string | undefined): boolean {
    if (origin === undefined || this.#listed.has(canonical(origin))) return true;
    const page = webOriginOf(origin);
    const own = authorityOf(host ?? '');
    // The page's scheme counts: behind a proxy the request itself may come over another one.
    return page !== undefined && own?.host === page.host && (own.port ?? PORTS[page.scheme]) === page.port;
  }

  /** Whether it is the origin of a page that came without TLS. */
  isHttp(origin: string | undefined): boolean {
    return origin !== undefined && webOriginOf(origin)?.scheme === 'http';
  }

  /** The first listed origin whose pages an attacker can write: `null`, and with `needsTls` every `http:` origin. */
  openTo(needsTls: boolean): string | undefined {
    return this.#texts.find((one) => one === 'null' || (needsTls && this.isHttp(one)));
  }
}

/** The same text for the same origin. Anything but an `http` or `https` origin (`null`, an extension's) stays as it is. */
function canonical(text: string): string {
  const origin = webOriginOf(text);
  return origin ? `${origin.scheme}://${origin.host}:${origin.port}` : text;
}

function webOriginOf(text: string): WebOrigin | undefined {
  const [, given = '', rest = ''] = /^(https?):\/\/(.+)$/i.exec(text) ?? [];
  const scheme = given.toLowerCase();
  const authority = authorityOf(rest);
  const port = authority?.port ?? PORTS[scheme];
  return authority && port !== undefined ? { scheme, host: authority.host, port } : undefined;
}
