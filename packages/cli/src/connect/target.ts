/** What to connect to, as it was typed: checked before anything is dialled. Proven by: test/options.test.ts. */
import { Refusal } from '../refusal.ts';

export const DEFAULT_URL = 'ws://127.0.0.1:5678';

/** Throws a `Refusal`. `http` and `https` are read as `ws` and `wss`, as browsers do. */
export function parseTarget(text: string): URL {
  if (!/^[a-z][a-z\d+.-]*:\/\//i.test(text))
    throw new Refusal(`${text} is no URL: it must begin with ws:// or wss://, as in ws://${text}`);
  if (!URL.canParse(text))
    throw new Refusal(`${text} is no URL that can be read: it must be like ${DEFAULT_URL}/path`);
  const url = new URL(text);
  url.protocol = url.protocol.replace(/^http/, 'ws');
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:')
    throw new Refusal(`${url.protocol}// is no WebSocket's scheme: use ws:// or wss://`);
  if (url.username !== '' || url.password !== '')
    throw new Refusal(
      'the URL has a name or a password in it, which everybody on this machine can read: leave them out, they are asked for',
    );
  url.hash = '';
  return url;
}
