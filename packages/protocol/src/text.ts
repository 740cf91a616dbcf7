/**
 * The text protocol (PROTOCOL.md, section 2): wire-compatible with the classic Python `websockets` tutorial.
 *
 * The sentences are exactly those of the tutorial, because its client compares them. The protocol cannot express a refresh or a
 * request. It sends a JSON value of the application as its JSON text, and the error of a message as the text for people.
 */
import { canBeToken, canBeUsername, passwordCredentials, tokenCredentials } from './credentials.ts';
import { jsonText } from './json-value.ts';
import {
  type Answer,
  type Data,
  type Decoded,
  isJsonMessage,
  type Phase,
  type Protocol,
} from './protocol.ts';
import { checkedFailure } from './request-errors.ts';

export const ACCEPTED = 'congratulation, you have connect with server\r\nnow, you can do something else';
export const REFUSED = 'sorry, the username or password is wrong, please submit again';

/** The scheme of RFC 6750 and a token68 (RFC 7235). A token68 has no colon, so the text is never also `username:password`. */
const BEARER = /^Bearer (.*)$/i;

/** The server's half of the text protocol. */
export const textProtocol: Protocol = {
  name: 'text',
  // A person types the credentials after connecting, and the tutorial's client answers no ping while it waits for input.
  defaultLimits: { authenticationMs: 60_000, silenceMs: 300_000 },
  decode(data: Data, phase: Phase): Decoded {
    if (phase === 'established') return { type: 'message.received', message: data };
    if (typeof data !== 'string') return { type: 'credentials.unsupported' };
    return decodeCredentials(data);
  },
  encode(answer: Answer): Data | undefined {
    switch (answer.type) {
      case 'message':
        return isJsonMessage(answer.message) ? jsonText(answer.message.data, 'data') : answer.message;
      case 'messageFailed':
        return checkedFailure(answer.error).message;
      case 'accepted':
        return ACCEPTED;
      case 'refused':
      // The tutorial's client knows no other sentence.
      case 'postponed':
        return REFUSED;
      case 'refreshed':
      case 'error':
      case 'response':
      case 'requestFailed':
      case 'channelResult':
      case 'channelEvent':
        return undefined;
    }
  },
};

function decodeCredentials(text: string): Decoded {
  const token = BEARER.exec(text)?.[1];
  if (token !== undefined && canBeToken(token))
    return { type: 'credentials.received', credentials: tokenCredentials(token) };
  // Split at the first colon: a password may have colons, a username cannot (RFC 7617, 2).
  const colon = text.indexOf(':');
  const username = text.slice(0, colon);
  if (colon < 0 || !canBeUsername(username)) return { type: 'credentials.malformed' };
  return {
    type: 'credentials.received',
    credentials: passwordCredentials(username, text.slice(colon + 1)),
  };
}
