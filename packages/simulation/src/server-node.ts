/**
 * A node: one server process with real sessions and real channels, behind a link to the broker. It can drain, and it can be killed.
 *
 * Proven by: test/planted.test.ts.
 */
import { type Channels, createChannels } from '@sallyport/channels';
import { createSessions, type Session, type Sessions } from '@sallyport/core';
import { jsonProtocol } from '@sallyport/protocol';
import type { NodeLink } from './node-link.ts';
import type { Oracle } from './oracle.ts';
import { CANARY, NAMESPACES } from './people.ts';
import { Permissions } from './permissions.ts';
import { AUTHORIZATION_MS, Ports, VERIFICATION_MS } from './ports.ts';
import type { Random } from './random.ts';
import type { Report } from './report.ts';
import type { ProcessClock, Scheduler } from './scheduler.ts';
import type { Accept, Wire } from './wire.ts';
import { WireCheck } from './wire-check.ts';

/** Limits so small that a run reaches them. */
const CHANNEL_LIMITS = {
  channels: 4,
  recoveryPublications: 40,
  recoveryBytes: 4_000,
  waitingPublications: 5,
  recentMs: 3_000,
  idleMs: 3_000,
  tailMs: 500,
  comparisonMs: 5_000,
  authorizationMs: AUTHORIZATION_MS,
  publicationBytes: 2_000,
  presenceGraceMs: 2_000,
  presenceMs: 300,
} as const;

const SESSION_LIMITS = {
  authenticationMs: 8_000,
  verificationMs: VERIFICATION_MS,
  pingMs: 5_000,
  silenceMs: 8_000,
  stallMs: 4_000,
  unsentBytes: 8_192,
  closeMs: 1_000,
  drainMs: 1_500,
  requestMs: 2_500,
  replyMs: 4_000,
  requests: 6,
} as const;

const RECOVERY = { publications: 40, bytes: 4_000 } as const;

export interface NodeSettings {
  readonly name: string;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly report: Report;
  readonly oracle: Oracle;
  /** Makes the link to the broker for a process with this clock. */
  readonly link: (clock: ProcessClock, random: Random) => NodeLink;
  readonly attempts: Map<string, number>;
}

export class ServerNode {
  readonly sessions: Sessions;
  readonly channels: Channels;
  readonly link: NodeLink;
  readonly ports: Ports;
  readonly clock: ProcessClock;
  /** Open connections, each with its check. */
  readonly wires = new Map<Wire, WireCheck>();
  isAccepting = true;
  readonly #settings: NodeSettings;
  readonly #permissions = new Map<number, Permissions>();
  readonly #ended = new Set<number>();
  #opening = new Permissions(() => 0);

  constructor(settings: NodeSettings) {
    const { scheduler, random, report } = settings;
    this.#settings = settings;
    this.clock = scheduler.process();
    const { clock } = this;
    this.link = settings.link(clock, random.stream('broker'));
    this.ports = new Ports({
      scheduler,
      random: random.stream('ports'),
      report,
      wallNow: () => clock.wallNow(),
      permissionsOf: (session) => this.#permissions.get(session),
    });
    const chance = random.stream('chance');
    const fault = (source: string, error: unknown) => this.#fault(source, error);
    this.channels = createChannels({
      authorize: this.ports.authorize,
      clock,
      random: () => chance.next(),
      broker: this.link.broker,
      namespaces: NAMESPACES,
      limits: CHANNEL_LIMITS,
      onFault: ({ source, error }) => fault(source, error),
    });
    this.sessions = createSessions({
      authenticate: this.ports.authenticate,
      application: this.ports.application,
      channels: this.channels,
      clock,
      protocols: [jsonProtocol],
      limits: SESSION_LIMITS,
      chance: () => chance.next(),
      onFault: ({ source, error }) => fault(source, error),
      observe: {
        opened: (session) => this.#permissions.set(session.id, this.#opening),
        closed: (session, { reason }) => this.#closed(session, reason),
      },
    });
  }

  get name(): string {
    return this.#settings.name;
  }

