/**
 * An actor: a program that uses the real client library, with its readers. A program may read slowly, and stop to read.
 *
 * Proven by: test/planted.test.ts.
 */
import {
  type ChannelItem,
  channels,
  connect,
  type Session,
  type SessionChannels,
  type SocketClass,
} from '@sallyport/client';
import { CANARY } from './people.ts';
import type { Random } from './random.ts';
import { ReaderCheck } from './reader-check.ts';
import type { Report } from './report.ts';
import type { ProcessClock, Scheduler } from './scheduler.ts';
import type { Surroundings } from './surroundings.ts';
import type { Wire } from './wire.ts';

/** How long one publication may take, in milliseconds. */
const PUBLISH_MS = 20_000;
/** Items that a reader may have and not consumed. */
const UNREAD = 8;

interface Reading {
  readonly channel: string;
  readonly check: ReaderCheck;
  readonly iterator: AsyncIterator<ChannelItem, undefined>;
  /** Milliseconds between two items that a slow program takes. 0: at once. */
  paceMs: number;
  hasEnded: boolean;
}

export class Actor {
  readonly name: string;
  readonly user: string;
  readonly readings: Reading[] = [];
  readonly world: Surroundings;
  /** The connection that the client uses. */
  wire: Wire | undefined;
  session: (Session & SessionChannels) | undefined;
  clock: ProcessClock;
  /** Publications without an outcome. */
  pending = 0;
  readonly #random: Random;
  readonly #report: Report;
  readonly #scheduler: Scheduler;
  #connections = 0;
  #submitted = 0;

  constructor(name: string, user: string, world: Surroundings) {
    this.name = name;
    this.user = user;
    this.world = world;
    this.#scheduler = world.scheduler;
    this.#report = world.report;
    this.#random = world.random.stream(name);
    this.clock = this.#scheduler.process();
  }

  /** Starts a session, if there is none. */
  start(): void {
    if (this.session && this.session.state !== 'closed') {
      if (this.session.state === 'signedOut') this.session.resume();
      return;
    }
    const chance = this.#random.stream(`chance ${this.#connections}`);
    const session = connect('ws://gate.example', {
      credentials: async () => ({ username: this.user, password: CANARY }),
      WebSocket: this.#socketClass(),
      clock: this.clock,
      chance: () => chance.next(),
      extensions: [channels({ unread: UNREAD, history: this.#random.below(4) })],
    });
    this.session = session;
    let lastReply = 0;
    session.on('state', ({ state, reason }) => {
      this.#report.log(`${this.name} is ${state} ${reason ?? ''}`);
      this.#report.count(`client.${state}`);
      this.#report.require(!String(reason).includes(CANARY), 'I5 no secret is told', () => String(reason));
      if (reason === 'internalError') this.#report.fail('no error inside the client', this.name);
    });
    session.on('message', (message) => {
      const reply = typeof message === 'object' && 'data' in message ? message.data : undefined;
      const number = (reply as { reply?: number } | undefined)?.reply;
      if (typeof number !== 'number') return;
      this.#report.require(
        number > lastReply,
        'I6 replies keep their order',
        () => `${number} after ${lastReply}`,
      );
      lastReply = number;
      this.#report.count('reply');
    });
  }

  close(): void {
    this.session?.close();
  }

  /** Begins to read a channel. */
  read(channel: string, paceMs: number): void {
    if (!this.session || this.session.state === 'closed' || this.readings.length >= 6) return;
    const iterator = this.session.channel(channel)[Symbol.asyncIterator]();
    const check = new ReaderCheck(this.name, channel, this.world.oracle, this.#report);
    const reading: Reading = { channel, check, iterator, paceMs, hasEnded: false };
    this.readings.push(reading);
    this.#pull(reading);
  }

  /** Ends one reader, or all of a channel. */
  unread(channel: string, isAll: boolean): void {
    if (isAll) this.session?.channel(channel).unsubscribe();
    else {
      const reading = this.readings.find((one) => one.channel === channel);
      if (reading) void reading.iterator.return?.();
    }
  }

  publish(channel: string, data: unknown, key: string): void {
    const { session } = this;
    if (!session || session.state === 'closed') return;
    this.pending += 1;
    const { oracle } = this.world;
    session
      .channel(channel)
      .publish(data, { key, timeoutMs: PUBLISH_MS })
      .then(
        (position) => {
          const entry = oracle.at(channel, position);
          const isSame = entry?.json === JSON.stringify(data) && entry.user === this.user;
          this.#report.require(
            isSame,
            'published names what the log holds',
            () => `${this.name} ${channel} ${position.offset}`,
          );
          this.#report.count('publish.resolved');
        },
        (error) => this.#report.count(`publish.${error?.code ?? error?.reason ?? error?.name}`),
      )
      .finally(() => {
        this.pending -= 1;
      });
  }

  presence(channel: string): void {
    const { session } = this;
    if (!session || session.state === 'closed') return;
    session
      .channel(channel)
      .presence()
      .then(
        ({ count, users }) => {
          this.#report.count('presence.resolved');
          const isEven = users === undefined || users.length === count;
          this.#report.require(isEven, 'the presence is counted', () => `${count} ${JSON.stringify(users)}`);
        },
        (error) => this.#report.count(`presence.${error?.code ?? error?.name}`),
      );
  }

  /** Sends a message to the application. */
  submit(): void {
    if (this.session?.state !== 'ready') return;
    this.#submitted += 1;
    this.session.send({ data: this.#submitted });
  }

  /** From now on the program reads at once. */
  hurry(): void {
    for (const reading of this.readings) reading.paceMs = 0;
  }

  #pull(reading: Reading): void {
    reading.iterator.next().then(
      (result) => {
        if (result.done) this.#ended(reading);
        else {
          reading.check.read(result.value);
          this.#scheduler.after(reading.paceMs, () => this.#pull(reading));
        }
      },
      (error) => {
        this.#report.log(`${this.name} cannot read ${reading.channel}: ${error?.code}`);
        this.#report.count(`read.${error?.code}`);
        this.#ended(reading);
      },
    );
  }

  #ended(reading: Reading): void {
    reading.hasEnded = true;
    const index = this.readings.indexOf(reading);
    if (index >= 0) this.readings.splice(index, 1);
  }

  #socketClass(): SocketClass {
    const open = (protocols: string[]): Wire => {
      this.#connections += 1;
      this.wire = this.world.open(`${this.name}#${this.#connections}`, protocols);
      return this.wire;
    };
    // A class whose constructor returns the connection of the network.
    return function Socket(_url: string, protocols: string[]) {
      return open(protocols);
    } as unknown as SocketClass;
  }
}
