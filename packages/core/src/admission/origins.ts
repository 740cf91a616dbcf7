/**
 * Which web pages may connect, by the `Origin` of their requests (RFC 6454): those of the server's own host, and those that
 * are listed.
 *
 * Origins are compared by scheme, host and port, and never as text: `https://app.example` has port 443, written or not.
 * Proven by: test/admission.test.ts.
 */
import { authorityOf } from './hosts.ts';

interface WebOrigin {
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
}

const PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 };

export class Origins {
  readonly #listed: ReadonlySet<string>;

  constructor(listed: readonly string[]) {
    this.#listed = new Set(listed.map(canonical));
  }

  /**
   * Programs send no origin and are let in; a browser always sends one, and then the page must be of this host or be
   * listed, else any site could use its visitors' sign-ins (OWASP, cross-site WebSocket hijacking).
   */
  isAllowed(origin: string | undefined, host: string | undefined): boolean {
    if (origin === undefined || this.#listed.has(canonical(origin))) return true;
    const page = webOriginOf(origin);
    const own = authorityOf(host ?? '');
    // By which scheme the request came is not known here: behind a proxy it is not the one of the page.
    return page !== undefined && own?.host === page.host && (own.port ?? PORTS[page.scheme]) === page.port;
  }
}

/** The same text for the same origin. What is no origin of the web (`null`, one of an extension) is taken letter for letter. */
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
