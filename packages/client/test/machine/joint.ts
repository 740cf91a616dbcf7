/**
 * Both machines, the client's and the server's, joined by a channel each way. It delivers messages, steps a machine, and runs
 * its commands against the other side. `moves.ts` lists what can happen next.
 *
 * A WebSocket answers a close frame by itself, so the channel does so here. The server still has a connection that the client
 * has dropped, until the close frame arrives. What the server sends on it is lost.
 */
import { type Command as ClientCommand, type Fact as ClientFact, clientMachine } from '@sallyport/client';
import { compile, type Snapshot } from '@sallyport/compile';
import { type Command as ServerCommand, type Fact as ServerFact, sessionMachine } from '@sallyport/core';
import { type Answer, passwordCredentials, type Reason } from '@sallyport/protocol';

const clientTable = compile(clientMachine);
const serverTable = compile(sessionMachine);
const credentials = passwordCredentials('admin', '123456');
export const identity = { user: 'admin', expiresInMs: 60_000 };

type ToServer = 'authenticate' | 'refresh' | 'message' | 'close';
type ToClient =
  | 'opened'
  | 'accepted'
  | 'refused'
  | 'postponed'
  | 'refreshed'
  | 'error'
  | 'message'
  | 'heartbeat'
  | 'cut'
  | { readonly close: Reason };

export interface Joint {
  client: Snapshot<typeof clientMachine>;
  server: Snapshot<typeof sessionMachine> | undefined;
  up: ToServer[];
  down: ToClient[];
  clientTimers: string[];
  serverTimers: string[];
  /** The number of the request for credentials that has no answer yet. */
  pendingRequest: number | undefined;
  /** The attempt that the server verifies. */
  verifying: number | undefined;
  /** Whether the server waits for replies that are owed. */
  isSettling: boolean;
  /** Whether the client has sent a close frame on this connection. */
  clientClosed: boolean;
  /** Whether the server has sent a close frame on this connection. */
  serverClosed: boolean;
  isDropped: boolean;
  isCut: boolean;
  /** Whether the network swallows everything, in both directions, and tells neither side. */
  isHalfOpen: boolean;
  /** The reason for the end of the connection, as each side has it. */
  clientReason: Reason | undefined;
  serverReason: Reason | undefined;
}

export function begin(reconnects: boolean): Joint {
  const joint: Joint = {
    ...unconnected(),
    client: undefined as never,
    server: undefined,
    clientTimers: [],
    pendingRequest: undefined,
  };
  const commands: ClientCommand[] = [];
  joint.client = clientTable.start({ reconnects }, commands);
  for (const command of commands) runClientCommand(joint, command);
  return joint;
}

const unconnected = () => ({
  up: [],
  down: [],
  serverTimers: [],
  verifying: undefined,
  isSettling: false,
  clientClosed: false,
  serverClosed: false,
  isDropped: false,
  isCut: false,
  isHalfOpen: false,
  clientReason: undefined,
  serverReason: undefined,
});

export const copy = (joint: Joint): Joint => ({
  ...joint,
  up: [...joint.up],
  down: [...joint.down],
  clientTimers: [...joint.clientTimers],
  serverTimers: [...joint.serverTimers],
});

export const keyOf = ({ client, server, ...rest }: Joint): string =>
  JSON.stringify([
    client.path,
    client.context,
    server?.path,
    // The context of a session that has ended does not matter.
    server?.status === 'active' ? server.context : 0,
    { ...rest, clientTimers: rest.clientTimers.toSorted(), serverTimers: rest.serverTimers.toSorted() },
  ]);

/** What is under way on a half-open connection never arrives. */
export function swallow(joint: Joint): void {
  joint.up = [];
  joint.down = [];
}

export function sendToClient(joint: Joint, message: ToClient): void {
  if (!joint.isDropped) joint.down.push(message);
}

export function deliverToServer(joint: Joint): void {
  const message = joint.up.shift();
  const { server } = joint;
  if (server?.status !== 'active') return;
  if (message === 'close') {
    joint.serverReason ??= 'clientLeft';
    if (!joint.serverClosed) sendToClient(joint, { close: 'clientLeft' });
    stepServer(joint, { type: 'connection.closed' });
  } else if (server.hasTag('listening')) {
    if (server.hasTag('deferring')) throw new Error('a client sent a message during its verification');
    if (message === 'authenticate') stepServer(joint, { type: 'credentials.received', credentials });
    else if (message === 'refresh') stepServer(joint, { type: 'refresh.requested', credentials });
    else stepServer(joint, { type: 'message.received', message: 'hello' });
  }
}

