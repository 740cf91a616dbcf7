/** The metrics that a server has, with their labels and the values that these can have. Read from a scrape and from the metric table. */
import { allow, createChannels } from '@sallyport/channels';
import { createSessions, refuse, sessionMachine } from '@sallyport/core';
import { SimulatedClock } from '@sallyport/core/testing';
import { createMetrics } from '@sallyport/operations';
import { reasons } from '@sallyport/protocol';
// @boundaries-ignore The package does not export its table.
import { labelled } from '../../../packages/operations/src/metric-table.ts';

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
    authenticate: () => refuse(),
    clock,
    channels,
    observe: metrics.observer,
  });
  metrics.watch(sessions, channels);
  const labels = new Map<string, readonly string[]>([['up', ADDED]]);
  for (const [, name = '', type] of (await metrics.text()).matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
    const own = Object.values(labelled).find((one) => one.name === name);
    const all = [...ADDED, ...(own && 'labelNames' in own ? own.labelNames : [])];
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
