/** The URL argument, checked before anything connects. Proven by: test/options.test.ts. */
import { Refusal } from '../refusal.ts';

export const DEFAULT_URL = 'ws://127.0.0.1:5678';

/** Parses the URL. `http` and `https` count as `ws` and `wss`, as in browsers. Throws a `Refusal`. */
export function parseTarget(text: string): URL {
  if (!/^[a-z][a-z\d+.-]*:\/\//i.test(text))
    throw new Refusal(`${text} is not a URL: it must begin with ws:// or wss://, as in ws://${text}`);
  if (!URL.canParse(text))
    throw new Refusal(`${text} is not a valid URL: it must look like ${DEFAULT_URL}/path`);
  const url = new URL(text);
  url.protocol = url.protocol.replace(/^http/, 'ws');
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:')
    throw new Refusal(`${url.protocol}// is not a WebSocket scheme: use ws:// or wss://`);
  if (url.username !== '' || url.password !== '')
    throw new Refusal(
      'the URL contains a name or a password, which other users of this machine can read: leave them out, the client asks for them',
    );
  url.hash = '';
  return url;
}

/** The URL for a text that others may read: without its query, which may hold a token. */
export function shownUrl(url: URL): string {
  return url.search === '' ? url.href : url.href.replace(/\?.*$/s, '?…');
}
