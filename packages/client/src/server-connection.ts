/**
 * A session's connection to the server, in messages of the protocol. It opens a socket, encodes what the session sends, decodes
 * what arrives, and reports the reason when the connection closes. There is at most one connection at a time.
 *
 * It knows nothing of the machine: `live-session.ts` and `server-messages.ts` turn what it reports into facts.
 * Proven by: test/socket.test.ts, test/talking.test.ts, test/reconnecting.test.ts.
 */
import {
  type ClientMessage,
  type ClientProtocol,
  type Data,
  type Phase,
  type Reason,
  reasonOfServerClose,
  reasons,
  type ServerMessage,
} from '@sallyport/protocol';
import type { Clock } from './clock.ts';
import { Connection, type SocketClass } from './socket.ts';

interface ServerConnectionSettings {
  readonly url: string;
  readonly protocol: ClientProtocol;
  readonly WebSocket: SocketClass;
  readonly clock: Clock;
}

interface Receiver {
  opened(): void;
  /** The message is undefined if the protocol cannot read it in this phase. */
  received(message: ServerMessage | undefined): void;
  closed(reason: Reason): void;
  /** The phase of the next message. */
  phase(): Phase;
}

export class ServerConnection {
  readonly #settings: ServerConnectionSettings;
  readonly #receiver: Receiver;
  #connection: Connection | undefined;
  /** Connections that this session has opened. So it is also the number of the present one. */
  count = 0;
  /** Whether our close frame is on its way. */
  #isClosing = false;

  constructor({ url, protocol, WebSocket, clock }: ServerConnectionSettings, receiver: Receiver) {
    this.#settings = { url, protocol, WebSocket, clock };
    this.#receiver = receiver;
  }

  /** Bytes that were sent and that the network has not taken yet. 0 without a connection. */
  get bufferedAmount(): number {
    return this.#connection?.bufferedAmount ?? 0;
  }

  open(): void {
    const { WebSocket, url, protocol, clock } = this.#settings;
    const receiver = this.#receiver;
    this.#isClosing = false;
    this.count += 1;
    try {
      this.#connection = new Connection(WebSocket, url, protocol.subprotocol, clock, {
        opened: () => receiver.opened(),
        received: (data) => receiver.received(protocol.decode(data, receiver.phase())),
        closed: (code, text) => this.#closed(code, text),
      });
    } catch {
      // The class refuses the URL. It may take it later, as with a policy of the page.
      receiver.closed('connectionLost');
    }
  }

  /** The message as the protocol sends it. Undefined if the protocol cannot express it. Throws a `TypeError` for a value that is not JSON. */
  encode(message: ClientMessage): Data | undefined {
    return this.#settings.protocol.encode(message);
  }

  /** Sends an encoded message, as `sendSafely` does. */
  transmit(data: Data): void {
    this.sendSafely(() => this.#connection?.send(data));
  }

  /** Sends a message. Ignores one that the protocol cannot express. Throws what the socket throws. */
  send(message: ClientMessage): void {
    const data = this.encode(message);
    if (data !== undefined) this.#connection?.send(data);
  }

  /** Calls a function that sends. A socket that throws counts as a lost connection: an error must not interrupt a step. */
  sendSafely(send: () => void): void {
    try {
      send();
    } catch {
      this.lose();
    }
  }

  /** Closes the connection, and reports it as lost. */
  lose(): void {
    this.#connection?.drop();
    this.#closed(1006, '');
  }

  /** Starts the close handshake. A socket that throws counts as a lost connection. */
  close(): void {
    this.#isClosing = true;
    this.sendSafely(() => this.#connection?.close());
  }

  /** Closes the connection, if there is one, and reports nothing more of it. */
  drop(): void {
    this.#connection?.drop();
    this.#connection = undefined;
  }

  /** After our close frame, a close frame like it is the server's answer to it. */
  #closed(code: number, text: string): void {
    this.#connection = undefined;
    const ours = reasons.clientLeft;
    const isEcho = this.#isClosing && code === ours.code && (text === '' || text === ours.text);
    this.#receiver.closed(isEcho ? 'clientLeft' : reasonOfServerClose(code, text));
  }
}
