/**
 * Decides which address to listen on, and whether other machines can reach it.
 *
 * It resolves names and odd notations (`0`, `127.1`) with the system's resolver and judges the result. The server then
 * listens on exactly the address that was judged. Proven by: test/host.test.ts.
 */
import { lookup } from 'node:dns/promises';
import { BlockList, isIPv6 } from 'node:net';
import { demoUser } from './demo-user.ts';
import type { Options } from './options.ts';
import { StartupError } from './startup-error.ts';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether this is an address of the loopback interface. An IPv4 address mapped into IPv6 counts as the IPv4 address. */
export function isLoopback(address: string): boolean {
  return loopback.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/** Whether this is a Unix socket: `unix:` and its path. */
function isUnixSocket(host: string): boolean {
  return host.startsWith('unix:');
}

/** Whether this is a listening socket that the process inherits, such as `fd:3` from systemd. */
function isInheritedSocket(host: string): boolean {
  return host.startsWith('fd:');
}

/** Whether the server opens a TCP port on this host, so that it has an address and a port. */
export function isTcp(host: string): boolean {
  return !isUnixSocket(host) && !isInheritedSocket(host);
}

/** Whether only this machine can reach the address. */
export function isLocal(address: string): boolean {
  return isUnixSocket(address) || (isTcp(address) && isLoopback(address));
}

/**
 * Resolves to the address to listen on. Throws a `StartupError` if the host has no address, if other machines could reach
 * the demo user, or if other machines would send credentials unencrypted.
 */
export async function resolveHost(
  options: Pick<Options, 'host' | 'givenAs' | 'authentication' | 'tls' | 'trustedProxies' | 'insecure'>,
  resolve = allAddresses,
  /** Whether the demo user may sign in. */
  hasDemoUser = !options.authentication,
): Promise<string> {
  const { host, givenAs } = options;
  // The permissions of the socket file decide who may connect.
  if (isUnixSocket(host)) return host;
  // An inherited socket may have any address.
  const addresses = isInheritedSocket(host)
    ? [host]
    : await resolve(host).catch((error: NodeJS.ErrnoException) => {
        throw new StartupError(
          `${givenAs.host} cannot be resolved (${error.code}): give an address of this machine, such as --host 127.0.0.1`,
        );
      });
  const reachable = addresses.find((address) => isInheritedSocket(address) || !isLoopback(address));
  const subject = `${givenAs.host}${reachable === undefined || reachable === host ? '' : ` (${reachable})`}`;
  if (reachable !== undefined && hasDemoUser)
    throw new StartupError(
      `${subject} is reachable from other machines, and the password of the demo user ${demoUser.username}/${demoUser.password} is public: add users with --users FILE, or listen on this machine only with --host 127.0.0.1`,
    );
  if (reachable !== undefined && !options.tls && !options.trustedProxies && !options.insecure)
    throw new StartupError(
      `${subject} is reachable from other machines, and passwords and tokens would travel unencrypted: give --tls-cert and --tls-key, or name the proxy that terminates TLS with --trusted-proxy, or accept the risk with --insecure`,
    );
  const [address] = addresses;
  if (address === undefined)
    throw new StartupError(`${givenAs.host} has no address: give one, such as --host 127.0.0.1`);
  return address;
}

/**
 * The host names that the server answers to (`allowedHosts` of the core): those of `--allow-host`, and the name that it
 * listens on. Returns `undefined` (any name) if the operator listed none and the server uses TLS, has a trusted proxy, or is
 * reachable from other machines. With TLS, a page under another name fails the certificate check; a proxy forwards the
 * public name.
 */
export function allowedHosts(
  options: Pick<Options, 'host' | 'tls' | 'trustedProxies' | 'allowedHosts'>,
  address: string,
): readonly string[] | undefined {
  const { host, tls, trustedProxies, allowedHosts: listed } = options;
  const isRestricted = isTcp(address) && isLoopback(address) && !tls && !trustedProxies;
  if (!listed && !isRestricted) return undefined;
  // The core always allows addresses.
  return [...(isTcp(host) && isName(host) ? [host] : []), ...(listed?.value ?? [])];
}

/** Whether this is a host name, not a notation of an address (`0`, `127.1`, `::1`). */
function isName(host: string): boolean {
  return /[a-z]/i.test(host) && !host.includes(':');
}

async function allAddresses(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}
