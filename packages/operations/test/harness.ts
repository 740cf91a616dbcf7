/** Sessions without sockets, their channels, and an admin handler on them. */
import { allow, createChannels } from '@sallyport/channels';
import { accept, createSessions, refuse } from '@sallyport/core';
import { RecordingConnection, SimulatedClock } from '@sallyport/core/testing';
import { type AdminOptions, adminHandler, createMetrics } from '@sallyport/operations';
import { jsonProtocol } from '@sallyport/protocol';

export function harness(options: Partial<AdminOptions> = {}) {
  const clock = new SimulatedClock();
  const channels = createChannels({ authorize: () => allow(), clock, random: () => 0.5 });
  const metrics = createMetrics({ now: () => clock.now(), process: false });
  const sessions = createSessions({
    authenticate: (credentials) =>
      credentials.type === 'password' && credentials.password === 'right'
        ? accept(credentials.username)
        : refuse(),
    clock,
    channels,
    protocols: [jsonProtocol],
    observe: {
      ...metrics.observer,
      closed(session, ending) {
        metrics.observer.closed?.(session, ending);
        options.live?.observer.closed?.(session, ending);
      },
    },
  });
  metrics.watch(sessions, channels);
  const handler = adminHandler({ sessions, channels, metrics, ...options });

  function connect(address = '192.0.2.1') {
    const connection = new RecordingConnection();
    connection.answersClose = true;
    const receiver = sessions.open(connection, { address });
    connection.opened(receiver);
    const say = (message: object) => {
      const text = JSON.stringify(message);
      receiver.receive(text, text.length);
    };
    return { connection, say };
  }

  return {
    clock,
    channels,
    metrics,
    sessions,
    connect,
    /** A client that signs in as this user. */
    signIn(user: string, address?: string) {
      const client = connect(address);
      client.say({ type: 'authenticate', username: user, password: 'right' });
      return client;
    },
    /** Sends a request. `path` may be a URL. */
    async ask(method: string, path: string, headers: Record<string, string> = {}, body?: unknown) {
      const response = await handler(
        new Request(new URL(path, 'http://127.0.0.1:5679'), {
          method,
          headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
          ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        }),
      );
      const content = await response.text();
      const isJson = response.headers.get('content-type')?.startsWith('application/json');
      return {
        status: response.status,
        headers: response.headers,
        content,
        json: isJson ? JSON.parse(content) : undefined,
      };
    },
  };
}

/** Waits until the reactions of settled promises have run. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 40; turn += 1) await Promise.resolve();
}
