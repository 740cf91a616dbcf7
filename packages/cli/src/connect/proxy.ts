/**
 * Chooses the proxy: the one of `--proxy`, or the one of the environment.
 *
 * As in Go and in browsers, the environment's proxy is not used for loopback addresses. Proven by: test/proxy.test.ts.
 */
import type { Agent } from 'node:http';
import { isIPv4 } from 'node:net';
import { getProxyForUrl } from 'proxy-from-env';
import { Refusal } from '../refusal.ts';

/** The proxy for a URL; `undefined`: connect directly. Throws a `Refusal`. */
export function proxyFor(url: URL, named: string | undefined): URL | undefined {
  if (named !== undefined) return parsed(named, '--proxy');
  if (isLoopback(url.hostname)) return undefined;
  const fromEnvironment = getProxyForUrl(url.href.replace(/^ws/, 'http'));
  return fromEnvironment === ''
    ? undefined
    : parsed(fromEnvironment, 'the proxy of the environment (HTTPS_PROXY, HTTP_PROXY or ALL_PROXY)');
}

/** Resolves to a factory of agents. An agent opens tunnels with CONNECT, and calls `refused` when the proxy refuses one. */
export async function agentFor(
  proxy: URL,
  ca: readonly string[] | undefined,
): Promise<(refused: () => void) => Agent> {
  // Loaded on demand: most connections need no proxy.
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
  // The message does not quote the URL: it may contain a password.
  throw new Refusal(`${by} must be the URL of an HTTP proxy, such as http://127.0.0.1:3128`);
}

function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'))
  );
}
