/** The handler form with a fake socket that behaves as the library's does. It runs on every Node, with or without a binary. */

import type { HttpRequest, HttpResponse, us_socket_context_t, WebSocket } from 'uWebSockets.js';
import { recordSessions } from '@sallyport/conformance';
import { behavior, systemClock, type UserData } from '@sallyport/uws';
import { describe, expect, it } from 'vitest';

type Socket = WebSocket<UserData>;

const headers: Record<string, string> = {
  upgrade: 'websocket',
  connection: 'Upgrade',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'sec-websocket-version': '13',
};
const request = {
  forEach(visit: (name: string, value: string) => void) {
    for (const [name, value] of Object.entries(headers)) visit(name, value);
  },
};
const context = {} as us_socket_context_t;
const response = { getRemoteAddressAsText: () => new Uint8Array(Buffer.from('192.0.2.1')).buffer };

/** Throws once it is closed. Reports its close from within `end` and `close`. Detaches the bytes of a message after `message`. */
class FakeSocket {
  readonly calls: unknown[][] = [];
  /** The arguments of `upgrade`, without the data. */
  readonly upgraded: unknown[] = [];
  buffered = 0;
  result = 1;
  isClosed = false;
  #data: UserData | undefined;
  readonly #behavior: ReturnType<typeof behavior>;

  constructor(of: ReturnType<typeof behavior>) {
    this.#behavior = of;
    this.#behavior.upgrade?.(
      {
        ...response,
        upgrade: (data: UserData, ...rest: unknown[]) => {
          this.upgraded.push(...rest);
          this.#keep(data);
        },
      } as unknown as HttpResponse,
      request as unknown as HttpRequest,
      context,
    );
    this.#behavior.open?.(this.asSocket);
  }

  /** As the library keeps it: a copy. */
  #keep(data: UserData): void {
    this.#data = { ...data };
  }

  get asSocket(): Socket {
    return this as unknown as Socket;
  }

  getUserData() {
    return this.#data;
  }
  getBufferedAmount() {
    this.#use();
    return this.buffered;
  }
  send(...args: unknown[]) {
    this.#use();
    this.calls.push(['send', ...args]);
    return this.result;
  }
  ping() {
    this.#use();
    this.calls.push(['ping']);
  }
  end(code: number, reason: string) {
    this.#use();
    this.calls.push(['end', code, reason]);
    this.goes(code, reason);
  }
  close() {
    this.#use();
    this.calls.push(['close']);
    this.goes(1006, '');
  }

  hears(text: string | Uint8Array) {
    const bytes = new Uint8Array(Buffer.from(text)).buffer;
    this.#behavior.message?.(this.asSocket, bytes, typeof text !== 'string');
    structuredClone(bytes, { transfer: [bytes] });
  }
  drains(left: number) {
    this.buffered = left;
    this.#behavior.drain?.(this.asSocket);
  }
  goes(code: number, reason: string) {
    this.isClosed = true;
    this.#behavior.close?.(this.asSocket, code, new Uint8Array(Buffer.from(reason)).buffer);
  }

  #use() {
    if (this.isClosed) throw new Error('Invalid access of closed uWS.WebSocket/SSLWebSocket.');
  }
}

function open() {
  const { sessions, opened } = recordSessions(systemClock);
  const socket = new FakeSocket(behavior(sessions));
  const [recorded] = opened;
  if (!recorded) throw new Error('no session');
  return { socket, recorded, connection: recorded.connection, calls: recorded.calls };
}

it('the upgrade has the key, the protocol and no extension', () => {
  const { socket } = open();
  expect(socket.upgraded).toEqual(['dGhlIHNhbXBsZSBub25jZQ==', '', '', context]);
});

describe('send() of the uWebSockets.js adapter', () => {
  it('translates the number that the library returns', () => {
    const { socket, connection } = open();
    for (const [result, meaning] of [
      [1, 'sent'],
      [0, 'buffered'],
      [2, 'dropped'],
    ] as const) {
      socket.result = result;
      expect(connection.send('x')).toBe(meaning);
    }
  });

  it('marks bytes as binary, and text not', () => {
    const { socket, connection } = open();
    const bytes = new Uint8Array(2);
    connection.send('text');
    connection.send(bytes);
    expect(socket.calls).toEqual([
      ['send', Buffer.from('text'), false],
      ['send', bytes, true],
    ]);
  });
});

