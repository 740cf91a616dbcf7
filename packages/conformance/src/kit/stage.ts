/**
 * A stage: one server on the transport under test, what is behind it in the story's hands, and whoever connects to it.
 *
 * Time stands still unless a story lets it go on: the sessions' clock is simulated. A stage waits for what has to come
 * as long as anything moves. The only real time is how long nothing may move, and it passes only when something is broken.
 */
import {
  accept,
  type Connection,
  createSessions,
  type Ending,
  type Peer,
  type Receiver,
  type Session,
  type Sessions,
  type SessionsOptions,
} from '@sallyport/core';
import { SimulatedClock } from '@sallyport/core/testing';
import type { Call } from './call.ts';
import { interrupted } from './interrupted.ts';
import { Journal } from './journal.ts';
import { kitProtocol, words } from './protocol.ts';
import { type ServerSetup, sessionsOf } from './server-setup.ts';
import { StageClient } from './stage-client.ts';
import type { Subject } from './subject.ts';
import type { Tapped } from './tap.ts';
import type { Capabilities, RemoteRequest, Served, Start } from './transport.ts';
import { Broken, Waiting } from './waiting.ts';
import { type Asked, Watch } from './watch.ts';
import type { Violation } from './watched.ts';

/** A connection with no session behind it: the story itself is at its end. */
export interface Bare {
  readonly client: StageClient;
  readonly tapped: Tapped;
  readonly connection: Connection;
  readonly peer: Peer;
  readonly calls: readonly Call[];
}

export class Stage {
  readonly journal = new Journal();
  readonly clock = new SimulatedClock();
  readonly capabilities: Capabilities;
  readonly endings: Ending[] = [];
  readonly opened: Session[] = [];
  readonly faults: unknown[] = [];
  readonly #watch = new Watch(this.journal);
  readonly #start: Start;
  readonly #waiting: Waiting;
  readonly #clients: StageClient[] = [];
  #isCleared = false;
  #served: Served | undefined;
  #sessions: Sessions | undefined;

  constructor({ start, capabilities, patience }: Subject) {
    this.#start = start;
    this.capabilities = capabilities;
    this.#waiting = new Waiting(patience, this.#watch.violations, this.journal);
  }

  get violations(): readonly Violation[] {
    return this.#watch.violations;
  }

  get tapped(): readonly Tapped[] {
    return this.#watch.taps;
  }

  /** The requests that the adapter asked about. */
  get asked(): readonly Asked[] {
    return this.#watch.asked;
  }

  get sessions(): Sessions {
    if (!this.#sessions) throw new Error('nothing is served yet');
    return this.#sessions;
  }

  /** Serves real sessions. */
  async serve(behind: ServerSetup = {}): Promise<void> {
    const { admitted } = behind;
    const sessions = sessionsOf(behind, this);
    this.#sessions = sessions;
    this.#served = await this.#start(this.#watch.tap(admitted ? interrupted(sessions, admitted) : sessions));
  }

  /** Serves with nobody behind it but what `react` does. */
  async serveBare(
    react: (connection: Connection) => Partial<Receiver> = () => ({}),
    options: Pick<SessionsOptions, 'protocols' | 'origins' | 'allowedHosts'> = {},
  ): Promise<void> {
    const limits = { messageBytes: 4 * 2 ** 20, unsentBytes: 64 * 2 ** 20 };
    const sessions = createSessions({
      authenticate: () => accept('nobody'),
      clock: this.clock,
      protocols: [kitProtocol],
      ...options,
      limits,
    });
    this.#sessions = sessions;
    const nothing = { opened() {}, receive() {}, buffered() {}, drained() {}, ponged() {}, closed() {} };
    this.#served = await this.#start(
      this.#watch.tap(sessions, (connection) => ({ ...nothing, ...react(connection) })),
    );
  }

  async connect(request?: RemoteRequest): Promise<StageClient> {
    if (!this.#served) throw new Error('nothing is served yet');
    const client = new StageClient(
      this.journal,
      this.#clients.length === 0 ? '' : `#${this.#clients.length + 1} `,
    );
    this.#clients.push(client);
    let isSettled = false;
    const connecting = this.#served
      .connect((heard) => client.hear(heard), request)
      .then((peer) => {
        client.peer = peer;
        // It stands, but nobody waits for it any more.
        if (this.#isCleared) peer.cut();
      })
      .finally(() => {
        isSettled = true;
      });
    connecting.catch(() => {});
    await this.until('a connection', () => isSettled);
    await connecting;
    return client;
  }

  /** A client that is signed in. */
  async enter(): Promise<StageClient> {
    const client = await this.connect();
    client.say(words.credentials);
    await this.until('the acceptance', () => client.messages.length > 0);
    client.expect(['accepted admin']);
    return client;
  }

  /** A connection with nobody behind it, once it is open. */
  async bare(request?: RemoteRequest): Promise<Bare> {
    const before = this.tapped.length;
    const client = await this.connect(request);
    await this.until('`opened`', () => this.tapped[before]?.calls.length);
    const tapped = this.tapped[before] as Tapped;
    const { connection, peer, calls } = tapped;
    return { client, tapped, connection, peer, calls };
  }

  /** Waits for what has to come. */
  until(what: string, condition: () => unknown): Promise<void> {
    return this.#waiting.until(what, condition);
  }

  /** Whether the connection has ended for the client. A goodbye that says nothing is itself the end: of the stream. */
  isOver(client: StageClient): boolean {
    return client.hasEnded || (!this.capabilities.closeCodes && client.goodbye !== undefined);
  }

  /** Waits for `closed`, and for the end at the client. */
  async untilOver({ client, calls }: Pick<Bare, 'client' | 'calls'>): Promise<void> {
    await this.until('`closed`', () => calls.some(([name]) => name === 'closed'));
    await this.until('the end of the connection at the client', () => this.isOver(client));
  }

  /** Everybody goes, and then the server: so what comes too late has come when this is done. */
  async clear(): Promise<void> {
    this.#isCleared = true;
    const failed = this.#clients.flatMap(({ peer }) => failureOf(() => peer?.cut()));
    for (const tap of this.#watch.taps) tap.inspectBytes();
    try {
      if (failed.length > 0) throw new Broken(`a client could not be cut off: ${failed[0]}`);
      for (const { calls } of this.tapped)
        if (calls.some(([name]) => name === 'opened'))
          await this.until('`closed` after the peer had gone', () => isClosed(calls));
      for (const tap of this.#watch.taps) tap.inspectBytes();
      if (this.faults.length > 0) throw new Broken(`the core reported faults: ${this.faults.join('; ')}`);
    } finally {
      await this.#waiting.inTime('the server to stop', Promise.resolve(this.#served?.close()));
    }
  }
}

/** None or one, as text. */
function failureOf(act: () => void): string[] {
  try {
    act();
    return [];
  } catch (error) {
    return [String(error)];
  }
}

const isClosed = (calls: readonly Call[]) => calls.some(([name]) => name === 'closed');
