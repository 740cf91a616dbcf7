/**
 * The tap: stands between an adapter and the core, writes down what each calls of the other, and sees at once when a
 * duty is broken that holds in every story.
 */
import type {
  Admission,
  Connection,
  Peer,
  Receiver,
  SendResult,
  Sessions,
  UpgradeRequest,
} from '@sallyport/core';
import type { Data, Protocol } from '@sallyport/protocol';
import type { Call } from './call.ts';
import { inWords, type Journal } from './journal.ts';

/** The duties that are watched in every story, as the page for adapters' authors names them. */
export const watched = {
  admitted: 'admit before open',
  address: 'admit is told the address',
  opened: 'opened before anything',
  closedOnce: 'exactly one closed',
  nothingAfter: 'nothing after closed',
  bytes: 'bytes owned',
  size: 'the size of a message in bytes',
  throws: 'no method throws while the connection is open',
  result: 'send says what became of it',
  drained: 'drained once nothing is unsent',
} as const;

export interface Violation {
  readonly duty: string;
  readonly what: string;
}

/** One request, as the adapter asked about it. */
export interface Asked {
  readonly request: UpgradeRequest;
  readonly admission: Admission;
}

/** One connection, seen from in between. */
export interface Tapped {
  readonly connection: Connection;
  readonly peer: Peer;
  readonly protocol: Protocol | undefined;
  readonly calls: readonly Call[];
  /** Whether a `send` has said so. */
  readonly hasBuffered: boolean;
  readonly hasDropped: boolean;
}

class Tap implements Receiver, Connection, Tapped {
  readonly calls: Call[] = [];
  readonly peer: Peer;
  readonly protocol: Protocol | undefined;
  /** As it was when it was handed over, next to what has become of it. */
  readonly #kept: { readonly given: Uint8Array; readonly copy: Uint8Array }[] = [];
  readonly #adapters: Connection;
  readonly #watch: Watch;
  readonly #name: string;
  /** The core's, or the story's. */
  receiver: Receiver | undefined;
  hasBuffered = false;
  hasDropped = false;
  #isOpened = false;
  #isClosed = false;

  constructor(connection: Connection, peer: Peer, protocol: Protocol | undefined, watch: Watch) {
    this.protocol = protocol;
    this.#adapters = connection;
    this.peer = peer;
    this.#watch = watch;
    this.#name = watch.taps.length === 0 ? '' : `#${watch.taps.length + 1} `;
  }

  get connection(): Connection {
    return this;
  }

  // --- Receiver: for the adapter.

  opened(): void {
    if (this.#isOpened) this.#violate(watched.opened, '`opened` was called twice');
    this.#isOpened = true;
    this.#called(['opened']);
    this.receiver?.opened();
  }
  receive(data: Data, byteLength: number): void {
    this.#called(['receive', data, byteLength]);
    this.#inspect(data, byteLength);
    this.receiver?.receive(data, byteLength);
  }
  buffered(): void {
    this.#called(['buffered']);
    this.receiver?.buffered();
  }
  drained(): void {
    this.#called(['drained']);
    if (!this.#isClosed && this.bufferedAmount > 0)
      this.#violate(watched.drained, `\`drained\` was called with ${this.bufferedAmount} bytes unsent`);
    this.receiver?.drained();
  }
  ponged(): void {
    this.#called(['ponged']);
    this.receiver?.ponged();
  }
  closed(code: number, reason: string): void {
    const wasClosed = this.#isClosed;
    this.#called(['closed', code, reason], watched.closedOnce);
    this.#isClosed = true;
    if (!wasClosed) this.receiver?.closed(code, reason);
  }

  // --- Connection: for the core.

  send(data: Data): SendResult {
    const result = this.#call('send', [data], () => this.#adapters.send(data));
    if (result === 'buffered') this.hasBuffered = true;
    if (result === 'dropped') this.hasDropped = true;
    if (result !== 'sent' && result !== 'buffered' && result !== 'dropped')
      this.#violate(watched.result, `\`send\` returned ${inWords(result)}`);
    return result;
  }
  ping(): void {
    this.#call('ping', [], () => this.#adapters.ping());
  }
  close(code: number, reason: string): void {
    this.#call('close', [code, reason], () => this.#adapters.close(code, reason));
  }
  terminate(): void {
    this.#call('terminate', [], () => this.#adapters.terminate());
  }
  get bufferedAmount(): number {
    // Not written down: it is asked again and again.
    return this.#watchThrows('bufferedAmount', () => this.#adapters.bufferedAmount);
  }

  /** Looks once more at all bytes that were handed over. */
  inspectBytes(): void {
    const changed = this.#kept.filter(
      ({ given, copy }) => isTakenBack(given) || Buffer.compare(given, copy) !== 0,
    );
    const [first] = changed;
    if (first)
      this.#violate(
        watched.bytes,
        `${changed.length} of ${this.#kept.length} messages of bytes changed after \`receive\`: ${inWords(first.copy)} ${isTakenBack(first.given) ? 'were taken back by the library' : `became ${inWords(first.given)}`}`,
      );
  }

