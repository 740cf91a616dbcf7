/**
 * The server's half of the JSON protocol (PROTOCOL.md, section 6), for programs that should not have to parse English.
 *
 * A message against the grammar, or in the wrong phase, is malformed; nothing throws. Unknown fields are ignored, so that a newer
 * client may send more. `json-message.ts` has messages, `json-request.ts` requests, `json-channel.ts` channels, and `json-client.ts` the client's half.
 * Proven by: test/json.test.ts, and packages/core/test/session/json.test.ts on a session.
 */
import {
  canBeToken,
  canBeUsername,
  type MessageCredentials,
  passwordCredentials,
  tokenCredentials,
} from './credentials.ts';
import { canBeDeviceToken, type GivenDeviceToken } from './device-token.ts';
import { type Fields, fieldsOf, textIn } from './fields.ts';
import { channelEventText, channelResultText, decodeOperation } from './json-channel.ts';
import { decodeMessage, decodePlainText, failedMessageText, MALFORMED, messageText } from './json-message.ts';
import { decodeCancel, decodeRequest, failureText, resultText } from './json-request.ts';
import type { Answer, Data, Decoded, Identity, Phase, Protocol } from './protocol.ts';

/** The value of `Sec-WebSocket-Protocol`. */
export const SUBPROTOCOL = 'sallyport.v1';

/** The server's half of the JSON protocol. */
export const jsonProtocol: Protocol = {
  name: 'json',
  subprotocol: SUBPROTOCOL,
  // A program knows its credentials before it connects, and its library answers pings.
  defaultLimits: { authenticationMs: 10_000, silenceMs: 35_000 },
  // A literal: a call here would keep this whole half in the bundle of a client.
  heartbeat: '{"type":"heartbeat"}',
  signsInByRequest: true,
  hasChannels: true,
  decode(data: Data, phase: Phase): Decoded {
    if (typeof data !== 'string')
      return phase === 'established'
        ? { type: 'message.received', message: data }
        : { type: 'credentials.unsupported' };
    if (phase === 'authenticating') return decodeAuthenticate(fieldsOf(data));
    return decodePlainText(data) ?? decodeEstablished(fieldsOf(data), data);
  },
  encode(answer: Answer): Data {
    switch (answer.type) {
      case 'message':
        return messageText(answer.message);
      case 'accepted':
        return JSON.stringify({
          type: 'authenticated',
          ...identityFields(answer.identity),
          ...deviceTokenField(answer),
          heartbeatMs: answer.heartbeatMs,
        });
      case 'refreshed':
        return JSON.stringify({
          type: 'refreshed',
          ...identityFields(answer.identity),
          ...deviceTokenField(answer),
        });
      case 'refused':
        return JSON.stringify({ type: 'refused', attemptsLeft: answer.attemptsLeft });
      case 'postponed':
        return JSON.stringify({ type: 'postponed', retryInMs: Math.ceil(answer.retryInMs) });
      case 'error':
        return JSON.stringify(
          answer.error === 'refreshPostponed'
            ? { type: 'error', error: answer.error, retryInMs: Math.ceil(answer.retryInMs) }
            : { type: 'error', error: answer.error },
        );
      case 'messageFailed':
        return failedMessageText(answer.error);
      case 'response':
        return resultText(answer.id, answer.result);
      case 'requestFailed':
        return failureText(answer.id, answer.error);
      case 'channelResult':
        return channelResultText(answer.id, answer.result);
      case 'channelEvent':
        return channelEventText(answer.event);
    }
  },
};

function decodeAuthenticate(fields: Fields): Decoded {
  if (fields['type'] !== 'authenticate') return MALFORMED;
  const credentials = credentialsIn(fields);
  if (!credentials) return MALFORMED;
  return isPossible(credentials)
    ? { type: 'credentials.received', credentials }
    : { type: 'credentials.malformed' };
}

function decodeEstablished(fields: Fields, text: string): Decoded {
  switch (fields['type']) {
    case 'message':
      return decodeMessage(fields, text);
    case 'request':
      return decodeRequest(fields, text);
    case 'cancel':
      return decodeCancel(fields);
    case 'subscribe':
    case 'unsubscribe':
    case 'publish':
    case 'presence':
      return decodeOperation(fields, text);
    case 'refresh': {
      const credentials = credentialsIn(fields);
      // Malformed credentials were never accepted, so no honest client sends them in a refresh.
      return credentials && isPossible(credentials) ? { type: 'refresh.requested', credentials } : MALFORMED;
    }
    default:
      return MALFORMED;
  }
}

/** Either a username and a password, perhaps with a device token, or a token. */
function credentialsIn(fields: Fields): MessageCredentials | undefined {
  const username = textIn(fields, 'username');
  const password = textIn(fields, 'password');
  const token = textIn(fields, 'token');
  if ('token' in fields)
    return token === undefined || ONLY_WITH_PASSWORD.some((name) => name in fields)
      ? undefined
      : tokenCredentials(token);
  const deviceToken = textIn(fields, 'deviceToken');
  if (username === undefined || password === undefined) return undefined;
  if ('deviceToken' in fields && deviceToken === undefined) return undefined;
  // A malformed device token may come from another server. It must not keep the client out, so it is ignored.
  const isOne = deviceToken !== undefined && canBeDeviceToken(deviceToken);
  return passwordCredentials(username, password, isOne ? deviceToken : undefined);
}

const ONLY_WITH_PASSWORD = ['username', 'password', 'deviceToken'];

function isPossible(credentials: MessageCredentials): boolean {
  return credentials.type === 'token' ? canBeToken(credentials.token) : canBeUsername(credentials.username);
}

/** The fields of an identity. Claims are for the application only. JSON cannot write Infinity. */
function identityFields({ user, expiresInMs }: Identity): object {
  return Number.isFinite(expiresInMs) ? { user, expiresInMs: Math.floor(expiresInMs) } : { user };
}

/** The field of the device token, if the server gives one. */
function deviceTokenField({ deviceToken }: { readonly deviceToken?: GivenDeviceToken }): object {
  return deviceToken === undefined ? {} : { deviceToken: deviceToken.text };
}
