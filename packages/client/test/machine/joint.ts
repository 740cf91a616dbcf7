/**
 * Both machines, the client's and the server's, joined by a channel each way: what can happen next, in every order in which
 * it can. Time is in nobody's hands here: whatever timer is armed may ring.
 *
 * A WebSocket answers a close frame by itself, so that is the channel's part. A connection that the client has dropped is
 * still the server's until it hears so; what it says there is heard by nobody.
 */
import { type Command as ClientCommand, type Fact as ClientFact, clientMachine } from '@sallyport/client';
import { compile, type Snapshot } from '@sallyport/compile';
import { type Command as ServerCommand, type Fact as ServerFact, sessionMachine } from '@sallyport/core';
import { type Answer, passwordCredentials, type Reason } from '@sallyport/protocol';

const clientTable = compile(clientMachine);
const serverTable = compile(sessionMachine);
const credentials = passwordCredentials('admin', '123456');
const identity = { user: 'admin', expiresInMs: 60_000 };

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

/** So many letters may be under way where somebody chooses to talk. */
const ROOM = 1;

export interface Joint {
  client: Snapshot<typeof clientMachine>;
  server: Snapshot<typeof sessionMachine> | undefined;
  up: ToServer[];
  down: ToClient[];
  clientTimers: string[];
  serverTimers: string[];
  /** The question that has no answer yet. */
  asked: number | undefined;
  /** The attempt that is verified. */
  verifying: number | undefined;
  /** Whether the server waits for replies that are owed. */
  isSettling: boolean;
  /** Who has sent a close frame on this connection. */
  clientClosed: boolean;
  serverClosed: boolean;
  isDropped: boolean;
  isCut: boolean;
  /** Why the connection ended, as each side has it. */
  clientWhy: Reason | undefined;
  serverWhy: Reason | undefined;
}

export interface Move {
  readonly name: string;
  /** Whether it takes somebody's decision; else it happens by itself, sooner or later. */
  readonly isChoice: boolean;
  make(joint: Joint): void;
}

export function begin(reconnects: boolean): Joint {
  const joint: Joint = {
    ...unconnected(),
    client: undefined as never,
    server: undefined,
    clientTimers: [],
    asked: undefined,
  };
  const commands: ClientCommand[] = [];
  joint.client = clientTable.start({ reconnects }, commands);
  for (const command of commands) obey(joint, command);
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
  clientWhy: undefined,
  serverWhy: undefined,
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
    // What has ended remembers nothing that counts.
    server?.status === 'active' ? server.context : 0,
    { ...rest, clientTimers: rest.clientTimers.toSorted(), serverTimers: rest.serverTimers.toSorted() },
  ]);

/** Everything that can happen next. */
export function movesOf(joint: Joint): Move[] {
  const { client, server } = joint;
  const isUp = server?.status === 'active';
  const moves: Move[] = [];
  const may = (isChoice: boolean, name: string, make: (joint: Joint) => void) =>
    moves.push({ name, isChoice, make });
  const forced = may.bind(undefined, false);
  const choice = may.bind(undefined, true);

  if (joint.up.length > 0) forced(`server hears ${joint.up[0]}`, (one) => hearUp(one));
  if (joint.down.length > 0) forced(`client hears ${JSON.stringify(joint.down[0])}`, (one) => hearDown(one));
  for (const timer of joint.clientTimers)
    forced(`client's ${timer} rings`, (one) => {
      one.clientTimers = one.clientTimers.filter((armed) => armed !== timer);
      tellClient(one, { type: `${timer}.timedOut` } as ClientFact);
    });
  for (const timer of joint.serverTimers)
    forced(`server's ${timer} rings`, (one) => {
      one.serverTimers = one.serverTimers.filter((armed) => armed !== timer);
      tellServer(one, { type: `${timer}.timedOut` } as ServerFact);
    });
  if (joint.isSettling)
    forced('the last reply is sent', (one) => {
      one.isSettling = false;
      tellServer(one, { type: 'replies.settled' });
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
        tellServer(one, fact);
      });
  const question = joint.asked;
  if (question !== undefined && client.hasTag('asking'))
    for (const type of ['given', 'repeated', 'withheld', 'failed'] as const)
      forced(`credentials.${type}`, (one) => {
        one.asked = undefined;
        tellClient(one, { type: `credentials.${type}`, question });
      });

  if (client.status === 'active') {
    choice('the program closes', (one) => tellClient(one, { type: 'session.closed' }));
    for (const hasCredentials of [false, true])
      choice(`the program resumes, with other credentials: ${hasCredentials}`, (one) =>
        tellClient(one, { type: 'session.resumed', hasCredentials }),
      );
  }
  if (client.path === 'waiting')
    choice('the network is back', (one) => tellClient(one, { type: 'network.returned' }));
  if (client.hasTag('open') && joint.up.length < ROOM)
    choice('the program talks', (one) => one.up.push('message'));
  if (isUp) {
    choice('the network is cut', cut);
    for (const type of ['drain.began', 'session.revoked', 'application.closed'] as const)
      choice(type, (one) => tellServer(one, { type }));
    if (server.hasTag('open') && joint.down.length < ROOM)
      for (const letter of ['message', 'heartbeat'] as const)
        choice(`the server sends a ${letter}`, (one) => say(one, letter));
  }
  return moves;
}

