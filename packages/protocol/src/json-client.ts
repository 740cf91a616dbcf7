/**
 * The client's half of the JSON protocol (PROTOCOL.md, section 6). `json.ts` is the server's half. `json-request-client.ts` has the
 * requests, and `json-channel-client.ts` the channels.
 */
import type { ClientMessage, ClientProtocol, ServerMessage } from './client-protocol.ts';
import { canBeDeviceToken } from './device-token.ts';
import { type Fields, fieldsOf } from './fields.ts';
import { SUBPROTOCOL } from './json.ts';
import { failureIn } from './json-failure.ts';
import { messageText } from './json-message.ts';
import type { AnswerError, Data } from './protocol.ts';

/** All errors, as an object, so that a missing one does not compile. */
const errors: Readonly<Record<AnswerError, true>> = {
  refreshRefused: true,
  refreshPostponed: true,
  refreshFailed: true,
  refreshTimedOut: true,
  refreshPending: true,
};

/** The client's half of the JSON protocol. */
export const jsonClient: ClientProtocol = {
  subprotocol: SUBPROTOCOL,
  canRefresh: true,
  signsInByRequest: true,
  isExtensible: true,
  encode(sent: ClientMessage): Data {
    if (sent.type === 'message') return messageText(sent.message);
    const { type, credentials } = sent;
    if (credentials.type === 'token') return JSON.stringify({ type, token: credentials.token });
    // Listed one by one, because secrets are not enumerable. JSON leaves out undefined fields.
    const { username, password, deviceToken } = credentials;
    return JSON.stringify({ type, username, password, deviceToken });
  },
  decode(data: Data): ServerMessage | undefined {
    if (typeof data !== 'string') return { type: 'message', message: data };
    const fields = fieldsOf(data);
    switch (fields['type']) {
      case 'message':
        return messageIn(fields);
      case 'authenticated':
        return { type: 'accepted', ...identityIn(fields), heartbeatMs: numberIn(fields, 'heartbeatMs') };
      case 'refreshed':
        return { type: 'refreshed', ...identityIn(fields) };
      case 'refused':
        return { type: 'refused', attemptsLeft: numberIn(fields, 'attemptsLeft') };
      case 'postponed':
        return { type: 'postponed', retryInMs: retryIn(fields) };
      case 'error':
        return errorIn(fields);
      case 'heartbeat':
        return { type: 'heartbeat' };
      default:
        return typeof fields['type'] === 'string' ? { type: 'other', fields } : undefined;
    }
  },
};

function identityIn(fields: Fields): {
  user: string | undefined;
  expiresInMs: number;
  deviceToken?: string;
} {
  const { user, deviceToken } = fields;
  return {
    user: typeof user === 'string' ? user : undefined,
    expiresInMs: numberIn(fields, 'expiresInMs') ?? Number.POSITIVE_INFINITY,
    // The server would ignore a malformed device token.
    ...(typeof deviceToken === 'string' && canBeDeviceToken(deviceToken) && { deviceToken }),
  };
}

function messageIn(fields: Fields): ServerMessage | undefined {
  const { text, data } = fields;
  if (typeof text === 'string') return { type: 'message', message: text };
  return 'data' in fields ? { type: 'message', message: { data } } : undefined;
}

function errorIn(fields: Fields): ServerMessage | undefined {
  const { error } = fields;
  // An error of a refresh has no text for people, so an application may use any code.
  if (typeof fields['message'] === 'string') {
    const failure = failureIn({ ...fields, code: error });
    return failure && { type: 'messageFailed', error: failure };
  }
  if (typeof error !== 'string' || !Object.hasOwn(errors, error)) return undefined;
  return error === 'refreshPostponed'
    ? { type: 'error', error, retryInMs: retryIn(fields) }
    : { type: 'error', error: error as Exclude<AnswerError, 'refreshPostponed'> };
}

/** Milliseconds, always finite: a wrong or absent number must make the client neither hammer the server nor wait for ever. */
function retryIn(fields: Fields): number {
  const ms = numberIn(fields, 'retryInMs') ?? DEFAULT_RETRY_MS;
  return Number.isFinite(ms) ? ms : DEFAULT_RETRY_MS;
}

const DEFAULT_RETRY_MS = 1_000;

function numberIn(fields: Fields, name: string): number | undefined {
  const value = fields[name];
  return typeof value === 'number' && value >= 0 ? value : undefined;
}
