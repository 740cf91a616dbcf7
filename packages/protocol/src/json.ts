/**
 * The JSON protocol, the server's half (PROTOCOL.md, section 6): for programs that should not have to read English.
 *
 * What is against its grammar, or out of its place, is malformed and never an exception. Fields it does not know are let
 * be, so that a younger client may send more. The client's half is `json-client.ts`.
 * Proven by: test/json.test.ts, and packages/core/test/session/json.test.ts on a session.
 */
import {
  type Credentials,
  canBeToken,
  canBeUsername,
  passwordCredentials,
  tokenCredentials,
} from './credentials.ts';
import { canBeDeviceToken, type GivenDeviceToken } from './device-token.ts';
import { fieldsOf, textIn } from './fields.ts';
import type { Answer, Data, Decoded, Identity, Phase, Protocol } from './protocol.ts';

export const SUBPROTOCOL = 'sallyport.v1';

const MALFORMED: Decoded = { type: 'message.malformed' };

export const jsonProtocol: Protocol = {
  name: 'json',
  subprotocol: SUBPROTOCOL,
  // A program knows its credentials before it connects, and its library answers pings.
  defaultLimits: { authenticationMs: 10_000, silenceMs: 35_000 },
  decode(data: Data, phase: Phase): Decoded {
    if (typeof data !== 'string')
      return phase === 'established'
        ? { type: 'message.received', message: data }
        : { type: 'credentials.unsupported' };
    const fields = fieldsOf(data);
    return phase === 'established' ? decodeMessage(fields) : decodeAuthenticate(fields);
  },
  encode(answer: Answer): Data {
    switch (answer.type) {
      case 'message':
        return typeof answer.message === 'string'
          ? JSON.stringify({ type: 'message', text: answer.message })
          : answer.message;
      case 'accepted':
        return JSON.stringify({
          type: 'authenticated',
          ...identityFields(answer.identity),
          ...deviceTokenField(answer),
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
    }
  },
};

type Fields = ReturnType<typeof fieldsOf>;

function decodeAuthenticate(fields: Fields): Decoded {
  if (fields['type'] !== 'authenticate') return MALFORMED;
  const credentials = credentialsIn(fields);
  if (!credentials) return MALFORMED;
  return isPossible(credentials)
    ? { type: 'credentials.received', credentials }
    : { type: 'credentials.malformed' };
}

function decodeMessage(fields: Fields): Decoded {
  if (fields['type'] === 'message') {
    const message = textIn(fields, 'text');
    return message === undefined ? MALFORMED : { type: 'message.received', message };
  }
  if (fields['type'] !== 'refresh') return MALFORMED;
  const credentials = credentialsIn(fields);
  // Those that can be nobody's were never accepted either, so no honest client renews them.
  return credentials && isPossible(credentials) ? { type: 'refresh.requested', credentials } : MALFORMED;
}

/** A username and a password, perhaps with a device token; or a token; and not both. */
function credentialsIn(fields: Fields): Credentials | undefined {
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
  // Another server, or an older one, may have given it: a client must not be kept out by what it has kept.
  const isOne = deviceToken !== undefined && canBeDeviceToken(deviceToken);
  return passwordCredentials(username, password, isOne ? deviceToken : undefined);
}

const ONLY_WITH_PASSWORD = ['username', 'password', 'deviceToken'];

function isPossible(credentials: Credentials): boolean {
  return credentials.type === 'token' ? canBeToken(credentials.token) : canBeUsername(credentials.username);
}

/** What a client learns of an identity; its claims are the application's. JSON has no number without end. */
function identityFields({ user, expiresInMs }: Identity): object {
  return Number.isFinite(expiresInMs) ? { user, expiresInMs: Math.floor(expiresInMs) } : { user };
}

/** The device token of an acceptance, where the server gives one. */
function deviceTokenField({ deviceToken }: { readonly deviceToken?: GivenDeviceToken }): object {
  return deviceToken === undefined ? {} : { deviceToken: deviceToken.text };
}