  #called(call: Call, ifClosed: string = watched.nothingAfter): void {
    const [name, ...args] = call;
    this.#watch.journal.write('adapter', `${this.#name}${name}(${args.map(inWords).join(', ')})`);
    if (!this.#isOpened) this.#violate(watched.opened, `\`${name}\` was called before \`opened\``);
    if (this.#isClosed) this.#violate(ifClosed, `\`${name}\` was called after \`closed\``);
    this.calls.push(call);
  }

  #inspect(data: Data, byteLength: number): void {
    if (Buffer.byteLength(data) !== byteLength)
      this.#violate(watched.size, `${Buffer.byteLength(data)} bytes were given as ${byteLength}`);
    if (typeof data === 'string') return;
    if (Object.getPrototypeOf(data) !== Uint8Array.prototype)
      this.#violate(watched.bytes, `bytes came as ${data.constructor.name}, and not as a plain Uint8Array`);
    this.#kept.push({ given: data, copy: data.slice() });
  }

  #call<Result>(name: string, args: readonly unknown[], act: () => Result): Result {
    const { journal } = this.#watch;
    journal.write('core', `${this.#name}${name}(${args.map(inWords).join(', ')})`);
    const result = this.#watchThrows(name, act);
    if (result !== undefined && result !== 'sent')
      journal.write('core', `${this.#name}${name} → ${inWords(result)}`);
    return result;
  }

  #watchThrows<Result>(name: string, act: () => Result): Result {
    try {
      return act();
    } catch (error) {
      if (!this.#isClosed) this.#violate(watched.throws, `\`${name}\` threw ${String(error)}`);
      throw error;
    }
  }

  #violate(duty: string, what: string): void {
    this.#watch.violations.push({ duty, what });
  }
}

export class Watch {
  readonly journal: Journal;
  readonly violations: Violation[] = [];
  readonly taps: Tap[] = [];
  /** What the adapter asked of each request, and what it was told. */
  readonly asked: Asked[] = [];

  constructor(journal: Journal) {
    this.journal = journal;
  }

  /** The same sessions, watched. With `nobody`, connections are opened to that receiver and never reach the sessions. */
  tap(sessions: Sessions, nobody?: (connection: Connection, tapped: Tapped) => Receiver): Sessions {
    const open = (connection: Connection, peer: Peer, protocol?: Protocol): Receiver => {
      this.#expectAdmitted();
      const tap = new Tap(connection, peer, protocol, this);
      this.taps.push(tap);
      tap.receiver = nobody ? nobody(tap, tap) : sessions.open(tap, peer, protocol);
      return tap;
    };
    const admit = (request: UpgradeRequest): Admission => {
      if (typeof request.address !== 'string')
        this.violations.push({ duty: watched.address, what: '`admit` was given no `address`' });
      const admission = sessions.admit(request);
      this.journal.write('adapter', `admit(${inWords(request)}) → ${verdictOf(admission)}`);
      this.asked.push({ request, admission });
      return admission;
    };
    // A proxy, so that whatever else an adapter asks of sessions is theirs to answer.
    return new Proxy(sessions, {
      get(target, name) {
        if (name === 'open') return open;
        if (name === 'admit') return admit;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }

  #expectAdmitted(): void {
    const admitted = this.asked.filter(({ admission }) => 'protocol' in admission).length;
    if (this.taps.length >= admitted)
      this.violations.push({
        duty: watched.admitted,
        what: '`open` was called for a connection that `admit` had not let in',
      });
  }
}

/** Whether the library has detached them: then not even their number is left. */
function isTakenBack(bytes: Uint8Array): boolean {
  try {
    return new Uint8Array(bytes).length !== bytes.length;
  } catch {
    return true;
  }
}

const verdictOf = (admission: Admission) =>
  'protocol' in admission
    ? `in, speaking ${admission.protocol.name}`
    : `${admission.status} ${admission.text}`;
