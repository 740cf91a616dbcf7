/**
 * Trusted proxies, and the client address that they report (`X-Forwarded-For`).
 *
 * Each proxy appends, on the right, the address that it sees. A client can forge everything to the left of that. So the
 * header is read from the right, up to the first address that is not a trusted proxy, and only if the peer itself is trusted.
 * Proven by: test/admission/proxies.test.ts.
 */

import { UsageError } from '@sallyport/protocol';
import ipaddr from 'ipaddr.js';

const { IPv4, IPv6 } = ipaddr;

type Address = ReturnType<typeof ipaddr.parse>;
type Network = readonly [Address, number];

/** The most proxies that are read. A longer chain is ignored, and the peer's own address counts. */
const MAX_HOPS = 32;
const RULE = 'must be addresses or networks, such as 192.0.2.1 or 10.0.0.0/8, or unix: for a Unix socket';

/** The entry for peers without an address, as nginx writes it. */
const UNIX_SOCKET = 'unix:';

/** The list of trusted proxies. Throws a `UsageError` for an entry that is not an address, a network, or `unix:`. */
export class Proxies {
  readonly #networks: readonly Network[];
  /** Whether peers without an address are trusted. */
  readonly #trustsUnixSocket: boolean;

  constructor(listed: readonly string[]) {
    this.#networks = listed.filter((entry) => entry !== UNIX_SOCKET).map(networkOf);
    this.#trustsUnixSocket = listed.includes(UNIX_SOCKET);
  }

  /** The client's address: the peer's own, or the one that trusted proxies report. A malformed header is ignored. Without one nothing is parsed. */
  clientOf(address: string, forwardedFor: string | undefined): string {
    if (forwardedFor === undefined) return address;
    if (!(address === '' ? this.#trustsUnixSocket : this.#isTrusted(addressOf(address)))) return address;
    const hops = forwardedFor.split(',');
    for (let seen = 0; seen < MAX_HOPS; seen += 1) {
      const client = addressOf(withoutPort((hops.pop() as string).trim()));
      if (!client) return address;
      // If every hop is a trusted proxy, the leftmost one is the client.
      if (hops.length === 0 || !this.#isTrusted(client)) return client.toString();
    }
    return address;
  }

  #isTrusted(address: Address | undefined): boolean {
    return this.#networks.some(
      ([network, bits]) => address?.kind() === network.kind() && address.match(network, bits),
    );
  }
}

function networkOf(text: string): Network {
  const address = addressOf(text);
  if (address) return [address, address.kind() === 'ipv4' ? 32 : 128];
  const isNetwork = text.includes(':') ? IPv6.isValidCIDR(text) : IPv4.isValidCIDRFourPartDecimal(text);
  if (!isNetwork || text.includes('%')) throw new UsageError('trustedProxies', RULE, text);
  return ipaddr.parseCIDR(text);
}

/** Parses an address; a mapped IPv4 address becomes IPv4. Undefined for other text, short forms of IPv4, and zones. */
function addressOf(text: string): Address | undefined {
  const isAddress = text.includes(':') ? IPv6.isValid(text) : IPv4.isValidFourPartDecimal(text);
  return isAddress && !text.includes('%') ? ipaddr.process(text) : undefined;
}

/** Removes the brackets and the port that some proxies write: `192.0.2.1:80`, `[2001:db8::1]:443`. */
function withoutPort(hop: string): string {
  return hop.replace(/^\[([^[\]]*)\](?::\d{1,5})?$|^([\d.]+):\d{1,5}$/, '$1$2');
}
