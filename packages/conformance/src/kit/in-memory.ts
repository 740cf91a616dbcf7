/**
 * The reference adapter: both ends of a connection in one process, without a network. It does its duties in the simplest way, and
 * the differential stories compare other adapters with it.
 *
 * As on a network, data arrives after the sender's own code has run (in a microtask), and never from within a call. 64 KiB fit in
 * between, as in the buffers of an operating system; more stays unsent.
 */
import {
  type Connection,
  type NewPeer,
  type RawRequest,
  type Receiver,
  type RequestOptions,
  type RequestReader,
  type SendResult,
  type Sessions,
  UpgradeHeaders,
} from '@sallyport/core';
import type { Credentials, Data, Protocol } from '@sallyport/protocol';
import { type Arrival, Refused, type RemotePeer, type RemoteRequest, type Served } from './transport.ts';

const IN_BETWEEN = 65_536;
/** The address of every client: one for documentation (RFC 5737). */
const ADDRESS = '192.0.2.1';

/** The headers of every upgrade request. */
const HANDSHAKE = {
  Host: 'gate.example',
  Upgrade: 'websocket',
  Connection: 'Upgrade',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version': '13',
};

/** What `admit` returned for a request that it let in. */
interface Admitted {
  readonly peer: NewPeer;
  readonly protocol: Protocol;
  readonly credentials?: Credentials;
}

/** Both ends of one connection. */
class Pair implements Connection, RemotePeer {
  readonly address = ADDRESS;
  answersClose = true;
  answersPings = true;
  readonly #onArrival: (arrival: Arrival) => void;
  readonly #receiver: Receiver;
  readonly #toClient: Arrival[] = [];
  #bytes = 0;
  #isPaused = false;
  #isBuffering = false;
  #isClosed = false;

  readonly protocol: string | undefined;

  constructor(
    sessions: Sessions,
    { peer, protocol, credentials }: Admitted,
    onArrival: (arrival: Arrival) => void,
  ) {
    this.#onArrival = onArrival;
    this.protocol = protocol.subprotocol;
    this.#receiver = sessions.open(this, peer, protocol, credentials);
    this.#receiver.opened();
  }

  // --- The server's end.

  send(data: Data): SendResult {
    this.#bytes += Buffer.byteLength(data);
    this.#post({ message: typeof data === 'string' ? data : new Uint8Array(data) });
    if (this.bufferedAmount === 0) return 'sent';
    this.#isBuffering = true;
    return 'buffered';
  }
  ping(): void {
    this.#post({ ping: true });
  }
  close(code: number, reason: string): void {
    this.#post({ close: code, reason });
  }
  terminate(): void {
    this.#toClient.length = 0;
    this.#end(1006, '');
  }
  get bufferedAmount(): number {
    return this.#isPaused ? Math.max(0, this.#bytes - IN_BETWEEN) : 0;
  }

  // --- The client's end.

  sendMessages(...messages: readonly Data[]): void {
    for (const data of messages)
      this.#later(() =>
        this.#receiver.receive(
          typeof data === 'string' ? data : new Uint8Array(data),
          Buffer.byteLength(data),
        ),
      );
  }
  sendFragments(...pieces: readonly Data[]): void {
    const whole = Buffer.concat(pieces.map((piece) => Buffer.from(piece)));
    this.sendMessages(typeof pieces[0] === 'string' ? whole.toString() : whole);
  }
  sendClose(code: number, reason: string): void {
    this.#later(() => {
      this.#onArrival({ close: code, reason });
      this.#end(code, reason);
    });
  }
  cut(): void {
    this.#later(() => this.#end(1006, ''));
  }
  breakRules(): void {
    this.#later(() => this.#end(1002, ''));
  }
  pause(): void {
    this.#isPaused = true;
  }
  resume(): void {
    this.#isPaused = false;
    this.#later(() => this.#flush());
  }

  // --- In between.

  #post(arrival: Arrival): void {
    this.#toClient.push(arrival);
    this.#later(() => this.#flush());
  }

  #flush(): void {
    while (!this.#isPaused) {
      const next = this.#toClient.shift();
      if (!next) break;
      this.#arrive(next);
    }
    if (this.#isPaused) return;
    this.#bytes = 0;
    if (!this.#isBuffering) return;
    this.#isBuffering = false;
    if (!this.#isClosed) this.#receiver.drained();
  }

  #arrive(arrival: Arrival): void {
    this.#onArrival(arrival);
    if ('ping' in arrival && this.answersPings) this.#later(() => this.#receiver.ponged());
    if ('close' in arrival && this.answersClose) this.#later(() => this.#end(arrival.close, arrival.reason));
  }

  #end(code: number, reason: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#receiver.closed(code, reason);
    queueMicrotask(() => this.#onArrival({ end: true }));
  }

  /** Runs an act in a microtask, unless the connection has closed. */
  #later(act: () => void): void {
    queueMicrotask(() => {
      if (!this.#isClosed) act();
    });
  }
}

/** Serves sessions on the reference adapter. It has every capability. */
export function inMemory(sessions: Sessions, options: RequestOptions = {}): Served {
  const reader = sessions.requestReader(options, false);
  return {
    connect: async (onArrival, request) => connect(sessions, reader, onArrival, request),
    close: () => {},
  };
}

function connect(
  sessions: Sessions,
  reader: RequestReader | undefined,
  onArrival: (arrival: Arrival) => void,
  { headers, path = '/' }: RemoteRequest = { headers: {} },
): RemotePeer {
  const lines = Object.entries({ ...HANDSHAKE, ...headers }).flatMap(([name, values]) =>
    [values].flat().map((value) => [name, value] as const),
  );
  const upgrade = new UpgradeHeaders();
  for (const [name, value] of lines) upgrade.add(name, value);
  const raw: RawRequest = {
    method: 'GET',
    url: path,
    forEachHeader: (add) => lines.forEach(([name, value]) => void add(name, value)),
  };
  const admission = sessions.admit(upgrade.requestFrom(ADDRESS), reader?.reading(raw));
  if (!('protocol' in admission))
    throw new Refused(admission.status, admission.text, new Map(Object.entries(admission.headers)));
  return new Pair(sessions, admission, onArrival);
}
