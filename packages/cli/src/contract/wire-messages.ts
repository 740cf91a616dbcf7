/** The messages of the JSON protocol (PROTOCOL.md, section 6) that are the same for every contract, as AsyncAPI describes them. */
import { requestErrors } from '@sallyport/protocol';

/** The payload of a message: an object with a `type` and these fields. */
export function payload(type: string, required: object, optional: object = {}): object {
  return {
    type: 'object',
    properties: { type: { const: type }, ...required, ...optional },
    required: ['type', ...Object.keys(required)],
  };
}

export const ID = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER };

/** Relates an answer to its request. */
export const CORRELATION = { correlationId: { location: '$message.payload#/id' } };

export const TEXT = { type: 'string' };
const MILLISECONDS = { type: 'number', minimum: 0 };

const codeOf = (codes: readonly string[]) => ({
  type: 'string',
  pattern: '^[A-Za-z][A-Za-z0-9._-]{0,63}$',
  description: `One of ${codes.join(', ')}, or a code of the application.`,
});

/** The error of a request, or of an operation. */
export function failure(summary: string, codes: readonly string[]): object {
  return {
    summary,
    ...CORRELATION,
    payload: payload('response', {
      id: ID,
      error: {
        type: 'object',
        properties: { code: codeOf(codes), message: TEXT, data: {} },
        required: ['code', 'message'],
      },
    }),
  };
}

/** Messages about the sign-in, and about requests in general. */
export const WIRE_MESSAGES = {
  authenticate: {
    summary: 'Credentials: a username and a password, or a token.',
    payload: {
      oneOf: [
        payload('authenticate', { username: TEXT, password: TEXT }, { deviceToken: TEXT }),
        payload('authenticate', { token: TEXT }),
      ],
    },
  },
  authenticated: {
    summary: 'The server accepted the credentials.',
    payload: payload(
      'authenticated',
      { user: TEXT },
      { expiresInMs: MILLISECONDS, deviceToken: TEXT, heartbeatMs: MILLISECONDS },
    ),
  },
  refused: {
    summary: 'The server refused the credentials. After 0 it closes (4401).',
    payload: payload('refused', { attemptsLeft: { type: 'integer', minimum: 0 } }),
  },
  postponed: {
    summary: 'The server did not check the credentials. The client may send them again.',
    payload: payload('postponed', { retryInMs: MILLISECONDS }),
  },
  heartbeat: { summary: 'A sign of life. Clients do not answer it.', payload: payload('heartbeat', {}) },
  cancel: {
    summary: 'The client does not want the answer to a request, or to an operation on a channel, any more.',
    payload: payload('cancel', { id: ID }),
  },
  requestFailed: failure('The error of a request.', Object.keys(requestErrors)),
} as const;

/** The answer to a message that does not fit the contract. */
export const MESSAGE_FAILED = {
  summary: 'The server does not take a message of the client. The session goes on.',
  payload: payload('error', { error: codeOf(Object.keys(requestErrors)) }, { message: TEXT, data: {} }),
};
