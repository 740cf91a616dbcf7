/**
 * A stage: one server on the transport under test, its sessions, and the clients of one story.
 *
 * The sessions' clock is simulated, so time passes only when a story advances it. A stage waits for an event as long as other events
 * come. Real time counts only while no event comes at all, which happens only when something is broken.
 */
import {
  accept,
  type Connection,
  createSessions,
  type Ending,
  type NewPeer,
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
import { type AdmitCall, Watch } from './watch.ts';
import type { Violation } from './watched.ts';

/** A connection without a session: the story itself receives what the adapter calls. */
export interface Bare {
  readonly client: StageClient;
  readonly tapped: Tapped;
  readonly connection: Connection;
  readonly peer: NewPeer;
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

  /** The upgrade requests for which the adapter called `admit`. */
  get admitCalls(): readonly AdmitCall[] {
    return this.#watch.admitCalls;
  }

  get sessions(): Sessions {
    if (!this.#sessions) throw new Error('nothing is served yet');
    return this.#sessions;
  }

  /** Serves real sessions. */
  async serve(setup: ServerSetup = {}): Promise<void> {
    const { admitted, reading = {} } = setup;
    const sessions = sessionsOf(setup, this);
    this.#sessions = sessions;
    const served = admitted ? interrupted(sessions, admitted) : sessions;
    this.#served = await this.#start(this.#watch.tap(served), reading);
  }

  /** Serves without sessions: `react` handles what the adapter calls. */
  async serveBare(
    react: (connection: Connection) => Partial<Receiver> = () => ({}),
    options: Pick<SessionsOptions, 'protocols' | 'origins' | 'allowedHosts'> = {},
  ): Promise<void> {
    // The library's own limit on a close handshake follows `closeMs`. A busy machine may need minutes.
    const limits = { messageBytes: 4 * 2 ** 20, unsentBytes: 64 * 2 ** 20, closeMs: 300_000 };
    const sessions = createSessions({
      authenticate: () => accept('kit'),
      clock: this.clock,
      protocols: [kitProtocol],
      ...options,
      limits,
    });
    this.#sessions = sessions;
    const nothing = {
      opened() {},
      receive() {},
      buffered() {},
      sent() {},
      drained() {},
      ponged() {},
      closed() {},
    };
    this.#served = await this.#start(
      this.#watch.tap(sessions, (connection) => ({ ...nothing, ...react(connection) })),
      {},
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
      .connect((arrival) => client.record(arrival), request)
      .then((peer) => {
        client.peer = peer;
        // The connection opened after the story had ended.
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

  /** Resolves with a client that has signed in. */
  async enter(): Promise<StageClient> {
    const client = await this.connect();
    client.send(words.credentials);
    await this.until('the acceptance', () => client.messages.length > 0);
    client.expect(['accepted admin']);
    return client;
  }

  /** Resolves with a connection without a session, once it is open. */
  async bare(request?: RemoteRequest): Promise<Bare> {
    const before = this.tapped.length;
    const client = await this.connect(request);
    await this.until('`opened`', () => this.tapped[before]?.calls.length);
    const tapped = this.tapped[before] as Tapped;
    const { connection, peer, calls } = tapped;
    return { client, tapped, connection, peer, calls };
  }

  /** Waits until the condition holds. `what` names it in a failure. */
  until(what: string, condition: () => unknown): Promise<void> {
    return this.#waiting.until(what, condition);
  }

  /** Whether the connection has ended for the client. Where close frames carry no code, the close frame is the end. */
  hasEnded(client: StageClient): boolean {
    return client.hasEnded || (!this.capabilities.closeCodes && client.closeFrame !== undefined);
  }

  /** Waits for `closed`, and for the end at the client. */
  async untilOver({ client, calls }: Pick<Bare, 'client' | 'calls'>): Promise<void> {
    await this.until('`closed`', () => calls.some(([name]) => name === 'closed'));
    await this.until('the end of the connection at the client', () => this.hasEnded(client));
  }

  /** Closes every client, then the server. Calls that the adapter makes too late have come when this resolves. */
  async clear(): Promise<void> {
    this.#isCleared = true;
    const failed = this.#clients.flatMap(({ peer }) => failureOf(() => peer?.cut()));
    for (const tap of this.#watch.taps) tap.inspectBytes();
    try {
      if (failed.length > 0) throw new Broken(`a client could not be cut off: ${failed[0]}`);
      for (const { calls } of this.tapped)
        if (calls.some(([name]) => name === 'opened'))
          await this.until('`closed` after the client had closed', () => isClosed(calls));
      for (const tap of this.#watch.taps) tap.inspectBytes();
      if (this.faults.length > 0) throw new Broken(`the core reported faults: ${this.faults.join('; ')}`);
    } finally {
      await this.#waiting.inTime('the server to stop', Promise.resolve(this.#served?.close()));
    }
  }
}

/** Runs an act. Returns its error as text, or nothing. */
function failureOf(act: () => void): string[] {
  try {
    act();
    return [];
  } catch (error) {
    return [String(error)];
  }
}

const isClosed = (calls: readonly Call[]) => calls.some(([name]) => name === 'closed');
