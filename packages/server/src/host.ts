/**
 * The host to listen on: which addresses it stands for, and whether only this machine reaches them.
 *
 * Names and odd notations (`0`, `127.1`) are judged by what the system makes of them, never by how they look; and what
 * was judged is what is then listened on. Proven by: test/host.test.ts.
 */
import { lookup } from 'node:dns/promises';
import { BlockList, isIPv6 } from 'node:net';
import { demoUser } from './demo-user.ts';
import type { Options } from './options.ts';
import { Refusal } from './refusal.ts';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether an address is of this machine's loopback interface; IPv4 mapped into IPv6 counts as what it is. */
export function isLoopback(address: string): boolean {
  return loopback.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/**
 * The address to listen on. Throws a `Refusal` if there is none, if the demo user could be reached from outside, or if real
 * credentials would come in clear from there.
 */
export async function resolveHost(
  options: Pick<Options, 'host' | 'given' | 'authentication' | 'tls' | 'trustedProxies' | 'insecure'>,
  resolve = allAddresses,
): Promise<string> {
  const { host, given, authentication } = options;
  const addresses = await resolve(host).catch((error: NodeJS.ErrnoException) => {
    throw new Refusal(
      `${given.host} cannot be resolved (${error.code}): give an address of this machine, such as --host 127.0.0.1`,
    );
  });
  const outside = addresses.find((address) => !isLoopback(address));
  const asked = `${given.host}${outside === undefined || outside === host ? '' : ` (${outside})`}`;
  if (outside !== undefined && !authentication)
    throw new Refusal(
      `${asked} could be reached from other machines, and everybody knows the demo user ${demoUser.username}/${demoUser.password}: say who may enter, with --users FILE, or listen on this machine only, with --host 127.0.0.1`,
    );
  if (outside !== undefined && !options.tls && !options.trustedProxies && !options.insecure)
    throw new Refusal(
      `${asked} could be reached from other machines, and passwords and tokens would come in clear: give --tls-cert and --tls-key, or name the proxy in front that terminates TLS with --trusted-proxy, or do without by --insecure`,
    );
  const [address] = addresses;
  if (address === undefined)
    throw new Refusal(`${given.host} has no address: give one, such as --host 127.0.0.1`);
  return address;
}

/**
 * The names that the server answers to (`allowedHosts` of the core): those listed, and the one to listen on. Nothing, which is
 * every name, if none is listed and clients may come from elsewhere: by TLS a page cannot pretend to be of this host, and a proxy
 * hands on the public name.
 */
export function allowedHosts(
  options: Pick<Options, 'host' | 'tls' | 'trustedProxies' | 'allowedHosts'>,
  address: string,
): readonly string[] | undefined {
  const { host, tls, trustedProxies, allowedHosts: listed } = options;
  const isGuarded = isLoopback(address) && !tls && !trustedProxies;
  if (!listed && !isGuarded) return undefined;
  // Addresses are always answered to.
  return [...(isName(host) ? [host] : []), ...(listed?.value ?? [])];
}

/** Whether it is the name of a host, and no notation of an address (`0`, `127.1`, `::1`). */
function isName(host: string): boolean {
  return /[a-z]/i.test(host) && !host.includes(':');
}

async function allAddresses(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}
