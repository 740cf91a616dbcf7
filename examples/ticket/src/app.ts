/**
 * The app on the first host: signs users in by a cookie, and gives a signed-in user tickets for the WebSocket server.
 *
 * It has no WebSockets. Its cookie never reaches the other host. Proven by: test/ticket.test.ts.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import type { Tickets } from './tickets.ts';

interface Login {
  readonly id: string;
  readonly user: string;
}

/** In your app: a database of hashed passwords. */
const users = new Map([
  ['ada', 'lovelace'],
  ['grace', 'hopper'],
]);

/** Makes the app. `socketsUrl` is the base URL of the WebSocket server, for reports of sign-outs. */
export function createApp(tickets: Tickets, socketsUrl: string): RequestListener {
  const logins = new Map<string, Login>();
  const routes = new Map<string, (request: IncomingMessage) => Promise<Answer>>();
  routes.set('/sign-in', async (request) => {
    const user = userIn(request);
    if (user === undefined) return { status: 401 };
    const cookie = randomBytes(32).toString('base64url');
    logins.set(cookie, { id: randomUUID(), user });
    return { status: 204, headers: { 'set-cookie': `login=${cookie}; HttpOnly; SameSite=Lax; Path=/` } };
  });
  routes.set('/ticket', async (request) => {
    const login = logins.get(cookieOf(request));
    if (!login) return { status: 401 };
    const text = await tickets.issue(login.user, login.id);
    return { status: 200, headers: { 'cache-control': 'no-store' }, text };
  });
  routes.set('/sign-out', async (request) => {
    const cookie = cookieOf(request);
    const login = logins.get(cookie);
    // First the cookie, so that it gets no more tickets. Then the WebSockets of the user.
    logins.delete(cookie);
    if (!login) return { status: 204 };
    const authorization = `Bearer ${await tickets.reportSignOut(login.user, login.id)}`;
    const { ok } = await fetch(`${socketsUrl}/sign-out`, { method: 'POST', headers: { authorization } });
    // Without the report, the WebSockets of the user end when their tickets expire.
    return { status: ok ? 204 : 502 };
  });
  return async (request, response) => {
    const route = request.method === 'POST' ? routes.get(request.url ?? '') : undefined;
    const { status, headers, text } = await answerOf(route?.(request));
    response.writeHead(status, headers).end(text);
  };
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly text?: string;
}

async function answerOf(answer: Promise<Answer> | undefined): Promise<Answer> {
  try {
    return (await answer) ?? { status: 404 };
  } catch {
    return { status: 500 };
  }
}

/** The user of `Authorization: Basic`. Undefined if the password is wrong. */
function userIn({ headers }: IncomingMessage): string | undefined {
  const [, encoded = ''] = /^Basic (.+)$/i.exec(headers.authorization ?? '') ?? [];
  const [username = '', password] = Buffer.from(encoded, 'base64').toString().split(':');
  return password !== undefined && users.get(username) === password ? username : undefined;
}

function cookieOf({ headers }: IncomingMessage): string {
  return /(?:^|; )login=([\w-]+)/.exec(headers.cookie ?? '')?.[1] ?? '';
}
