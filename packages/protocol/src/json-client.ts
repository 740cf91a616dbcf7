/** The client's half of the JSON protocol (PROTOCOL.md, section 6). `json.ts` is the server's half; `json-channel-client.ts` adds channels. */
import type { ClientMessage, ClientProtocol, ServerMessage } from './client-protocol.ts';
import { canBeDeviceToken } from './device-token.ts';
import { type Fields, fieldsOf } from './fields.ts';
import { SUBPROTOCOL } from './json.ts';
import { messageText } from './json-message.ts';
import { idIn } from './json-request.ts';
import { jsonText } from './json-value.ts';
import type { AnswerError, Data } from './protocol.ts';
import { canBeErrorCode, type RequestFailure, requestFailure } from './request-errors.ts';

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
  canRequest: true,
  encode(sent: ClientMessage): Data | undefined {
    if (sent.type === 'message') return messageText(sent.message);
    if (sent.type === 'request') return requestText(sent);
    if (sent.type === 'cancel') return JSON.stringify(sent);
    if (sent.type === 'operation') return undefined;
    const { type, credentials } = sent;
    if (credentials.type === 'token') return JSON.stringify({ type, token: credentials.token });
    // Listed one by one, because secrets are not enumerable. JSON leaves out undefined fields.
    const { username, password, deviceToken } = credentials;
    return JSON.stringify({ type, username, password, deviceToken });
  },
  decode(data: Data): ServerMessage | undefined {
    if (typeof data !== 'string') return { type: 'message', message: data };
    return serverMessageIn(fieldsOf(data));
  },
};

/** Reads a message of the server that is not about channels. Undefined for any other. */
export function serverMessageIn(fields: Fields): ServerMessage | undefined {
  switch (fields['type']) {
    case 'message':
      return messageIn(fields);
    case 'authenticated':
      return { type: 'accepted', ...identityIn(fields) };
    case 'refreshed':
      return { type: 'refreshed', ...identityIn(fields) };
    case 'refused':
      return { type: 'refused', attemptsLeft: numberIn(fields, 'attemptsLeft') };
    case 'postponed':
      return { type: 'postponed', retryInMs: retryIn(fields) };
    case 'error':
      return errorIn(fields);
    case 'response':
      return responseIn(fields);
    case 'heartbeat':
      return { type: 'heartbeat' };
    default:
      return undefined;
  }
}

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

function requestText({ id, method, params }: Extract<ClientMessage, { type: 'request' }>): string {
  const more = params === undefined ? '' : `,"params":${jsonText(params, 'params')}`;
  return `{"type":"request","id":${id},"method":${JSON.stringify(method)}${more}}`;
}

/** An error without the form of one still ends its request. */
function responseIn(fields: Fields): ServerMessage | undefined {
  const id = idIn(fields);
  if (id === undefined) return undefined;
  if (!('error' in fields)) return { type: 'response', id, result: fields['result'] };
  return { type: 'requestFailed', id, error: failureIn(fields['error']) ?? requestFailure('internal') };
}

/** The error of a request, if it has the form of one. A server of another make may leave out the text. */
function failureIn(value: unknown): RequestFailure | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { code, message, data } = value as Readonly<Record<string, unknown>>;
  if (typeof code !== 'string' || !canBeErrorCode(code)) return undefined;
  return {
    code,
    message: typeof message === 'string' ? message : code,
    ...(data !== undefined && { data }),
  };
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
