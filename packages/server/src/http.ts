/**
 * Plain HTTP on the port of the WebSockets: whether the server is well, and a note for whoever looks with a browser.
 *
 * Web standards only, so that it runs the same on every transport. Proven by: test/http.test.ts.
 */

const headers = {
  'content-type': 'text/plain; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
};

interface Page {
  readonly status: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers a request. `isDraining` is asked at each: a server that is about to go is no longer well. */
export function createFetch(isDraining: () => boolean): (request: Request) => Response {
  return (request) => {
    const page = pageFor(request, isDraining);
    return new Response(request.method === 'HEAD' ? null : page.text, {
      status: page.status,
      headers: { ...headers, ...page.headers },
    });
  };
}

function pageFor(request: Request, isDraining: () => boolean): Page {
  const url = new URL(request.url);
  if (url.pathname !== '/' && url.pathname !== '/healthz') return { status: 404, text: 'not found; see /\n' };
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return { status: 405, text: 'GET or HEAD only\n', headers: { allow: 'GET, HEAD' } };
  if (url.pathname === '/') return { status: 200, text: landing(url) };
  return isDraining()
    ? { status: 503, text: 'draining\n', headers: { 'retry-after': '1' } }
    : { status: 200, text: 'ok' };
}

function landing({ protocol, host }: URL): string {
  const address = `${protocol === 'https:' ? 'wss' : 'ws'}://${host}`;
  return `Sallyport: an authenticated gate for long-lived connections.

This port speaks WebSocket: ${address}
First send username:password, as text. Once you are let in, send what you like, and it comes back.

From a terminal:  npx -y wscat -c ${address}
Is it well?       /healthz
`;
}
