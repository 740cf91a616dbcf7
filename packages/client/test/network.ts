/**
 * A network in memory: a client's WebSockets, with a server's real sessions at the other end, all on one
 * simulated clock. Nothing arrives before the test calls `pass`.
 */
import {
  type ConnectOptions,
  connect,
  type Extension,
  type MethodsOf,
  type Session,
  type Socket,
  type SocketClass,
  type StateChange,
} from '@sallyport/client';
import {
  type Authenticator,
  accept,
  type Connection,
  createSessions,
  type Ending,
  type Receiver,
  refuse,
  type Sessions,
  type SessionsOptions,
} from '@sallyport/core';
import { SimulatedClock } from '@sallyport/core/testing';
import type { Data } from '@sallyport/protocol';

type Listener = Parameters<Socket['addEventListener']>[1];

export const admin: Authenticator = (given) =>
  given.type === 'password' && given.username === 'admin' && given.password === '123456'
    ? accept('admin')
    : refuse();
export const right = { username: 'admin', password: '123456' };
export const wrong = { username: 'admin', password: '1' };

async function flushMicrotasks(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

export interface Network {
  readonly clock: SimulatedClock;
  sessions: Sessions;
  readonly endings: Ending[];
  /** The messages that clients sent, as they went over the wire. */
  readonly sent: Data[];
  /** Upgrade requests so far. */
  attempts: number;
  /** Whether new connections fail. Open ones go on. */
  isDown: boolean;
  /** Cuts every connection. */
  cut(): void;
  /** Replaces the server by another. */
  serve(options?: Partial<SessionsOptions>): void;
  /** Advances the clock. Runs all timers and promises that are due. */
  pass(ms?: number): Promise<void>;
  /** The socket class of this network. It calls `onSend` before it sends, and throws what `onSend` throws. */
  watch(onSend: (data: Data) => void): SocketClass;
  connect<const Extensions extends readonly Extension[] = []>(
    options?: Partial<ConnectOptions> & { readonly extensions?: Extensions },
  ): { session: Session & MethodsOf<Extensions>; changes: StateChange[] };
}

export function network(options: Partial<SessionsOptions> = {}): Network {
  const clock = new SimulatedClock();
  const endings: Ending[] = [];
  const cuts = new Set<() => void>();

  class InMemorySocket implements Socket {
    binaryType = 'blob';
    readonly #listeners: (readonly [string, Listener])[] = [];
    #receiver: Receiver | undefined;
    #hasEnded = false;

    constructor(_url: string, protocols: string[]) {
      net.attempts += 1;
      this.#later(() => {
        if (this.#hasEnded) return;
        const admission = net.sessions.admit({
          address: '127.0.0.1',
          origin: undefined,
          host: 'gate.example',
          protocols: protocols.length > 0 ? protocols.join(', ') : undefined,
          version: '13',
        });
        if (net.isDown || !('protocol' in admission)) return this.#end(1006, '');
        this.#receiver = net.sessions.open(this.#server(), admission.peer, admission.protocol);
        cuts.add(this.#cut);
        this.#fire('open', {});
        this.#receiver.opened();
      });
    }

    addEventListener(type: string, listener: Listener): void {
      this.#listeners.push([type, listener]);
    }

    send(data: Data): void {
      net.sent.push(data);
      const bytes = typeof data === 'string' ? Buffer.byteLength(data) : data.byteLength;
      this.#later(() => this.#receiver?.receive(data, bytes));
    }

    close(code = 1005, reason = ''): void {
      if (this.#receiver) this.#later(() => this.#end(code, reason));
      else this.#later(() => this.#end(1006, ''));
    }

    readonly #cut = () => this.#end(1006, '');

    #server(): Connection {
      return {
        bufferedAmount: 0,
        send: (data) => {
          const arrives = typeof data === 'string' ? data : Uint8Array.from(data).buffer;
          this.#later(() => this.#hasEnded || this.#fire('message', { data: arrives }));
          return 'sent';
        },
        ping: () => this.#later(() => this.#receiver?.ponged()),
        close: (code, reason) => this.#later(() => this.#end(code, reason)),
        terminate: this.#cut,
      };
    }

    #end(code: number, reason: string): void {
      if (this.#hasEnded) return;
      this.#hasEnded = true;
      cuts.delete(this.#cut);
      this.#receiver?.closed(code, reason);
      this.#later(() => this.#fire('close', { code, reason }));
    }

    #fire(type: string, event: object): void {
      for (const [one, listener] of this.#listeners) if (one === type) listener({ type, ...event });
    }

    #later(what: () => unknown): void {
      clock.setTimeout(what, 0);
    }
  }

  const serve = (more: Partial<SessionsOptions> = {}) =>
    createSessions({
      authenticate: admin,
      clock,
      ...options,
      ...more,
      observe: { closed: (_, ending) => endings.push(ending) },
    });
  const net: Network = {
    clock,
    sessions: serve(),
    endings,
    sent: [],
    attempts: 0,
    isDown: false,
    cut: () => [...cuts].forEach((cut) => void cut()),
    serve: (more) => {
      net.sessions = serve(more);
    },
    async pass(ms = 0) {
      const arrive = async () => {
        for (let turn = 0; turn < 10; turn += 1) {
          await flushMicrotasks();
          clock.advance(0);
        }
      };
      await arrive();
      clock.advance(ms);
      await arrive();
    },
    watch: (onSend) =>
      class extends InMemorySocket {
        override send(data: Data): void {
          onSend(data);
          super.send(data);
        }
      },
    connect<const Extensions extends readonly Extension[] = []>(more: Partial<ConnectOptions> = {}) {
      const session: Session = connect('ws://gate.example', {
        credentials: right,
        WebSocket: InMemorySocket,
        clock,
        chance: () => 0.5,
        ...more,
      });
      const changes: StateChange[] = [];
      session.on('state', (change) => changes.push(change));
      return { session: session as Session & MethodsOf<Extensions>, changes };
    },
  };
  return net;
}
