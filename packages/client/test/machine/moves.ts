/**
 * The moves of the joined machines: everything that can happen next, in every order. There is no clock: any armed timer may
 * fire.
 */
import type { Fact as ClientFact } from '@sallyport/client';
import type { Fact as ServerFact } from '@sallyport/core';
import {
  deliverToClient,
  deliverToServer,
  identity,
  type Joint,
  sendToClient,
  stepClient,
  stepServer,
} from './joint.ts';

/** Messages that may be under way when the program or the server sends another. */
const ROOM = 1;

export interface Move {
  readonly name: string;
  /** Whether the program or the operator decides it. Otherwise it happens by itself, sooner or later. */
  readonly isChoice: boolean;
  make(joint: Joint): void;
}

/** Everything that can happen next. */
export function movesOf(joint: Joint): Move[] {
  const { client, server } = joint;
  const isUp = server?.status === 'active';
  const moves: Move[] = [];
  const may = (isChoice: boolean, name: string, make: (joint: Joint) => void) =>
    moves.push({ name, isChoice, make });
  const forced = may.bind(undefined, false);
  const choice = may.bind(undefined, true);

  if (joint.up.length > 0) forced(`the server receives ${joint.up[0]}`, (one) => deliverToServer(one));
  if (joint.down.length > 0)
    forced(`the client receives ${JSON.stringify(joint.down[0])}`, (one) => deliverToClient(one));
  for (const timer of joint.clientTimers)
    forced(`the client's ${timer} fires`, (one) => {
      one.clientTimers = one.clientTimers.filter((armed) => armed !== timer);
      stepClient(one, { type: `${timer}.timedOut` } as ClientFact);
    });
  for (const timer of joint.serverTimers)
    forced(`the server's ${timer} fires`, (one) => {
      one.serverTimers = one.serverTimers.filter((armed) => armed !== timer);
      stepServer(one, { type: `${timer}.timedOut` } as ServerFact);
    });
  if (isUp && joint.isHalfOpen && server.path !== 'closing')
    forced('the server notices the silence', (one) => stepServer(one, { type: 'connection.silent' }));
  if (joint.isSettling)
    forced('the last reply is sent', (one) => {
      one.isSettling = false;
      stepServer(one, { type: 'replies.settled' });
    });
  const attempt = joint.verifying;
  if (attempt !== undefined)
    for (const fact of [
      { type: 'credentials.accepted', attempt, identity },
      { type: 'credentials.refused', attempt },
      { type: 'credentials.postponed', attempt, retryInMs: 1_000 },
      { type: 'authenticator.failed', attempt },
      { type: 'authenticator.overloaded', attempt },
    ] as const)
      forced(fact.type, (one) => {
        one.verifying = undefined;
        stepServer(one, fact);
      });
  const question = joint.pendingRequest;
  if (question !== undefined && client.hasTag('asking'))
    for (const type of ['given', 'repeated', 'withheld', 'failed'] as const)
      forced(`credentials.${type}`, (one) => {
        one.pendingRequest = undefined;
        stepClient(one, { type: `credentials.${type}`, question });
      });

  if (client.status === 'active') {
    choice('the program closes', (one) => stepClient(one, { type: 'session.closed' }));
    for (const hasCredentials of [false, true])
      choice(`the program resumes, with other credentials: ${hasCredentials}`, (one) =>
        stepClient(one, { type: 'session.resumed', hasCredentials }),
      );
  }
  if (client.path === 'waiting')
    choice('the network is back', (one) => stepClient(one, { type: 'network.returned' }));
  if (client.hasTag('open') && joint.up.length < ROOM)
    choice('the program sends a message', (one) => one.up.push('message'));
  if (isUp) {
    choice('the network is cut', cut);
    choice('the network swallows everything', (one) => {
      one.isHalfOpen = true;
    });
    for (const type of ['drain.began', 'session.revoked', 'application.closed'] as const)
      choice(type, (one) => stepServer(one, { type }));
    if (server.hasTag('open') && joint.down.length < ROOM)
      for (const message of ['message', 'heartbeat'] as const)
        choice(`the server sends a ${message}`, (one) => sendToClient(one, message));
  }
  return moves;
}

function cut(joint: Joint): void {
  joint.up = [];
  joint.isCut = true;
  sendToClient(joint, 'cut');
  joint.serverReason ??= 'connectionLost';
  stepServer(joint, { type: 'connection.closed' });
}