  /** Takes a connection, as an adapter does. */
  readonly accept =
    (wire: Wire, name: string): Accept =>
    (connection, protocols) => {
      if (!this.isAccepting) return undefined;
      const admission = this.sessions.admit({
        address: '192.0.2.1',
        origin: undefined,
        host: 'gate.example',
        protocols,
        version: '13',
      });
      if (!('protocol' in admission)) return undefined;
      const { report, oracle, scheduler, attempts } = this.#settings;
      const now = () => scheduler.now;
      const permissions = new Permissions(now);
      this.#opening = permissions;
      const check = new WireCheck({ name, report, oracle, now, limits: RECOVERY, permissions, attempts });
      this.wires.set(wire, check);
      const receiver = this.sessions.open(connection, admission.peer, admission.protocol);
      return {
        tap: check,
        receiver: {
          opened: () => {
            this.#opening = permissions;
            receiver.opened();
          },
          receive: (data, bytes) => receiver.receive(data, bytes),
          buffered: () => receiver.buffered(),
          sent: (bytes) => receiver.sent(bytes),
          drained: () => receiver.drained(),
          ponged: () => receiver.ponged(),
          closed: (code, reason) => {
            this.wires.delete(wire);
            receiver.closed(code, reason);
          },
        },
      };
    };

  /** The server subscribes a session by itself. */
  subscribe(session: Session, channel: string): void {
    this.#permissions.get(session.id)?.grants(channel);
    void this.channels.subscribe(session, channel);
  }

  /** Ends the process as an operator does: the sessions end, then the channels. */
  async drain(): Promise<void> {
    this.isAccepting = false;
    await this.sessions.drain();
    await this.channels.close();
    const { report, scheduler } = this.#settings;
    scheduler.after(0, () => {
      report.require(this.sessions.size === 0, 'I8 all sessions have ended', () => this.name);
      report.require(
        this.clock.pending === 0,
        'I10 no timer is left',
        () => `${this.name}: ${this.clock.pending}`,
      );
      const { subscribed, unsubscribed } = this.channels.counters;
      const isEven = subscribed === unsubscribed;
      report.require(
        isEven,
        'I8 all subscriptions have ended',
        () => `${subscribed} began, ${unsubscribed} ended`,
      );
    });
  }

  /** The process is gone at once. `isSilent`: with its machine, so that no client learns it. */
  kill(isSilent: boolean): void {
    this.isAccepting = false;
    this.clock.kill();
    this.link.kill();
    for (const wire of [...this.wires.keys()]) wire.abandon(isSilent);
    this.wires.clear();
  }

  /** Invariants that hold after every step. */
  check(): void {
    const { report } = this.#settings;
    for (const [wire, check] of this.wires) {
      const { bufferedBytes } = wire.down;
      // One message may go past the limit.
      const isBounded = bufferedBytes <= SESSION_LIMITS.unsentBytes + 8_000;
      report.require(isBounded, 'I7 waiting bytes are bounded', () => `${bufferedBytes} at ${this.name}`);
      const isFew = check.subscriptions.size <= CHANNEL_LIMITS.channels;
      report.require(isFew, 'I7 subscriptions are bounded', () => `${check.subscriptions.size}`);
    }
    const { size } = this.sessions;
    const { opened, closed } = this.sessions.counters;
    report.require(
      size === opened - closed,
      'I8 sessions are counted',
      () => `${size}, ${opened} - ${closed}`,
    );
  }

  #closed({ id }: Session, reason: string): void {
    const { report } = this.#settings;
    report.require(!this.#ended.has(id), 'I2 a session ends once', () => String(id));
    this.#ended.add(id);
    report.count(`end.${reason}`);
  }

  #fault(source: string, error: unknown): void {
    const { report } = this.#settings;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    report.log(`${this.name} fault ${source}: ${text.split('\n')[0]}`);
    report.count(`fault.reported.${source}`);
    report.require(!text.includes(CANARY), 'I5 no secret is told', () => text);
    const isOurs = ['session', 'protocol', 'connection', 'broker', 'channels', 'observer'].includes(source);
    report.require(!isOurs, 'no fault of the server itself', () => `${source}: ${text}`);
  }
}
