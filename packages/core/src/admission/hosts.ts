/**
 * The host that a request names (`Host`, RFC 9110, 7.2): its parts, and whether the server answers to that name.
 *
 * A web page may let its own name point to this machine (DNS rebinding): its browser then takes a server here for the page's
 * own host, and sends the page's name as `Host`. So a server that only this machine reaches answers to no such name. Proven
 * by: test/hosts.test.ts.
 */
import ipaddr from 'ipaddr.js';
import { UsageError } from '../usage-error.ts';

const { IPv4, IPv6 } = ipaddr;

export interface Authority {
  /** In small letters; an IPv6 address in brackets, in its shortest form. */
  readonly host: string;
  /** None where the scheme's own is meant. */
  readonly port: number | undefined;
}

const AUTHORITY = /^(\[[\d.:a-f]+\]|[^\s,/?#@\\:[\]]+)(?::(\d{0,5}))?$/i;

/** A host with a port or without one. Nothing for any other text, such as two hosts. */
export function authorityOf(text: string): Authority | undefined {
  const [, name = '', digits] = AUTHORITY.exec(text) ?? [];
  const host = name.startsWith('[') ? shortest(name) : name.toLowerCase();
  const port = digits ? Number(digits) : undefined;
  return host && (port ?? 0) <= 65_535 ? { host, port } : undefined;
}

const RULE =
  'must be names of hosts without a port, such as app.example.org, or .example.org for that name and all below it';

/** The names that a server answers to. Throws a `UsageError` for an entry that is no name of a host. */
export class Hosts {
  /** Nothing if the server answers to every name. */
  readonly #names: ReadonlySet<string> | undefined;
  /** Each begins with a dot. */
  readonly #suffixes: readonly string[];

  constructor(listed: readonly string[] | undefined) {
    const names = listed?.map(nameOf);
    this.#names = names && new Set(names);
    this.#suffixes = names?.filter((name) => name.startsWith('.')) ?? [];
  }

  /**
   * Whether the server answers to this `Host`. It always answers to addresses and to the names of loopback, since neither can
   * be made to point elsewhere, and to a request without a `Host`, since no browser sends one.
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