export function deliverToClient(joint: Joint): void {
  const message = joint.down.shift() as ToClient;
  if (typeof message === 'object' || message === 'cut') {
    joint.down = [];
    joint.clientReason = message === 'cut' ? 'connectionLost' : message.close;
    if (message !== 'cut' && !joint.clientClosed) joint.up.push('close');
    joint.clientClosed = true;
    stepClient(joint, { type: 'connection.closed', reason: joint.clientReason });
  } else if (message === 'opened') stepClient(joint, { type: 'connection.opened' });
  else if (message === 'heartbeat') stepClient(joint, { type: 'heartbeat.received' });
  else if (message === 'message') stepClient(joint, { type: 'message.received', message: 'hello' });
  else if (message === 'postponed') stepClient(joint, { type: 'answer.postponed', retryInMs: 1_000 });
  else if (message === 'refused') stepClient(joint, { type: 'answer.refused' });
  else if (message === 'error') stepClient(joint, { type: 'answer.failed' });
  else stepClient(joint, { type: `answer.${message}`, expiresInMs: identity.expiresInMs });
  // It announces heartbeats, and the announcement counts as one.
  if (message === 'accepted') stepClient(joint, { type: 'heartbeat.received' });
}

export function stepClient(joint: Joint, fact: ClientFact): void {
  if (joint.client.status === 'done') return;
  const commands: ClientCommand[] = [];
  joint.client = clientTable.step(joint.client, fact, commands);
  for (const command of commands) runClientCommand(joint, command);
}

function runClientCommand(joint: Joint, command: ClientCommand): void {
  switch (command.type) {
    case 'ask':
      joint.pendingRequest = command.question;
      break;
    case 'open':
      // The network has ended the connection before, if there was one.
      Object.assign(joint, unconnected(), { server: undefined });
      joint.down.push('opened');
      startServer(joint);
      break;
    case 'authenticate':
    case 'refresh':
      joint.up.push(command.type);
      break;
    case 'close':
    case 'drop':
      if (!joint.clientClosed && joint.server?.status === 'active') joint.up.push('close');
      joint.clientClosed = true;
      if (command.type === 'drop') {
        joint.isDropped = true;
        joint.down = [];
      }
      break;
    case 'arm':
      if (!joint.clientTimers.includes(command.timer)) joint.clientTimers.push(command.timer);
      break;
    case 'disarm':
      joint.clientTimers = joint.clientTimers.filter((timer) => timer !== command.timer);
      break;
  }
}

function startServer(joint: Joint): void {
  const commands: ServerCommand[] = [];
  joint.server = serverTable.start({ attempts: 2 }, commands);
  for (const command of commands) runServerCommand(joint, command);
}

export function stepServer(joint: Joint, fact: ServerFact): void {
  if (joint.server?.status !== 'active') return;
  const commands: ServerCommand[] = [];
  joint.server = serverTable.step(joint.server, fact, commands);
  for (const command of commands) runServerCommand(joint, command);
}

function runServerCommand(joint: Joint, command: ServerCommand): void {
  switch (command.type) {
    case 'verify':
      joint.verifying = command.attempt;
      break;
    case 'abandon':
      joint.verifying = undefined;
      break;
    case 'answer':
      sendAnswer(joint, command.answer);
      break;
    case 'settle':
      joint.isSettling = true;
      break;
    case 'close':
      joint.serverReason ??= command.reason;
      joint.serverClosed = true;
      sendToClient(joint, { close: command.reason });
      break;
    case 'terminate':
      joint.serverReason ??= command.reason;
      joint.isCut = true;
      joint.up = [];
      sendToClient(joint, 'cut');
      break;
    case 'arm':
      if (!joint.serverTimers.includes(command.timer)) joint.serverTimers.push(command.timer);
      break;
    case 'disarm':
      joint.serverTimers = joint.serverTimers.filter((timer) => timer !== command.timer);
      break;
  }
}

/** The client's machine takes neither answers to requests nor refused messages nor messages about channels. */
function sendAnswer(joint: Joint, answer: Answer): void {
  switch (answer.type) {
    case 'response':
    case 'requestFailed':
    case 'messageFailed':
    case 'channelResult':
    case 'channelEvent':
      break;
    default:
      sendToClient(joint, isPostponement(answer) ? 'postponed' : answer.type);
  }
}

/** A postponed attempt or refresh: the client handles both alike. */
const isPostponement = (answer: Answer) =>
  answer.type === 'postponed' || (answer.type === 'error' && answer.error === 'refreshPostponed');
