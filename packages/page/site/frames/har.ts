/**
 * Frames as a HAR file (HTTP Archive 1.2). Messages have the form of Chrome's developer tools: `_webSocketMessages` in the
 * entry of each connection, time in seconds since the epoch, opcode 1 or 2, bytes in base64.
 *
 * A page cannot see the headers of its WebSockets; the file has only those that it can derive. Proven by: test/har.test.ts.
 */
import manifest from '../../package.json' with { type: 'json' };
import { base64, type Connection, type Frame, isMessage } from './frame.ts';
import { withoutSecrets } from './secrets.ts';

export function toHar(frames: readonly Frame[], showsSecrets: boolean): object {
  const connections = [...new Set(frames.map(({ connection }) => connection))];
  const entries = connections.map((connection) =>
    entryOf(
      connection,
      frames.filter((frame) => frame.connection === connection && isMessage(frame)),
      showsSecrets,
    ),
  );
  return {
    log: { version: '1.2', creator: { name: 'Sallyport', version: manifest.version }, pages: [], entries },
  };
}

function entryOf(connection: Connection, messages: readonly Frame[], showsSecrets: boolean): object {
  const { number, url, startedAt, openedAt, closedAt, subprotocol } = connection;
  const wait = openedAt === undefined ? 0 : openedAt - startedAt;
  const wasOpen = openedAt !== undefined;
  const httpVersion = 'HTTP/1.1';
  return {
    _connectionId: String(number),
    _initiator: { type: 'script' },
    _priority: null,
    _resourceType: 'websocket',
    _webSocketMessages: messages.map(({ direction, type, at, data, isCredentials }) => {
      const shown = showsSecrets ? data : withoutSecrets(data, isCredentials);
      return {
        type: direction === 'sent' ? 'send' : 'receive',
        time: at / 1_000,
        opcode: type === 'text' ? 1 : 2,
        data: typeof shown === 'string' ? shown : base64(shown),
      };
    }),
    cache: {},
    request: {
      method: 'GET',
      url,
      httpVersion,
      headers: [],
      queryString: [],
      cookies: [],
      headersSize: -1,
      bodySize: 0,
    },
    response: {
      status: wasOpen ? 101 : 0,
      statusText: wasOpen ? 'Switching Protocols' : '',
      httpVersion,
      headers: subprotocol ? [{ name: 'Sec-WebSocket-Protocol', value: subprotocol }] : [],
      cookies: [],
      content: { size: 0, mimeType: 'x-unknown' },
      redirectURL: '',
      headersSize: -1,
      bodySize: -1,
      _transferSize: 0,
      _error: null,
    },
    startedDateTime: new Date(startedAt).toISOString(),
    time: (closedAt ?? messages.at(-1)?.at ?? openedAt ?? startedAt) - startedAt,
    timings: { blocked: -1, dns: -1, ssl: -1, connect: -1, send: 0, wait, receive: 0 },
  };
}
