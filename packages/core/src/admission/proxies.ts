/**
 * The proxies whose word counts for where somebody comes from (`X-Forwarded-For`), and what it says.
 *
 * Each hop adds the address that it sees at the right, and whoever is before it can have written anything at the left. So
 * it is read from the right, up to the first hop that is not trusted; and only if the other end of the connection is.
 * Proven by: test/proxies.test.ts.
 */
import ipaddr from 'ipaddr.js';
import { UsageError } from '../usage-error.ts';

const { IPv4, IPv6 } = ipaddr;

type Address = ReturnType<typeof ipaddr.parse>;
type Network = readonly [Address, number];

/** More proxies than anybody has; beyond them nobody is believed. */
const MOST_HOPS = 32;
const RULE = 'must be addresses or networks, such as 192.0.2.1 or 10.0.0.0/8';

/** Throws a `UsageError` for what is neither an address nor a network. */
export class Proxies {
  readonly #networks: readonly Network[];

  constructor(listed: readonly string[]) {
    this.#networks = listed.map(networkOf);
  }

  /** Whose address counts: the peer's own, or the one that trusted proxies name. What nobody can read is not believed. */
  clientOf(address: string, forwardedFor: string | undefined): string {
    if (forwardedFor === undefined || !this.#isTrusted(addressOf(address))) return address;
    const hops = forwardedFor.split(',');
    for (let seen = 0; seen < MOST_HOPS; seen += 1) {
      const client = addressOf(withoutPort((hops.pop() as string).trim()));
      if (!client) return address;
      // With nobody but proxies on the way, the first of them is who came.
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

/** IPv4 where it is mapped into IPv6. Nothing for what is none, for short forms of IPv4, and for zones. */
function addressOf(text: string): Address | undefined {
  const isAddress = text.includes(':') ? IPv6.isValid(text) : IPv4.isValidFourPartDecimal(text);
  return isAddress && !text.includes('%') ? ipaddr.process(text) : undefined;
}

/** `192.0.2.1:80`, `[2001:db8::1]`, `[2001:db8::1]:443`: some proxies write those. */
function withoutPort(hop: string): string {
  return hop.replace(/^\[([^[\]]*)\](?::\d{1,5})?$|^([\d.]+):\d{1,5}$/, '$1$2');
}
