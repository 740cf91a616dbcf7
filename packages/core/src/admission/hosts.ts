/**
 * The host that a request names (`Host`, RFC 9110, 7.2): its parts, and whether the server answers to that name.
 *
 * In a DNS rebinding attack, a web page lets its own name point to this machine. The browser then treats a server here as the
 * page's own host, and sends the page's name as `Host`. A server on loopback must refuse such names.
 * Proven by: test/admission/hosts.test.ts.
 */

import { UsageError } from '@sallyport/protocol';
import ipaddr from 'ipaddr.js';

const { IPv4, IPv6 } = ipaddr;

/** A host and its port, as a `Host` header or an origin names them. */
export interface Authority {
  /** In lower case. An IPv6 address stands in brackets, in its shortest form. */
  readonly host: string;
  /** Undefined where the text names no port, so the scheme's default port counts. */
  readonly port: number | undefined;
}

const AUTHORITY = /^(\[[\d.:a-f]+\]|[^\s,/?#@\\:[\]]+)(?::(\d{0,5}))?$/i;

/** Reads a host, with or without a port. Returns undefined for any other text, such as two hosts. */
export function authorityOf(text: string): Authority | undefined {
  const [, name = '', digits] = AUTHORITY.exec(text) ?? [];
  const host = name.startsWith('[') ? shortest(name) : name.toLowerCase();
  const port = digits ? Number(digits) : undefined;
  return host && (port ?? 0) <= 65_535 ? { host, port } : undefined;
}

const RULE =
  'must be host names without a port, such as app.example.org, or .example.org for that name and its subdomains';

/** The host names that a server answers to. Throws a `UsageError` for an entry that is not a host name. */
export class Hosts {
  /** Undefined if the server answers to every name. */
  readonly #names: ReadonlySet<string> | undefined;
  /** Each starts with a dot. */
  readonly #suffixes: readonly string[];

  constructor(listed: readonly string[] | undefined) {
    const names = listed?.map(nameOf);
    this.#names = names && new Set(names);
    this.#suffixes = names?.filter((name) => name.startsWith('.')) ?? [];
  }

  /**
   * Whether the server answers to this `Host`. IP addresses and loopback names always pass, because DNS cannot redirect them.
   * A request without a `Host` passes, because browsers always send one.
   */
  answersTo(header: string | undefined): boolean {
    if (!this.#names || !header) return true;
    const authority = authorityOf(header);
    if (!authority) return false;
    const host = authority.host.replace(/\.$/, '');
    if (host.startsWith('[') || IPv4.isValidFourPartDecimal(host)) return true;
    if (host === 'localhost' || host.endsWith('.localhost')) return true;
    return this.#names.has(host) || this.#suffixes.some((suffix) => `.${host}`.endsWith(suffix));
  }
}

function nameOf(text: string): string {
  const authority = text.includes('*') ? undefined : authorityOf(text.replace(/^\./, ''));
  if (!authority || authority.port !== undefined || text.endsWith(':'))
    throw new UsageError('allowedHosts', RULE, text);
  return `${text.startsWith('.') ? '.' : ''}${authority.host.replace(/\.$/, '')}`;
}

function shortest(bracketed: string): string | undefined {
  const text = bracketed.slice(1, -1);
  return IPv6.isValid(text) ? `[${IPv6.parse(text).toString()}]` : undefined;
}
