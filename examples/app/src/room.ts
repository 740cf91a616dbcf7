/**
 * The room: who is in it, and what they said last. It knows sessions, and no sockets.
 *
 * A session leaves the room when its sign-in ends, for whatever reason. Proven by: test/app.test.ts.
 */
import type { MessageHandlerOf, RequestHandlersOf, ServerData } from '@sallyport/contract';
import { RequestError, type Session } from '@sallyport/core';
import type { contract } from './contract.ts';

type Contract = typeof contract;

/** Entries that the room keeps. Older ones are dropped. */
const KEPT = 100;

const inside = new Set<Session>();
const entries: { from: string; text: string }[] = [];

/** The handlers of requests. They get parameters that fit the contract. */
export const requests: RequestHandlersOf<Contract, Session> = {
  'room.enter': (_none, { session }) => enter(session),
  'room.history': ({ limit }) => entries.slice(-limit),
};

/** The handler of messages. It gets data that fits the contract. */
export const message: MessageHandlerOf<Contract, Session> = ({ text }, session) => {
  if (!inside.has(session)) throw new RequestError('notInRoom', 'Send room.enter first');
  const entry = { from: nameOf(session), text };
  entries.push(entry);
  if (entries.length > KEPT) entries.shift();
  tell({ type: 'said', ...entry });
};

function enter(session: Session): string[] {
  if (!inside.has(session)) {
    inside.add(session);
    session.onEnd(() => {
      inside.delete(session);
      tell({ type: 'users', users: users() });
    });
    tell({ type: 'users', users: users() });
  }
  return users();
}

/** Sends the same data to all sessions in the room. */
function tell(data: ServerData<Contract>): void {
  for (const session of inside) session.send({ data });
}

/** The users in the room by name. A user with several sessions is there once. */
function users(): string[] {
  return [...new Set([...inside].map(nameOf))].toSorted();
}

function nameOf({ identity }: Session): string {
  return identity?.user ?? '';
}
