/** The text protocol, the client's half (PROTOCOL.md, section 2). The server's is `text.ts`, which has the sentences. */
import type { ClientMessage, ClientProtocol, ServerMessage } from './client-protocol.ts';
import { canBeToken, canBeUsername } from './credentials.ts';
import type { Data, Phase } from './protocol.ts';
import { ACCEPTED, REFUSED } from './text.ts';

export const textClient: ClientProtocol = {
  canRefresh: false,
  encode(said: ClientMessage): Data | undefined {
    switch (said.type) {
      case 'message':
        return said.message;
      case 'refresh':
        return undefined;
      case 'authenticate': {
        const { credentials } = said;
        if (credentials.type === 'token')
          return canBeToken(credentials.token) ? `Bearer ${credentials.token}` : undefined;
        const { username, password } = credentials;
        // The first colon ends the username, so it cannot have one.
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
