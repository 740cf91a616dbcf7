/**
 * The routes of the live view: the files of its page, which need no token, and what the page asks for, which does.
 *
 * The files tell nothing about the server. A browser cannot send a token when it opens a page, so the page asks the operator for it.
 * Proven by: test/live/routes.test.ts.
 */
import type { Channels } from '@sallyport/channels';
import type { Sessions } from '@sallyport/core';
import { isLoopbackName } from '../access.ts';
import { AdminError, json } from '../answers.ts';
import { wholeNumber } from '../session-list.ts';
import type { LiveView, LiveViewFile } from './view.ts';

type Answer = (request: Request, name: string, url: URL) => Response;

/** The page runs its own script and style, and asks its own origin. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The files, by their path without its first slash. */
export function fileRoutes({ page }: LiveView): Readonly<Record<string, { readonly GET: Answer }>> {
  return Object.fromEntries(page.map((file) => [file.path.slice(1), { GET: () => fileAnswer(file) }]));
}

function fileAnswer({ type, body, isImmutable }: LiveViewFile): Response {
  return new Response(body, {
    headers: {
      'content-type': type,
      'cache-control': isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
      'content-security-policy': policy,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
  });
}

/** What the page asks for. */
export function liveRoutes(
  live: LiveView,
  sessions: Sessions,
  channels: Channels | undefined,
): Readonly<Record<string, { readonly GET: Answer }>> {
  return {
    live: { GET: () => json(live.overview(sessions, channels)) },
    'live/sessions/:': {
      GET: (_request, id, url) => {
        if (live.inspectsPayloads && !isLoopbackName(url.hostname))
          throw new AdminError(
            403,
            'payloadsOffLoopback',
            'payloads are shown on a loopback address only: open the view at localhost or 127.0.0.1',
          );
        const after = wholeNumber(url.searchParams, 'after', 0, 0, Number.MAX_SAFE_INTEGER);
        return json(live.open(sessions, id, after));
      },
    },
  };
}
