/**
 * Which proxy to go through: the one that was named, or the environment's.
 *
 * As in Go and in browsers, what the environment says does not count for this machine itself. Proven by: test/proxy.test.ts.
 */
import type { Agent } from 'node:http';
import { isIPv4 } from 'node:net';
import { getProxyForUrl } from 'proxy-from-env';
import { Refusal } from '../refusal.ts';

/** Throws a `Refusal`. */
export function proxyFor(url: URL, named: string | undefined): URL | undefined {
  if (named !== undefined) return parsed(named, '--proxy');
  if (isLoopback(url.hostname)) return undefined;
  const fromEnvironment = getProxyForUrl(url.href.replace(/^ws/, 'http'));
  return fromEnvironment === ''
    ? undefined
    : parsed(fromEnvironment, 'the proxy of the environment (HTTPS_PROXY, HTTP_PROXY or ALL_PROXY)');
}

/** Makes agents, each of whose connections is a tunnel (CONNECT); `refused` is told where the proxy made none. */
export async function agentFor(
  proxy: URL,
  ca: readonly string[] | undefined,
): Promise<(refused: () => void) => Agent> {
  // Most go without one, and need not wait for it to be loaded.
  const { HttpsProxyAgent } = await import('https-proxy-agent');
  return (refused) => {
    const agent = new HttpsProxyAgent(proxy, ca ? { ca: [...ca] } : {});
    agent.on('proxyConnect', ({ statusCode }: { statusCode: number }) => {
      if (statusCode !== 200) refused();
    });
    return agent;
  };
}

function parsed(text: string, by: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  // Not repeated: there may be a password in it.
  throw new Refusal(`${by} must be the URL of an HTTP proxy, such as http://127.0.0.1:3128`);
}

function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'))
  );
}
