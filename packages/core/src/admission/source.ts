/**
 * The source of a connection or an attempt: whose address it is, as far as somebody can change it at will.
 *
 * Transports write the same address in many ways, so it is read, not compared: IPv4 as it is, also where it is mapped
 * into IPv6, and of IPv6 the network of 64 bits that one customer has (RFC 6177). Proven by: test/source.test.ts.
 */
import ipaddr from 'ipaddr.js';

const { IPv6 } = ipaddr;

/** As every transport writes IPv4; asked for every connection, so it is told by its looks. */
const FOUR_PARTS = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/** `192.0.2.1` or `2001:db8:0:1::/64`; empty for what is no address (a Unix socket has none). */
export function sourceOf(address: string): string {
  if (FOUR_PARTS.test(address)) return address;
  const read = readIPv6(address);
  if (!read) return '';
  if (read.isIPv4MappedAddress()) return read.toIPv4Address().toString();
  const network = read.parts.slice(0, 4).map((group) => group.toString(16));
  return `${network.join(':')}::/64`;
}

/** Its check would read all of it first, and then it would be read again. */
function readIPv6(address: string): ReturnType<typeof IPv6.parse> | undefined {
  if (!address.includes(':')) return undefined;
  try {
    return IPv6.parse(address);
  } catch {
    return undefined;
  }
}

/** Whether nobody but this machine can have it, written as `sourceOf` or a transport writes it. */
export function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}
