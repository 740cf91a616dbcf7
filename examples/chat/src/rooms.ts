/** The rooms of the chat. Each is a channel. */
import type { RoomName } from './contract.ts';

interface Room {
  /** The users who may enter. Undefined: all. */
  readonly members?: readonly string[];
}

/** By the name of the channel. */
const rooms = new Map<RoomName, Room>([
  ['room:lobby', {}],
  ['room:machines', {}],
  ['room:navy', { members: ['grace'] }],
]);

/** Whether the user may read and write in the channel, and see which users are there. */
export function mayEnter(user: string | undefined, channel: string): boolean {
  const room = rooms.get(channel as RoomName);
  if (!room || user === undefined) return false;
  return room.members === undefined || room.members.includes(user);
}

/** The channels of the rooms that the user may enter. */
export function roomsOf(user: string): RoomName[] {
  return [...rooms.keys()].filter((channel) => mayEnter(user, channel));
}
