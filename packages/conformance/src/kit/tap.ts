/**
 * The tap sits between an adapter and the core. It records every call in both directions, and notices at once if a duty of
 * every story is broken.
 */
import type { Connection, NewPeer, Receiver, SendResult } from '@sallyport/core';
import type { Data, Protocol } from '@sallyport/protocol';
import type { Call } from './call.ts';
import { formatValue, type Journal } from './journal.ts';
import { type Violation, watched } from './watched.ts';

/** Where taps record what they see; `Watch` implements it. */
export interface TapLog {
  readonly journal: Journal;
  readonly taps: readonly unknown[];
  readonly violations: Violation[];
}

/** One connection, as the tap sees it. */
export interface Tapped {
  readonly connection: Connection;
  readonly peer: NewPeer;
  readonly protocol: Protocol | undefined;
  readonly calls: readonly Call[];
  /** Whether a `send` has returned `buffered`. */
  readonly hasBuffered: boolean;
  readonly hasDropped: boolean;
}

export class Tap implements Receiver, Connection, Tapped {
  readonly calls: Call[] = [];
  readonly peer: NewPeer;
  readonly protocol: Protocol | undefined;
  /** Bytes that the adapter passed to `receive`, and a copy of them from that moment. */
  readonly #kept: { readonly given: Uint8Array; readonly copy: Uint8Array }[] = [];
  readonly #adapters: Connection;
  readonly #log: TapLog;
  readonly #name: string;
  /** The receiver of the core, or that of the story. */
  receiver: Receiver | undefined;
  hasBuffered = false;
  hasDropped = false;
  #isOpened = false;
  #isClosed = false;

  constructor(connection: Connection, peer: NewPeer, protocol: Protocol | undefined, log: TapLog) {
    this.protocol = protocol;
    this.#adapters = connection;
    this.peer = peer;
    this.#log = log;
    this.#name = log.taps.length === 0 ? '' : `#${log.taps.length + 1} `;
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
  /** Not among the calls: how many frames leave together differs. */
  sent(bytes: number): void {
    this.receiver?.sent(bytes);
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
    return this.#sent('send', data, () => this.#adapters.send(data));
  }
  /** Like core: an adapter without `sendShared` sends the data like any message. */
  sendShared(data: Data): SendResult {
    return this.#sent('sendShared', data, () =>
      this.#adapters.sendShared ? this.#adapters.sendShared(data) : this.#adapters.send(data),
    );
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
    // Not recorded: it is read again and again.
    return this.#watchThrows('bufferedAmount', () => this.#adapters.bufferedAmount);
  }

  /** Checks again all bytes that the adapter passed to `receive`. */
  inspectBytes(): void {
    const changed = this.#kept.filter(
      ({ given, copy }) => isTakenBack(given) || Buffer.compare(given, copy) !== 0,
    );
    const [first] = changed;
    if (first)
      this.#violate(
        watched.bytes,
        `${changed.length} of ${this.#kept.length} messages of bytes changed after \`receive\`: ${formatValue(first.copy)} ${isTakenBack(first.given) ? 'were taken back by the library' : `became ${formatValue(first.given)}`}`,
      );
  }

  #sent(name: string, data: Data, act: () => SendResult): SendResult {
    const result = this.#call(name, [data], act);
    if (result === 'buffered') this.hasBuffered = true;
    if (result === 'dropped') this.hasDropped = true;
    if (result !== 'sent' && result !== 'buffered' && result !== 'dropped')
      this.#violate(watched.result, `\`${name}\` returned ${formatValue(result)}`);
    return result;
  }

  #called(call: Call, ifClosed: string = watched.nothingAfter): void {
    const [name, ...args] = call;
    this.#log.journal.write('adapter', `${this.#name}${name}(${args.map(formatValue).join(', ')})`);
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
    const { journal } = this.#log;
    journal.write('core', `${this.#name}${name}(${args.map(formatValue).join(', ')})`);
    const result = this.#watchThrows(name, act);
    if (result !== undefined && result !== 'sent')
      journal.write('core', `${this.#name}${name} → ${formatValue(result)}`);
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
    this.#log.violations.push({ duty, what });
  }
}

/** Whether the library has detached the bytes: then not even their length is left. */
function isTakenBack(bytes: Uint8Array): boolean {
  try {
    return new Uint8Array(bytes).length !== bytes.length;
  } catch {
    return true;
  }
}
