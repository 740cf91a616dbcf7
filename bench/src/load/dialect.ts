/** The same conversation (a sign-in, then echoes) in the protocol of each kind of server. */

export interface Step {
  /** Undefined if the server speaks first. */
  readonly say?: string;
  /** A part of the answer. */
  readonly hear: string;
}

export interface Dialect {
  readonly path: string;
  readonly subprotocol?: string;
  readonly signIn: readonly Step[];
  /** A message of this text. `slot` distinguishes messages that are in flight at the same time, if the protocol needs that. */
  message(text: string, slot: number): string;
  /** The number of text frames that answer one message. */
  readonly framesPerReply: number;
  /** A heartbeat in a text frame, and its answer. */
  readonly heartbeat?: { readonly hear: string; readonly say: string };
}

/** All numbers have the same number of digits. */
const FIRST_ID = 1_000;
const USER = { username: 'admin', password: '123456' };

const text: Dialect = {
  path: '/',
  signIn: [{ say: 'admin:123456', hear: 'congratulation' }],
  message: (said) => said,
  framesPerReply: 1,
};

const graphql: Dialect = {
  path: '/',
  subprotocol: 'graphql-transport-ws',
  signIn: [{ say: JSON.stringify({ type: 'connection_init', payload: USER }), hear: 'connection_ack' }],
  message: (said, slot) =>
    JSON.stringify({
      id: String(FIRST_ID + slot),
      type: 'subscribe',
      payload: { query: 'query($text:String!){echo(text:$text)}', variables: { text: said } },
    }),
  // `next` and `complete`.
  framesPerReply: 2,
};

const socketio: Dialect = {
  path: '/socket.io/?EIO=4&transport=websocket',
  signIn: [{ hear: '"sid"' }, { say: `40${JSON.stringify(USER)}`, hear: '40{"sid"' }],
  message: (said, slot) => `42${FIRST_ID + slot}${JSON.stringify(['echo', said])}`,
  framesPerReply: 1,
  heartbeat: { hear: '2', say: '3' },
};

export const dialects = { text, graphql, socketio } as const;
export type DialectName = keyof typeof dialects;
