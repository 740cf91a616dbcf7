/**
 * The WebSockets of the app: a provider that adds Sallyport to the HTTP server of Nest. There is no gateway and no WebSocket adapter.
 *
 * It begins when Nest has made its server, and drains before Nest closes it. Proven by: test/nestjs.test.ts.
 */
import type { Server } from 'node:http';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { accept, createSessions, refuse, type Sessions } from '@sallyport/core';
import { attach, systemClock } from '@sallyport/ws';
import { Logins } from './logins.ts';

/** Other providers inject it to send to users and to sign them out. */
@Injectable()
export class Sockets implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly sessions: Sessions;
  readonly #host: HttpAdapterHost;

  constructor(@Inject(Logins) logins: Logins, @Inject(HttpAdapterHost) host: HttpAdapterHost) {
    this.#host = host;
    this.sessions = createSessions({
      clock: systemClock,
      authenticate: (credentials) => {
        const user = credentials.type === 'cookie' ? logins.userOf(credentials.value) : undefined;
        return user ? accept(user) : refuse();
      },
      application: (message, { identity }) =>
        typeof message === 'string' ? `${identity?.user}: ${message}` : message,
    });
  }

  onApplicationBootstrap(): void {
    const server: Server = this.#host.httpAdapter.getHttpServer();
    attach(server, this.sessions, { path: '/chat', credentials: { cookie: 'login' } });
  }

  /** Answers what clients have sent, and asks them to connect again. */
  beforeApplicationShutdown(): Promise<void> {
    return this.sessions.drain();
  }
}
