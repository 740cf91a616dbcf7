/** The texts about channels: lines for people at a terminal, and lines of JSON for programs. Proven by: test/channels.test.ts, test/channels-piped.test.ts. */
import type { ChannelItem, Presence, PresenceChange } from '@sallyport/client';
import { stripUnprintable, stripUnprintableName } from '../strip-unprintable.ts';

const DIM = '\u001b[2m';
const NORMAL = '\u001b[22m';

/** The line of a publication at a terminal: channel, user, data, and dimmed the offset. */
export function publicationLine(
  channel: string,
  { position, user, data }: Extract<ChannelItem, { type: 'publication' }>,
): string {
  const from = user === undefined ? 'from the server' : stripUnprintableName(user);
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return `< ${channel} ${from}: ${stripUnprintable(text)} ${DIM}#${position.offset}${NORMAL}`;
}

/** What the item `lost` means, for people. */
export function lostText(channel: string): string {
  return `${channel}: lost: the server does not have some publications before the next one any more`;
}

/** An item as one line of JSON, without the line end. */
export function itemJson(channel: string, item: ChannelItem): string {
  const { offset } = item.position;
  if (item.type === 'lost') return JSON.stringify({ type: 'lost', channel, offset });
  const { user, data } = item;
  return JSON.stringify({ type: 'publication', channel, offset, ...(user !== undefined && { user }), data });
}

/** The present users as one line of JSON, without the line end. */
export function presenceJson(channel: string, { count, users }: Presence): string {
  return JSON.stringify({ type: 'presence', channel, count, ...(users && { users }) });
}

/** The present users, for people. */
export function presenceText(channel: string, { count, users }: Presence): string {
  const number = `${count} ${count === 1 ? 'user' : 'users'}`;
  const names = users?.map(
    ({ user, connections }) =>
      stripUnprintableName(user) + (connections === 1 ? '' : ` (${connections} sessions)`),
  );
  return `${channel}: ${number}${names && names.length > 0 ? `: ${names.join(', ')}` : ''}`;
}

/** A change of the presence, for people. Undefined where it names no user. */
export function presenceChangeText(channel: string, { joined, left }: PresenceChange): string | undefined {
  const parts = [
    ...joined.map(({ user }) => `${stripUnprintableName(user)} joined`),
    ...left.map((user) => `${stripUnprintableName(user)} left`),
  ];
  return parts.length === 0 ? undefined : `${channel}: ${parts.join(', ')}`;
}