it('a received message is copied before the library reclaims its bytes', () => {
  const { socket, calls } = open();
  socket.hears('\ufefftext');
  socket.hears(new Uint8Array([1, 2]));
  expect(calls.slice(1)).toEqual([
    ['receive', '\ufefftext', 7],
    ['receive', new Uint8Array([1, 2]), 2],
  ]);
});

it('drained is reported when nothing is left, not at every drain event', () => {
  const { socket, calls } = open();
  socket.drains(10);
  expect(calls).toEqual([['opened']]);
  socket.drains(0);
  expect(calls).toEqual([['opened'], ['drained']]);
});

describe('close() of the uWebSockets.js adapter', () => {
  it('ends at once without unsent bytes, and the connection is closed when it returns', () => {
    const { socket, connection, calls } = open();
    connection.close(4400, 'why');
    expect(socket.calls).toEqual([['end', 4400, 'why']]);
    expect(calls).toEqual([['opened'], ['closed', 4400, 'why']]);
  });

  it('waits for unsent bytes, and terminate() ends that wait', () => {
    const { socket, connection, calls } = open();
    socket.buffered = 10;
    connection.close(4400, 'why');
    socket.drains(5);
    expect(socket.calls).toEqual([]);
    socket.drains(0);
    expect(socket.calls).toEqual([['end', 4400, 'why']]);
    expect(calls).toEqual([['opened'], ['closed', 4400, 'why']]);

    const other = open();
    other.socket.buffered = 10;
    other.connection.close(4400, 'why');
    other.connection.terminate();
    expect(other.socket.calls).toEqual([['close']]);
    expect(other.calls).toEqual([['opened'], ['closed', 1006, '']]);
  });

  it.each([
    [1000, 'bye', 1000],
    [1005, '', 1005],
    [1006, '', 1006],
    [1006, 'Received too big message', 1009],
    [1006, 'Received too big message, or other inflation error', 1009],
    [1006, 'Received invalid UTF-8', 1007],
    [1006, 'Received invalid close payload', 1002],
    [1006, 'Received invalid WebSocket frame', 1002],
    [1006, 'WebSocket timed out from inactivity', 1006],
  ])('translates %i "%s" to %i', (code, reason, read) => {
    const { socket, calls } = open();
    socket.goes(code, reason);
    expect(calls).toEqual([['opened'], ['closed', read, reason]]);
  });
});

it('the adapter never calls a closed socket', () => {
  const { socket, connection } = open();
  socket.goes(1000, '');
  expect(connection.send('x')).toBe('dropped');
  connection.ping();
  connection.close(1000, '');
  connection.terminate();
  expect(connection.bufferedAmount).toBe(0);
  expect(socket.calls).toEqual([]);
});

it('the library sends no pings and has its longest idle timeout: the core does the heartbeat', () => {
  const { sessions } = recordSessions(systemClock);
  const { sendPingsAutomatically, idleTimeout = 0 } = behavior(sessions);
  expect(sendPingsAutomatically).toBe(false);
  // In seconds, past any silence that the core waits for; 960 is the most that the library takes.
  expect(idleTimeout).toBe(960);
});

it.each([
  [65_536, 4_096, 131_072],
  [4_096, 65_536, 131_072],
  [30, 30, 1_054],
])(
  'E3: the library accepts twice the largest message, so the core closes with 1009: %i and %i bytes, %i',
  (messageBytes, credentialBytes, most) => {
    const { sessions } = recordSessions(systemClock, { messageBytes, credentialBytes });
    expect(behavior(sessions).maxPayloadLength).toBe(most);
  },
);

it('endless limits become numbers that the library understands', () => {
  const endless = Number.POSITIVE_INFINITY;
  const { sessions } = recordSessions(systemClock, { messageBytes: endless, unsentBytes: endless });
  expect(behavior(sessions)).toMatchObject({ maxPayloadLength: 2 ** 31 - 1, maxBackpressure: 0 });
});

it.each([
  [2 ** 31 - 2_048 - 1, 2 ** 31 - 1],
  [2 ** 31 - 2_048, 0],
])('a limit of %i unsent bytes becomes maxBackpressure %i, where 0 means no limit', (unsentBytes, most) => {
  const { sessions } = recordSessions(systemClock, {
    messageBytes: 1_024,
    credentialBytes: 1_024,
    unsentBytes,
  });
  expect(behavior(sessions).maxBackpressure).toBe(most);
});
