/**
 * The text protocol (PROTOCOL.md, section 2): wire-compatible with the classic Python `websockets` tutorial.
 *
 * The sentences are the tutorial's own, to the letter: its client compares them. It has no words for a refresh.
 */
import { passwordCredentials, tokenCredentials } from './credentials.ts';
import type { Answer, Data, Decoded, Phase, Protocol } from './protocol.ts';

const ACCEPTED = 'congratulation, you have connect with server\r\nnow, you can do something else';
const REFUSED = 'sorry, the username or password is wrong, please submit again';

/** The scheme of RFC 6750 before a token68 of RFC 7235; it holds no colon, so it is never also username:password. */
const BEARER = /^Bearer ([A-Za-z0-9\-._~+/]+=*)$/i;
/** No name has control characters: they only ever serve to deceive whoever reads the log (C0, DEL, C1). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

export const textProtocol: Protocol = {
  name: 'text',
  // A person types here, and the tutorial's client connects before it asks; at its prompt it answers no ping.
  patience: { authenticationMs: 60_000, silenceMs: 300_000 },
  decode(data: Data, phase: Phase): Decoded {
    if (phase === 'established') return { type: 'message.received', message: data };
    if (typeof data !== 'string') return { type: 'credentials.unsupported' };
    return decodeCredentials(data);
  },
  encode(answer: Answer): Data | undefined {
    switch (answer.type) {
      case 'message':
        return answer.message;
      case 'accepted':
        return ACCEPTED;
      case 'refused':
        return REFUSED;
      case 'refreshed':
      case 'error':
        return undefined;
    }
  },
};

function decodeCredentials(text: string): Decoded {
  const token = BEARER.exec(text)?.[1];
  if (token !== undefined) return { type: 'credentials.received', credentials: tokenCredentials(token) };
  // At the first colon: a password may hold more of them, a username cannot (RFC 7617, 2).
  const colon = text.indexOf(':');
  const username = text.slice(0, colon);
  if (colon < 0 || CONTROL.test(username)) return { type: 'credentials.malformed' };
  return {
    type: 'credentials.received',
    credentials: passwordCredentials(username, text.slice(colon + 1)),
  };
}
