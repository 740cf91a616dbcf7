/**
 * A connection: the socket of a client at one end, the connection of a server at the other, and a pipe for each direction.
 *
 * Proven by: test/simulation.test.ts.
 */
import type { Socket } from '@sallyport/client';
import type { Connection, Receiver } from '@sallyport/core';
import { byteLength, type Data } from '@sallyport/protocol';
import { Pipe } from './pipe.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

type Listener = Parameters<Socket['addEventListener']>[1];

/** What watches a connection at the side of the server. */
export interface Tap {
  /** The server sends this. */
  sent(data: Data): void;
  /** The server is given this. */
  receives(data: Data): void;
  /** The server closes with this code. */
  closes(code: number, reason: string): void;
  /** The server used the connection outside its life. */
  misused(what: string): void;
}

/** What a server does with a new connection: it takes it, or refuses the upgrade request (undefined). */
export type Accept = (
  connection: Connection,
  protocols: string,
) => { receiver: Receiver; tap: Tap } | undefined;

/** Bytes of a control frame, and of a frame's head. */
const HEAD_BYTES = 6;

const sizeOf = (data: Data): number =>
  HEAD_BYTES + (typeof data === 'string' ? byteLength(data) : data.byteLength);

export class Wire implements Socket {
  binaryType = 'arraybuffer';
  readonly up: Pipe;
  readonly down: Pipe;
  /** Whether the server has it, and believes that it is open. */
  isServed = false;
  /** Whether the client believes that it may be open. */
  isHeld = true;
  readonly #scheduler: Scheduler;
  readonly #random: Random;
  readonly #listeners: (readonly [string, Listener])[] = [];
  readonly #onEnd: (wire: Wire) => void;
  #receiver: Receiver | undefined;
  #tap: Tap | undefined;
  #isOpen = false;

  constructor(
    scheduler: Scheduler,
    random: Random,
    protocols: readonly string[],
    server: () => Accept | undefined,
    onEnd: (wire: Wire) => void,
  ) {
    this.#scheduler = scheduler;
    this.#random = random;
    this.#onEnd = onEnd;
    this.up = new Pipe(
      scheduler,
      random,
      () => this.#lostByBoth(),
      () => {},
    );
    this.down = new Pipe(
      scheduler,
      random,
      () => this.#lostByBoth(),
      () => this.#receiver?.drained(),
    );
    this.up.send({ bytes: 200, arrive: () => this.#upgrade(server(), protocols) });
  }

  // --- The client's end.

  get bufferedAmount(): number {
    return this.up.bufferedBytes;
  }

  addEventListener(type: 'open' | 'message' | 'close' | 'error', listener: Listener): void {
    this.#listeners.push([type, listener]);
  }

  send(data: Data): void {
    const copy = typeof data === 'string' ? data : Uint8Array.from(data);
    this.up.send({ bytes: sizeOf(data), arrive: () => this.#received(copy) });
  }

  close(code = 1005, reason = ''): void {
    if (!this.isHeld) return;
    if (!this.#isOpen) {
      this.up.close();
      this.#endClient(1006, '');
      this.#later(() => this.loseServer());
      return;
    }
    this.up.send({
      bytes: HEAD_BYTES,
      arrive: () => {
        this.loseServer(code, reason);
        this.down.send({ bytes: HEAD_BYTES, arrive: () => this.#endClient(code, reason) });
      },
    });
  }

  // --- Faults.

  /** Nothing arrives any more. One side learns it, or none does. */
  halfOpen(told: 'client' | 'server' | 'none'): void {
    this.up.swallow();
    this.down.swallow();
    if (told === 'client') this.#later(() => this.#endClient(1006, ''));
    if (told === 'server') this.#later(() => this.loseServer());
  }

  /** The process of the server is gone. `isSilent`: with its machine, so that the client does not learn it. */
  abandon(isSilent: boolean): void {
    this.#receiver = undefined;
    // What the process does from now on happens nowhere.
    this.#tap = undefined;
    this.isServed = false;
    this.up.swallow();
    this.down.swallow();
    if (!isSilent) this.#later(() => this.#endClient(1006, ''));
    else this.#ended();
  }

  /** The server learns that the connection has closed. */
  loseServer(code = 1006, reason = ''): void {
    const receiver = this.#receiver;
    this.#receiver = undefined;
    if (!this.isServed) return;
    this.isServed = false;
    receiver?.closed(code, reason);
    this.#ended();
  }

  // --- The server's end.

  #upgrade(accept: Accept | undefined, protocols: readonly string[]): void {
    if (!this.isHeld) return;
    const accepted = accept?.(this.#server(), protocols.join(', '));
    if (!accepted) {
      this.#later(() => this.#endClient(1006, ''));
      return;
    }
    this.#receiver = accepted.receiver;
    this.#tap = accepted.tap;
    this.isServed = true;
    this.down.send({
      bytes: 200,
      arrive: () => {
        this.#isOpen = true;
        this.#fire('open', {});
      },
    });
    accepted.receiver.opened();
  }

  #server(): Connection {
    const wire = this;
    const use = (what: string): boolean => {
      if (!this.isServed) this.#tap?.misused(what);
      return this.isServed;
    };
    return {
      get bufferedAmount() {
        return wire.down.bufferedBytes;
      },
      send: (data) => {
        if (!use('send')) return 'dropped';
        this.#tap?.sent(data);
        const arrives = typeof data === 'string' ? data : Uint8Array.from(data).buffer;
        return this.down.send({
          bytes: sizeOf(data),
          arrive: () => this.#fire('message', { data: arrives }),
        });
      },
      ping: () => {
        if (!use('ping')) return;
        const pong = { bytes: HEAD_BYTES, arrive: () => this.#receiver?.ponged() };
        this.down.send({ bytes: HEAD_BYTES, arrive: () => void this.up.send(pong) });
      },
      close: (code, reason) => {
        if (!use('close')) return;
        this.#tap?.closes(code, reason);
        const answer = { bytes: HEAD_BYTES, arrive: () => this.loseServer(code, reason) };
        this.down.send({
          bytes: HEAD_BYTES,
          arrive: () => {
            this.up.send(answer);
            this.#endClient(code, reason);
          },
        });
      },
      terminate: () => {
        if (!use('terminate')) return;
        this.down.close();
        this.loseServer();
        this.#later(() => this.#endClient(1006, ''));
      },
    };
  }

  #received(data: Data): void {
    if (!this.#receiver) return;
    this.#tap?.receives(data);
    this.#receiver.receive(data, sizeOf(data) - HEAD_BYTES);
  }

  #lostByBoth(): void {
    this.loseServer();
    this.#later(() => this.#endClient(1006, ''));
  }

  #endClient(code: number, reason: string): void {
    if (!this.isHeld) return;
    this.isHeld = false;
    this.#fire('close', { code, reason });
    this.#ended();
  }

  #fire(type: string, event: object): void {
    if (type !== 'close' && !this.isHeld) return;
    for (const [one, listener] of this.#listeners) if (one === type) listener({ type, ...event });
  }

  #ended(): void {
    if (!this.isServed && !this.isHeld) this.#onEnd(this);
  }

  #later(callback: () => void): void {
    this.#scheduler.after(this.#random.between(1, 30), callback);
  }
}
