/** The URL that a WebSocket class takes. Proven by: test/url.test.ts. */

/**
 * An absolute `ws:` or `wss:` URL without a fragment. `http:` and `https:` mean the same; in a browser a URL may be relative to
 * the page. Throws a `TypeError` for any other. Works on the text: React Native's `URL` has no setters and lacks getters.
 */
export function webSocketUrl(url: string | URL): string {
  const given = String(url).trim();
  const page = (globalThis as { location?: { href?: string } }).location?.href;
  const isAbsolute = /^[a-z][a-z\d+.-]*:/i.test(given);
  // Throws a TypeError for what no URL can be.
  const parsed = new URL(given, isAbsolute ? undefined : page);
  const text = isAbsolute ? given : parsed.href;
  const [, secure, rest] = /^(?:ws|http)(s?):([^#]*)/i.exec(text) ?? [];
  if (rest === undefined)
    throw new TypeError(`Not the URL of a WebSocket: ${/^[^:]*:/.exec(text)?.[0] ?? 'no scheme'}`);
  return `ws${secure?.toLowerCase()}:${rest}`;
}
