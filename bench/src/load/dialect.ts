/** How the same conversation, sign in and be echoed, is held with each kind of server. */

export interface Step {
  /** Nothing where the server speaks first. */
  readonly say?: string;
  /** What is in the answer. */
  readonly hear: string;
}

export interface Dialect {
  readonly path: string;
  readonly subprotocol?: string;
  readonly signIn: readonly Step[];
  /** A message of this text; `slot` tells those apart that are under way at once, where that is needed. */
  message(text: string, slot: number): string;
  /** Frames of text that answer one message. */
  readonly framesPerReply: number;
  /** A heartbeat in a text frame, and the answer to it. */
  readonly heartbeat?: { readonly hear: string; readonly say: string };
}

/** So that all of them have as many digits. */
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
