/**
 * The source of an attempt: whose address it is, as far as somebody can change it at will.
 *
 * Transports write the same address in many ways, so it is read, not compared: IPv4 as it is, also where it is mapped
 * into IPv6, and of IPv6 the network of 64 bits that one customer has (RFC 6177). Proven by: test/source.test.ts.
 */
import { isIPv4, isIPv6 } from 'node:net';

/** `192.0.2.1` or `2001:db8:0:1::/64`; empty for what is no address (a Unix socket has none). */
export function sourceOf(address: string): string {
  if (isIPv4(address)) return address;
  // The zone of a link-local address is the server's own affair.
  const plain = address.replace(/%.*$/, '');
  if (!isIPv6(plain)) return '';
  const groups = groupsOf(plain);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped)
    return groups
      .slice(6)
      .flatMap((group) => [group >> 8, group & 0xff])
      .join('.');
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
}

/** The eight groups of a valid IPv6 address. */
function groupsOf(address: string): number[] {
  const [head = '', tail] = address
    .replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) => `${hex(a, b)}:${hex(c, d)}`)
    .split('::');
  const [before, after] = [head, tail ?? ''].map((half) =>
    half === '' ? [] : half.split(':').map((group) => Number.parseInt(group, 16)),
  );
  const given = [...(before ?? []), ...(after ?? [])];
  return [...(before ?? []), ...Array<number>(8 - given.length).fill(0), ...(after ?? [])];
}

function hex(high: string, low: string): string {
  return (Number(high) * 256 + Number(low)).toString(16);
}
