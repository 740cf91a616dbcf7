/** Connections subscribe to channels: some at a time, or all at once. */
import type { Connection } from './connection.ts';
import type { Dialect, Step } from './dialect.ts';

const AT_ONCE = 16;
/** Subscribers of one of many channels. */
export const PER_CHANNEL = 10;

function stepFor(dialect: Dialect, channel: string, since?: object): Step {
  if (!dialect.subscribe) throw new Error('this dialect has no channels');
  return dialect.subscribe(channel, since);
}

/** Each connection subscribes to its channels, one behind the other; 16 connections do so at a time. */
export async function subscribeAll(
  connections: readonly Connection[],
  dialect: Dialect,
  channelsOf: (index: number) => readonly string[],
): Promise<void> {
  const waiting = connections.entries();
  const subscriber = async () => {
    for (const [index, connection] of waiting)
      for (const channel of channelsOf(index)) await connection.exchange(stepFor(dialect, channel));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, subscriber));
}

/** Some connections, by default ten, share the same channels. So channels that follow each other in number have different subscribers. */
export function subscribeToMany(
  connections: readonly Connection[],
  dialect: Dialect,
  channels: number,
  perChannel = PER_CHANNEL,
): Promise<void> {
  const groups = Math.floor(connections.length / perChannel);
  return subscribeAll(connections, dialect, (index) => {
    const group = Math.floor(index / perChannel);
    const names: string[] = [];
    for (let channel = group; channel < channels; channel += groups) names.push(`c${channel}`);
    return names;
  });
}

/** All connections subscribe before one of them waits for its answer. */
export async function subscribeAtOnce(
  connections: readonly Connection[],
  dialect: Dialect,
  channel: string,
  since: object,
): Promise<void> {
  const step = stepFor(dialect, channel, since);
  await Promise.all(connections.map((connection) => connection.exchange(step)));
}