function cut(joint: Joint): void {
  joint.up = [];
  joint.isCut = true;
  say(joint, 'cut');
  joint.serverWhy ??= 'connectionLost';
  tellServer(joint, { type: 'connection.closed' });
}

function say(joint: Joint, letter: ToClient): void {
  if (!joint.isDropped) joint.down.push(letter);
}

function hearUp(joint: Joint): void {
  const letter = joint.up.shift();
  const { server } = joint;
  if (server?.status !== 'active') return;
  if (letter === 'close') {
    joint.serverWhy ??= 'clientLeft';
    if (!joint.serverClosed) say(joint, { close: 'clientLeft' });
    tellServer(joint, { type: 'connection.closed' });
  } else if (server.hasTag('listening')) {
    if (server.hasTag('deferring')) throw new Error('a client said something while it was verified');
    if (letter === 'authenticate') tellServer(joint, { type: 'credentials.received', credentials });
    else if (letter === 'refresh') tellServer(joint, { type: 'refresh.requested', credentials });
    else tellServer(joint, { type: 'message.received', message: 'hello' });
  }
}

function hearDown(joint: Joint): void {
  const letter = joint.down.shift() as ToClient;
  if (typeof letter === 'object' || letter === 'cut') {
    joint.down = [];
    joint.clientWhy = letter === 'cut' ? 'connectionLost' : letter.close;
    if (letter !== 'cut' && !joint.clientClosed) joint.up.push('close');
    joint.clientClosed = true;
    tellClient(joint, { type: 'connection.closed', reason: joint.clientWhy });
  } else if (letter === 'opened') tellClient(joint, { type: 'connection.opened' });
  else if (letter === 'heartbeat') tellClient(joint, { type: 'heartbeat.received' });
  else if (letter === 'message') tellClient(joint, { type: 'message.received', message: 'hello' });
  else if (letter === 'postponed') tellClient(joint, { type: 'answer.postponed', retryInMs: 1_000 });
  else if (letter === 'refused') tellClient(joint, { type: 'answer.refused' });
  else if (letter === 'error') tellClient(joint, { type: 'answer.failed' });
  else tellClient(joint, { type: `answer.${letter}`, expiresInMs: identity.expiresInMs });
}

function tellClient(joint: Joint, fact: ClientFact): void {
  if (joint.client.status === 'done') return;
  const commands: ClientCommand[] = [];
  joint.client = clientTable.step(joint.client, fact, commands);
  for (const command of commands) obey(joint, command);
}

function obey(joint: Joint, command: ClientCommand): void {
  switch (command.type) {
    case 'ask':
      joint.asked = command.question;
      break;
    case 'open':
      // What is left of the connection before, if anything, the network has ended by now.
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
  for (const command of commands) serve(joint, command);
}

function tellServer(joint: Joint, fact: ServerFact): void {
  if (joint.server?.status !== 'active') return;
  const commands: ServerCommand[] = [];
  joint.server = serverTable.step(joint.server, fact, commands);
  for (const command of commands) serve(joint, command);
}

function serve(joint: Joint, command: ServerCommand): void {
  switch (command.type) {
    case 'verify':
      joint.verifying = command.attempt;
      break;
    case 'abandon':
      joint.verifying = undefined;
      break;
    case 'answer':
      sayAnswer(joint, command.answer);
      break;
    case 'settle':
      joint.isSettling = true;
      break;
    case 'close':
      joint.serverWhy ??= command.reason;
      joint.serverClosed = true;
      say(joint, { close: command.reason });
      break;
    case 'terminate':
      joint.serverWhy ??= command.reason;
      joint.isCut = true;
      joint.up = [];
      say(joint, 'cut');
      break;
    case 'arm':
      if (!joint.serverTimers.includes(command.timer)) joint.serverTimers.push(command.timer);
      break;
    case 'disarm':
      joint.serverTimers = joint.serverTimers.filter((timer) => timer !== command.timer);
      break;
  }
}

/** Answers to requests and refused messages are no facts for the client's machine. */
function sayAnswer(joint: Joint, answer: Answer): void {
  switch (answer.type) {
    case 'response':
    case 'requestFailed':
    case 'messageFailed':
      break;
    default:
      say(joint, isPostponement(answer) ? 'postponed' : answer.type);
  }
}

/** Of an attempt or of a refresh: the client takes both alike. */
const isPostponement = (answer: Answer) =>
  answer.type === 'postponed' || (answer.type === 'error' && answer.error === 'refreshPostponed');
