/** The metrics that a server has, with their labels and the values that these can have. Read from a scrape after one session. */
import { allow, createChannels } from '@sallyport/channels';
import { accept, createSessions, sessionMachine } from '@sallyport/core';
import { RecordingConnection, SimulatedClock } from '@sallyport/core/testing';
import { createMetrics } from '@sallyport/operations';
import { jsonProtocol, reasons } from '@sallyport/protocol';

export interface Known {
  /** The labels of the metric, by its name as a query has it (`…_bucket` too). */
  readonly labels: ReadonlyMap<string, readonly string[]>;
  /** All values of a label. A label that is missing here can have any value. */
  readonly values: Readonly<Record<string, readonly string[]>>;
}

/** What Prometheus adds to every series. */
const ADDED = ['job', 'instance'];

export async function knownMetrics(): Promise<Known> {
  const clock = new SimulatedClock();
  const channels = createChannels({ authorize: () => allow(), clock, random: () => 0.5 });
  const metrics = createMetrics();
  const sessions = createSessions({
    authenticate: () => accept('ada'),
    clock,
    channels,
    protocols: [jsonProtocol],
    observe: metrics.observer,
  });
  metrics.watch(sessions, channels);
  metrics.watchBroker({ name: 'redis', state: 'connected', latencyMs: 1 });
  metrics.watchCertificate(() => 1);
  metrics.watchRecording({ lost: 0 });
  const connection = new RecordingConnection();
  const receiver = sessions.open(connection, { address: '192.0.2.1' });
  connection.opened(receiver);
  const credentials = JSON.stringify({ type: 'authenticate', username: 'ada', password: 'right' });
  receiver.receive(credentials, credentials.length);
  await metrics.text();
  connection.closed(1001);
  const text = await metrics.text();
  const labels = new Map<string, readonly string[]>([['up', ADDED]]);
  for (const [, name = '', type] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
    const sample = new RegExp(`^${name}(?:_bucket)?\\{([^}]*)\\}`, 'm').exec(text)?.[1] ?? '';
    const own = [...sample.matchAll(/(\w+)="/g)]
      .map(([, label = '']) => label)
      .filter((label) => label !== 'le');
    const all = [...ADDED, ...own];
    if (type !== 'histogram') labels.set(name, all);
    else {
      labels.set(`${name}_bucket`, [...all, 'le']);
      labels.set(`${name}_sum`, all);
      labels.set(`${name}_count`, all);
    }
  }
  return {
    labels,
    values: {
      state: statesOf(sessionMachine),
      outcome: ['accepted', 'refused', 'postponed', 'refreshed', 'refreshFailed', 'ended'],
      reason: Object.values(reasons).map(({ label }) => label),
      limit: Object.keys(sessions.limits),
    },
  };
}

/** The states without substates, by their paths. */
function statesOf({ states }: Pick<typeof sessionMachine, 'states'>): string[] {
  return Object.entries(states).flatMap(([name, node]) => {
    const inner = Object.keys(node.states);
    return inner.length === 0 ? [name] : inner.map((one) => `${name}.${one}`);
  });
}
