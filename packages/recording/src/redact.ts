/**
 * Takes the secrets out of facts and commands. It copies the fields that are named here, and nothing else: a new field of a fact stays out
 * of recordings until this file names it.
 *
 * Of a payload its kind and size stay, of credentials their kind, and of a token its size. The length of a password stays out. The names
 * of users, methods and channels stay. Proven by: test/redact.test.ts.
 */
import type { Command, Fact } from '@sallyport/core';
import {
  byteLength,
  type ChannelOperation,
  type Credentials,
  type Identity,
  type Message,
} from '@sallyport/protocol';
import type { Redacted } from './format.ts';

/** Stands for a time without an end. JSON has no `Infinity`. */
export const NEVER = 'never';

/** The longest name of a channel, in UTF-16 units. A longer one is cut. */
const MAX_NAME = 256;

/** A fact as a recording has it. */
export function redactFact(fact: Fact): Redacted {
  const { type } = fact;
  switch (type) {
    case 'credentials.received':
    case 'refresh.requested':
      return { type, credentials: credentialsOf(fact.credentials) };
    case 'message.received':
      return { type, message: messageOf(fact.message) };
    case 'request.received':
      return { type, id: fact.id, ...requestOf(fact) };
    case 'request.malformed':
    case 'request.cancelled':
      return { type, id: fact.id };
    case 'credentials.accepted':
      return {
        type,
        attempt: fact.attempt,
        identity: identityOf(fact.identity),
        ...(fact.deviceToken !== undefined && { deviceToken: true }),
      };
    case 'credentials.postponed':
      return { type, attempt: fact.attempt, retryInMs: fact.retryInMs };
    case 'credentials.refused':
    case 'authenticator.failed':
    case 'authenticator.overloaded':
      return { type, attempt: fact.attempt };
    case 'application.closed':
      return { type, ...textOf(fact.text) };
    default:
      return { type };
  }
}

/** A command as a recording has it. */
export function redactCommand(command: Command): Redacted {
  const { type } = command;
  switch (type) {
    case 'verify':
      return { type, attempt: command.attempt, credentials: credentialsOf(command.credentials) };
    case 'setIdentity':
      return { type, identity: identityOf(command.identity) };
    case 'answer':
      return { type, answer: answerOf(command.answer) };
    case 'deliver':
      return { type, message: messageOf(command.message) };
    case 'serve':
      return { type, id: command.id, ...requestOf(command) };
    case 'cancel':
      return { type, id: command.id };
    case 'close':
      return { type, reason: command.reason, ...textOf(command.text) };
    case 'terminate':
      return { type, reason: command.reason };
    case 'arm':
      return { type, timer: command.timer, ...('ms' in command && { ms: timeOf(command.ms) }) };
    case 'disarm':
      return { type, timer: command.timer };
    default:
      return { type };
  }
}

function credentialsOf(credentials: Credentials): Redacted {
  const { type } = credentials;
  return type === 'token' ? { type, bytes: byteLength(credentials.token) } : { type };
}

function identityOf({ user, expiresInMs, expiresAtMs }: Identity) {
  return { user, expiresInMs: timeOf(expiresInMs), ...(expiresAtMs !== undefined && { expiresAtMs }) };
}

function messageOf(message: Message) {
  if (typeof message === 'string') return { kind: 'text', bytes: byteLength(message) };
  if (message instanceof Uint8Array) return { kind: 'binary', bytes: message.length };
  return { kind: 'json', bytes: jsonBytes(message.data) };
}

type Request = Extract<Fact, { type: 'request.received' }> | Extract<Command, { type: 'serve' }>;

function requestOf(request: Request) {
  if ('operation' in request) return { operation: operationOf(request.operation) };
  const { method, params } = request;
  return { method, ...(params !== undefined && { params: { bytes: jsonBytes(params) } }) };
}

function operationOf(operation: ChannelOperation) {
  const { type, channel } = operation;
  return {
    type,
    channel: channel.slice(0, MAX_NAME),
    ...(operation.type === 'publish' && { data: { bytes: jsonBytes(operation.data) } }),
  };
}

/** The machine makes these answers. Answers with payloads do not come from it. */
function answerOf(answer: Extract<Command, { type: 'answer' }>['answer']): Redacted {
  const { type } = answer;
  switch (type) {
    case 'accepted':
    case 'refreshed':
      return {
        type,
        identity: identityOf(answer.identity),
        ...(answer.deviceToken !== undefined && { deviceToken: true }),
      };
    case 'refused':
      return { type, attemptsLeft: answer.attemptsLeft };
    case 'postponed':
      return { type, retryInMs: answer.retryInMs };
    case 'error':
      return { type, error: answer.error, ...('retryInMs' in answer && { retryInMs: answer.retryInMs }) };
    case 'requestFailed':
      return { type, id: answer.id, error: { code: answer.error.code } };
    default:
      return { type };
  }
}

function textOf(text: string | undefined) {
  return text === undefined ? {} : { text: { bytes: byteLength(text) } };
}

function timeOf(ms: number): number | typeof NEVER {
  return Number.isFinite(ms) ? ms : NEVER;
}

/** Of a value that came as JSON. A machine of a caller's own may give others: their size is 0. */
function jsonBytes(value: unknown): number {
  try {
    return byteLength(JSON.stringify(value) ?? '');
  } catch {
    return 0;
  }
}
