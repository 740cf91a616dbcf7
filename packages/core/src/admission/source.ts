/**
 * The source of a connection or an attempt: the part of an address that one client cannot change at will.
 *
 * Transports write the same address in several forms, so it is parsed. The source is the IPv4 address, also where it is
 * mapped into IPv6, or the IPv6 /64 that one customer has (RFC 6177). Proven by: test/admission/source.test.ts.
 */
import ipaddr from 'ipaddr.js';

const { IPv6 } = ipaddr;

/** IPv4 as every transport writes it. A quick test, because it runs for every connection. */
const FOUR_PARTS = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/**
 * The source of an address: `192.0.2.1` or `2001:db8:0:1::/64`. Empty for text that is not an address; a Unix socket has
 * none.
 */
export function sourceOf(address: string): string {
  if (FOUR_PARTS.test(address)) return address;
  const read = readIPv6(address);
  if (!read) return '';
  if (read.isIPv4MappedAddress()) return read.toIPv4Address().toString();
  const network = read.parts.slice(0, 4).map((group) => group.toString(16));
  return `${network.join(':')}::/64`;
}

/** Parses without a check before: the library's check parses the address too. */
function readIPv6(address: string): ReturnType<typeof IPv6.parse> | undefined {
  if (!address.includes(':')) return undefined;
  try {
    return IPv6.parse(address);
  } catch {
    return undefined;
  }
}

/** Whether the address is a loopback address, as `sourceOf` or a transport writes it. */
export function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}
