/** The client of a story: it does what the story says, and records every event. */
import type { Data } from '@sallyport/protocol';
import { formatValue, type Journal } from './journal.ts';
import type { Arrival, RemotePeer } from './transport.ts';

export class StageClient {
  /** All events, in order. */
  readonly arrivals: Arrival[] = [];
  /** Undefined until the client is connected. */
  peer: RemotePeer | undefined;
  readonly #journal: Journal;
  readonly #name: string;

  constructor(journal: Journal, name: string) {
    this.#journal = journal;
    this.#name = name;
  }

  record(arrival: Arrival): void {
    this.#journal.write('client', `${this.#name}< ${formatValue(arrival)}`);
    this.arrivals.push(arrival);
  }

  get messages(): Data[] {
    return this.arrivals.flatMap((one) => ('message' in one ? [one.message] : []));
  }

  get pings(): number {
    return this.arrivals.filter((one) => 'ping' in one).length;
  }

  /** The close frame of the server, if there was one. */
  get closeFrame(): { readonly close: number; readonly reason: string } | undefined {
    return this.arrivals.find((one) => 'close' in one);
  }

  get hasEnded(): boolean {
    return this.arrivals.some((one) => 'end' in one);
  }

  /** The address of the client, if the transport has addresses. */
  get address(): string | undefined {
    return this.peer?.address;
  }

  /** The subprotocol in the server's answer. */
  get protocol(): string | undefined {
    return this.peer?.protocol;
  }

  send(...messages: readonly Data[]): void {
    this.#did(`sends ${messages.map(formatValue).join(', ').slice(0, 200)}`).sendMessages(...messages);
  }

  sendFragments(...pieces: readonly Data[]): void {
    this.#did(`sends in fragments ${pieces.map(formatValue).join(', ')}`).sendFragments?.(...pieces);
  }

  breakRules(): void {
    this.#did('breaks the rules').breakRules?.();
  }

  close(code: number, reason: string): void {
    this.#did(`closes with ${code} ${formatValue(reason)}`).sendClose(code, reason);
  }

  cut(): void {
    this.#did('is cut off').cut();
  }

  pause(): void {
    this.#did('stops reading').pause();
  }

  resume(): void {
    this.#did('reads again').resume();
  }

  /** Stops answering pings and close frames. */
  fallSilent(): void {
    const peer = this.#did('falls silent');
    peer.answersClose = false;
    peer.answersPings = false;
  }

  /** Throws unless exactly these messages arrived, in this order. */
  expect(messages: readonly Data[]): void {
    expectSame(this.messages, messages);
  }

  #did(what: string): RemotePeer {
    if (!this.peer) throw new Error('not connected yet');
    this.#journal.write('client', `${this.#name}> ${what}`);
    return this.peer;
  }
}

/** Throws at the first message that differs. A diff of all messages would be long, and would take minutes. */
export function expectSame(actual: readonly Data[], expected: readonly Data[]): void {
  for (const [i, one] of expected.entries()) {
    const got = actual[i];
    if (got === undefined)
      throw new Error(`message ${i + 1} of ${expected.length} is missing: ${formatValue(one)}`);
    if (!isSame(got, one))
      throw new Error(
        `message ${i + 1} of ${expected.length} is ${formatValue(got)}, and not ${formatValue(one)}`,
      );
  }
  if (actual.length > expected.length)
    throw new Error(`one message too many: ${formatValue(actual[expected.length])}`);
}

function isSame(one: Data, other: Data): boolean {
  if (typeof one === 'string' || typeof other === 'string') return one === other;
  return Buffer.compare(one, other) === 0;
}

/** Bytes as a plain Uint8Array, for comparisons. */
export function plain(data: Data): Data {
  return typeof data === 'string' ? data : new Uint8Array(data);
}
