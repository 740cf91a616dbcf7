/** Sessions and their channels over recording connections, a faulty broker and a simulated clock. The test controls everything. */
import {
  allow,
  type ChannelFault,
  type Channels,
  type ChannelsOptions,
  createChannels,
  createMemoryLogs,
  type MemoryLogs,
} from '@sallyport/channels';
import {
  type Authenticator,
  accept,
  createSessions,
  type Receiver,
  refuse,
  type Session,
  type Sessions,
  type SessionsOptions,
} from '@sallyport/core';
import { RecordingConnection, SimulatedClock } from '@sallyport/core/testing';
import { byteLength, jsonProtocol, type Position } from '@sallyport/protocol';
import { FaultyBroker } from './faulty-broker.ts';

/** A message of the server, parsed. */
// biome-ignore lint/suspicious/noExplicitAny: tests compare whole messages
type Received = any;

export interface Client {
  readonly connection: RecordingConnection;
  readonly receiver: Receiver;
  readonly session: Session;
  /** Sends an operation, and waits until what follows from it at once has happened. Returns its id. */
  ask(operation: object): Promise<number>;
  /** Sends an operation without waiting. */
  send(operation: object): number;
  /** Sends a subscription, and returns its answer. */
  subscribe(channel: string, more?: object): Promise<Received>;
  /** The answer to an operation. */
  answer(id: number): Received;
  /** The messages since the sign-in. */
  received(): Received[];
  /** What came unasked, in short: `1:"a"` for a publication, the type for the rest. */
  events(): string[];
  /** The connection is lost. */
  leave(code?: number): void;
}

export interface Harness {
  readonly clock: SimulatedClock;
  readonly logs: MemoryLogs;
  readonly broker: FaultyBroker;
  readonly channels: Channels;
  readonly sessions: Sessions;
  readonly faults: ChannelFault[];
  /** The transitions of channels. */
  readonly moves: string[];
  signIn(user?: string): Client;
  /** Publishes in the name of the server, and waits until it has arrived. */
  publish(channel: string, ...values: unknown[]): Promise<void>;
  /** Another node on the same logs. */
  node(options?: Partial<ChannelsOptions>): Harness;
}

/** Waits until the reactions of settled promises have run. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 40; turn += 1) await Promise.resolve();
}

/** Random numbers that repeat with the seed. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

export function harness(
  options: Partial<ChannelsOptions> & { readonly sessions?: Partial<SessionsOptions> } = {},
  shared?: { readonly clock: SimulatedClock; readonly logs: MemoryLogs },
): Harness {
  const { sessions: sessionsOptions, ...channelsOptions } = options;
  const clock = shared?.clock ?? new SimulatedClock();
  const random = seeded(1);
  const logs = shared?.logs ?? createMemoryLogs({ clock, random });
  const broker = new FaultyBroker(logs.createBroker());
  const faults: ChannelFault[] = [];
  const moves: string[] = [];
  const channels = createChannels({
    authorize: () => allow(),
    clock,
    random,
    broker,
    onFault: (fault) => faults.push(fault),
    ...channelsOptions,
    observe: {
      transition: (channel, from, to) => moves.push(`${channel}: ${from ?? ''} → ${to}`),
      ...channelsOptions.observe,
    },
  });
  const opened: Session[] = [];
  const sessions = createSessions({
    authenticate: Object.assign(
      (credentials: Parameters<Authenticator>[0]) =>
        credentials.type === 'password' ? accept(credentials.username) : refuse(),
      // A broker that loses its memory makes a node doubt its sessions.
      { stillValid: () => true },
    ),
    clock,
    channels,
    protocols: [jsonProtocol],
    ...sessionsOptions,
    observe: { opened: (session) => opened.push(session) },
  });
  const signIn = (user = 'ada'): Client => {
    const connection = new RecordingConnection();
    connection.answersPings = true;
    connection.answersClose = true;
    const receiver = sessions.open(connection, { address: '192.0.2.1' });
    connection.opened(receiver);
    let id = 0;
    const say = (message: object): void => {
      const text = JSON.stringify(message);
      receiver.receive(text, byteLength(text));
    };
    say({ type: 'authenticate', username: user, password: 'x' });
    const from = connection.recorded.length;
    const client: Client = {
      connection,
      receiver,
      session: opened.at(-1) as Session,
      send(operation) {
        id += 1;
        say({ id, ...operation });
        return (operation as { id?: number }).id ?? id;
      },
      async ask(operation) {
        const sent = client.send(operation);
        await settled();
        return sent;
      },
      async subscribe(channel, more = {}) {
        return client.answer(await client.ask({ type: 'subscribe', channel, ...more }));
      },
      answer: (wanted) => client.received().find((one) => one.id === wanted),
      received: () =>
        connection.recorded
          .slice(from)
          .flatMap((one) => ('sent' in one ? [JSON.parse(String(one.sent))] : []))
          .filter(({ type }) => type !== 'heartbeat'),
      events: () =>
        client
          .received()
          .filter((one) => one.id === undefined)
          .map((one) =>
            one.type === 'publication' ? `${one.offset}:${JSON.stringify(one.data)}` : one.type,
          ),
      leave: (code) => connection.closed(code),
    };
    return client;
  };
  return {
    clock,
    logs,
    broker,
    channels,
    sessions,
    faults,
    moves,
    signIn,
    publish: async (channel, ...values) => {
      for (const value of values) await channels.publish(channel, value);
      await settled();
    },
    node: (more = {}) => harness({ ...channelsOptions, ...more }, { clock, logs }),
  };
}

/** The position of a publication that a client received. */
export const positionIn = (answer: Received): Position => answer.position;
