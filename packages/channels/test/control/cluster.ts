/** Several nodes on one memory broker, each behind a link that the test can cut. The clock is simulated. */
import {
  allow,
  type ChannelObserver,
  type Channels,
  createChannels,
  createMemoryLogs,
  type MemoryLogs,
} from '@sallyport/channels';
import {
  type Authenticator,
  accept,
  createSessions,
  refuse,
  type Session,
  type Sessions,
  type SessionsOptions,
} from '@sallyport/core';
import { RecordingConnection, SimulatedClock } from '@sallyport/core/testing';
import { jsonProtocol } from '@sallyport/protocol';
import { FaultyBroker } from '../faulty-broker.ts';
import { seeded, settled } from '../harness.ts';

interface Node {
  readonly broker: FaultyBroker;
  readonly channels: Channels;
  readonly sessions: Sessions;
  /** What the observer was told of revocations and losses. */
  readonly told: string[];
  signIn(user?: string): Device;
  /** Not connected to the broker any more. */
  cut(): void;
  mend(): Promise<void>;
}

export interface Device {
  readonly session: Session;
  /** The code of the close frame. Undefined while the session is open. */
  readonly code: number | undefined;
  /** The messages of the server that answer none. */
  readonly messages: unknown[];
}

export interface Cluster {
  readonly clock: SimulatedClock;
  readonly logs: MemoryLogs;
  node(options?: Partial<SessionsOptions>, isCut?: 'cut'): Node;
  /** Two nodes that are connected. */
  two(options?: Partial<SessionsOptions>): Promise<readonly [Node, Node]>;
}

/** The user name is the user. */
export const byName: Authenticator = (credentials) =>
  credentials.type === 'password' ? accept(credentials.username) : refuse();

export function cluster(): Cluster {
  const clock = new SimulatedClock();
  const logs = createMemoryLogs({ clock, random: seeded(1) });
  let count = 0;
  const node: Cluster['node'] = (options = {}, isCut) => {
    count += 1;
    const broker = new FaultyBroker(logs.createBroker());
    if (isCut) broker.isInterrupted = true;
    const told: string[] = [];
    const observe: ChannelObserver = {
      revoked: (user, outcome) => void told.push(`${user} ${outcome}`),
      revocationGivenUp: (user) => void told.push(`${user} given up`),
      controlLost: (log) => void told.push(`lost ${log}`),
    };
    const random = seeded(count);
    const channels = createChannels({ authorize: () => allow(), clock, random, broker, observe });
    const opened: Session[] = [];
    const sessions = createSessions({
      authenticate: byName,
      clock,
      channels,
      protocols: [jsonProtocol],
      ...options,
      observe: { opened: (session) => opened.push(session) },
    });
    return {
      broker,
      channels,
      sessions,
      told,
      signIn(user = 'ada') {
        const connection = new RecordingConnection();
        connection.answersPings = true;
        connection.answersClose = true;
        const receiver = sessions.open(connection, { address: '192.0.2.1' });
        connection.opened(receiver);
        const text = JSON.stringify({ type: 'authenticate', username: user, password: 'x' });
        receiver.receive(text, text.length);
        return {
          session: opened.at(-1) as Session,
          get code() {
            return connection.recorded.flatMap((one) => ('close' in one ? [one.close] : []))[0];
          },
          get messages() {
            return connection.recorded
              .flatMap((one) => ('sent' in one ? [JSON.parse(String(one.sent))] : []))
              .filter(({ type }) => type === 'message')
              .map(({ text: said, data }) => said ?? { data });
          },
        };
      },
      cut: () => broker.interrupt(),
      async mend() {
        broker.resume();
        await settled();
      },
    };
  };
  return {
    clock,
    logs,
    node,
    async two(options) {
      const both = [node(options), node(options)] as const;
      await settled();
      return both;
    },
  };
}
