/** The client's half of the text protocol (PROTOCOL.md, section 2). `text.ts` is the server's half. */
import type { ClientMessage, ClientProtocol, ServerMessage } from './client-protocol.ts';
import { canBeToken, canBeUsername } from './credentials.ts';
import { jsonText } from './json-value.ts';
import { type Data, isJsonMessage, type Phase } from './protocol.ts';
import { ACCEPTED, REFUSED } from './text.ts';

/** The client's half of the text protocol. */
export const textClient: ClientProtocol = {
  canRefresh: false,
  signsInByRequest: false,
  canRequest: false,
  encode(sent: ClientMessage): Data | undefined {
    switch (sent.type) {
      case 'message':
        return isJsonMessage(sent.message) ? jsonText(sent.message.data, 'data') : sent.message;
      case 'refresh':
      case 'request':
      case 'cancel':
      case 'operation':
        return undefined;
      case 'authenticate': {
        const { credentials } = sent;
        if (credentials.type === 'token')
          return canBeToken(credentials.token) ? `Bearer ${credentials.token}` : undefined;
        const { username, password } = credentials;
        // The first colon ends the username, so a username cannot have one.
        return canBeUsername(username) && !username.includes(':') ? `${username}:${password}` : undefined;
      }
    }
  },
  decode(data: Data, phase: Phase): ServerMessage | undefined {
    if (phase === 'established') return { type: 'message', message: data };
    if (data === ACCEPTED)
      return { type: 'accepted', user: undefined, expiresInMs: Number.POSITIVE_INFINITY };
    return data === REFUSED ? { type: 'refused', attemptsLeft: undefined } : undefined;
  },
};
