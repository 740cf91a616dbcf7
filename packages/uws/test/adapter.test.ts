/** The handler form with a socket that behaves as the library's does, on every Node, whether it has a binary or not. */

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
  forEach(tell: (name: string, value: string) => void) {
    for (const [name, value] of Object.entries(headers)) tell(name, value);
  },
};
const context = {} as us_socket_context_t;
const response = { getRemoteAddressAsText: () => new Uint8Array(Buffer.from('192.0.2.1')).buffer };

/** Throws once it is closed; reports so from within `end` and `close`; gives back the bytes of a message as nothing. */
class FakeSocket {
  readonly did: unknown[][] = [];
  /** What `upgrade` was given beside the data. */
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
    this.did.push(['send', ...args]);
    return this.result;
  }
  ping() {
    this.#use();
    this.did.push(['ping']);
  }
  end(code: number, reason: string) {
    this.#use();
    this.did.push(['end', code, reason]);
    this.goes(code, reason);
  }
  close() {
    this.#use();
    this.did.push(['close']);
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

it('upgrades with the key, the protocol and no extension', () => {
  const { socket } = open();
  expect(socket.upgraded).toEqual(['dGhlIHNhbXBsZSBub25jZQ==', '', '', context]);
});

describe('send', () => {
  it('says what the number means', () => {
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

  it('says of bytes that they are bytes', () => {
    const { socket, connection } = open();
    const bytes = new Uint8Array(2);
    connection.send('text');
    connection.send(bytes);
    expect(socket.did).toEqual([
      ['send', 'text', false],
      ['send', bytes, true],
    ]);
  });
});

it('copies what the library will take back', () => {
  const { socket, calls } = open();
  socket.hears('\ufefftext');
  socket.hears(new Uint8Array([1, 2]));
  expect(calls.slice(1)).toEqual([
    ['receive', '\ufefftext', 7],
    ['receive', new Uint8Array([1, 2]), 2],
  ]);
});

it('says `drained` when nothing is left, not whenever something left', () => {
  const { socket, calls } = open();
  socket.drains(10);
  expect(calls).toEqual([['opened']]);
  socket.drains(0);
  expect(calls).toEqual([['opened'], ['drained']]);
});

describe('close', () => {
  it('ends at once if nothing is unsent, and is closed when that returns', () => {
    const { socket, connection, calls } = open();
    connection.close(4400, 'why');
    expect(socket.did).toEqual([['end', 4400, 'why']]);
    expect(calls).toEqual([['opened'], ['closed', 4400, 'why']]);
  });

  it('waits for what is unsent, and can be cut meanwhile', () => {
    const { socket, connection, calls } = open();
    socket.buffered = 10;
    connection.close(4400, 'why');
    socket.drains(5);
    expect(socket.did).toEqual([]);
    socket.drains(0);
    expect(socket.did).toEqual([['end', 4400, 'why']]);
    expect(calls).toEqual([['opened'], ['closed', 4400, 'why']]);

    const other = open();
    other.socket.buffered = 10;
    other.connection.close(4400, 'why');
    other.connection.terminate();
    expect(other.socket.did).toEqual([['close']]);
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
  ])('reads %i "%s" as %i', (code, reason, read) => {
    const { socket, calls } = open();
    socket.goes(code, reason);
    expect(calls).toEqual([['opened'], ['closed', read, reason]]);
  });
});

it('never touches a socket that is closed', () => {
  const { socket, connection } = open();
  socket.goes(1000, '');
  expect(connection.send('x')).toBe('dropped');
  connection.ping();
  connection.close(1000, '');
  connection.terminate();
  expect(connection.bufferedAmount).toBe(0);
  expect(socket.did).toEqual([]);
});

it('leaves the heartbeat to the core', () => {
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
  'E3: takes twice the largest message, so that the core says 1009: %i and %i bytes, %i',
  (messageBytes, credentialBytes, most) => {
    const { sessions } = recordSessions(systemClock, { messageBytes, credentialBytes });
    expect(behavior(sessions).maxPayloadLength).toBe(most);
  },
);

it('keeps the library within numbers that it understands', () => {
  const endless = Number.POSITIVE_INFINITY;
  const { sessions } = recordSessions(systemClock, { messageBytes: endless, unsentBytes: endless });
  expect(behavior(sessions)).toMatchObject({ maxPayloadLength: 2 ** 31 - 1, maxBackpressure: 0 });
});

it.each([
  [2 ** 31 - 2_048 - 1, 2 ** 31 - 1],
  [2 ** 31 - 2_048, 0],
])('with %i unsent bytes tells it %i, where 0 is no limit', (unsentBytes, most) => {
  const { sessions } = recordSessions(systemClock, {
    messageBytes: 1_024,
    credentialBytes: 1_024,
    unsentBytes,
  });
  expect(behavior(sessions).maxBackpressure).toBe(most);
});
