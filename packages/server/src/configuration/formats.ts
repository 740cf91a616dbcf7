/** The forms of texts that the schema cannot express: a host, an origin, a URL of Redis. Proven by: test/options.test.ts. */

/** The host without the brackets of an IPv6 address in a URL. */
export function withoutBrackets(text: string): string {
  return /^\[(.*:.*)\]$/.exec(text)?.[1] ?? text;
}

/** What is wrong with an address to listen on. Undefined: nothing. */
export function hostProblem(text: string): string | undefined {
  return /^unix:./.test(text) || /^fd:\d+$/.test(text) ? undefined : tcpHostProblem(text);
}

/** What is wrong with an address or a name. Undefined: nothing. */
export function tcpHostProblem(text: string): string | undefined {
  const host = withoutBrackets(text);
  return !/^[^\s/[\]@]+$/.test(host) || /^[^:]*:[^:]*$/.test(host)
    ? 'It must be one address or name, without a port, such as 127.0.0.1.'
    : undefined;
}

/**
 * What is wrong with an origin. Undefined: nothing. Origins are compared exactly as browsers send them (RFC 6454, 6.2), so a text
 * that no browser sends is a mistake.
 */
export function originProblem(text: string): string | undefined {
  // Browsers send it for pages opened from disk and for sandboxed pages.
  if (text === 'null') return undefined;
  const origin = text.includes('*') ? undefined : parsedOrigin(text);
  if (origin === text) return undefined;
  return `It must be an origin exactly as browsers send it, such as https://app.example.org. ${origin ? `Did you mean ${origin}?` : 'There are no wildcards.'}`;
}

function parsedOrigin(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { origin } = new URL(text);
  // For other schemes (extensions, say) the URL standard returns 'null', but browsers send an origin.
  return origin === 'null' ? /^[a-z][a-z\d+.-]*:\/\/[^/?#@]+/.exec(text)?.[0] : origin;
}

export const REDIS_FORM =
  'It must be a URL such as redis://user:password@host:6379/0, or rediss: with TLS; the path is the number of the database.';

/** What is wrong with the URL of Redis. Undefined: nothing. */
export function redisProblem(text: string): string | undefined {
  if (!URL.canParse(text)) return REDIS_FORM;
  const { protocol, hostname, pathname } = new URL(text);
  const isRight = /^rediss?:$/.test(protocol) && hostname !== '' && /^\/?\d*$/.test(pathname);
  return isRight ? undefined : REDIS_FORM;
}

export const PREFIX_FORM = 'It must be 1 to 64 printable characters of ASCII without a space.';

/** What is wrong with the beginning of the keys in Redis. Undefined: nothing. */
export function prefixProblem(text: string): string | undefined {
  return /^[!-~]{1,64}$/.test(text) ? undefined : PREFIX_FORM;
}
