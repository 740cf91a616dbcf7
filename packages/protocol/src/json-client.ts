/** The JSON protocol, the client's half (PROTOCOL.md, section 6). The server's is `json.ts`. */
import type { ClientProtocol, Heard, Said } from './client-protocol.ts';
import { type Fields, fieldsOf } from './fields.ts';
import { SUBPROTOCOL } from './json.ts';
import type { AnswerError, Data } from './protocol.ts';

/** An object, so that an error which is missing here does not compile. */
const errors: Readonly<Record<AnswerError, true>> = {
  refreshRefused: true,
  refreshFailed: true,
  refreshTimedOut: true,
  refreshPending: true,
};

export const jsonClient: ClientProtocol = {
  subprotocol: SUBPROTOCOL,
  canRefresh: true,
  encode(said: Said): Data {
    if (said.type === 'message')
      return typeof said.message === 'string'
        ? JSON.stringify({ type: 'message', text: said.message })
        : said.message;
    const { type, credentials } = said;
    // Named one by one: a secret is not enumerable.
    return JSON.stringify(
      credentials.type === 'token'
        ? { type, token: credentials.token }
        : { type, username: credentials.username, password: credentials.password },
    );
  },
  decode(data: Data): Heard | undefined {
    if (typeof data !== 'string') return { type: 'message', message: data };
    const fields = fieldsOf(data);
    switch (fields['type']) {
      case 'message':
        return typeof fields['text'] === 'string' ? { type: 'message', message: fields['text'] } : undefined;
      case 'authenticated':
        return { type: 'accepted', ...identityIn(fields) };
      case 'refreshed':
        return { type: 'refreshed', ...identityIn(fields) };
      case 'refused':
        return { type: 'refused', attemptsLeft: numberIn(fields, 'attemptsLeft') };
      case 'error':
        return typeof fields['error'] === 'string' && Object.hasOwn(errors, fields['error'])
          ? { type: 'error', error: fields['error'] as AnswerError }
          : undefined;
      default:
        return undefined;
    }
  },
};

function identityIn(fields: Fields): { user: string | undefined; expiresInMs: number } {
  const { user } = fields;
  return {
    user: typeof user === 'string' ? user : undefined,
    expiresInMs: numberIn(fields, 'expiresInMs') ?? Number.POSITIVE_INFINITY,
  };
}

function numberIn(fields: Fields, name: string): number | undefined {
  const value = fields[name];
  return typeof value === 'number' && value >= 0 ? value : undefined;
}
