/** The same conversation (a sign-in, then echoes or channels) in the protocol of each kind of server. */

export interface Step {
  /** Undefined if the server sends first. */
  readonly send?: string;
  /** A part of the answer. */
  readonly expect: string;
}

export interface Dialect {
  readonly path: string;
  readonly subprotocol?: string;
  readonly signIn: readonly Step[];
  /** A message of this text. `slot` distinguishes messages that are in flight at the same time, if the protocol needs that. */
  message(text: string, slot: number): string;
  /** The number of text frames that answer one message. */
  readonly framesPerReply: number;
  /** A heartbeat in a text frame, and its answer if there is one. */
  readonly heartbeat?: { readonly receive: string; readonly send?: string };
  /** Subscribes to a channel. With `since`, the answer has to bring everything after that position. */
  subscribe?(channel: string, since?: object): Step;
}

/** All numbers have the same number of digits. */
const FIRST_ID = 1_000;
const USER = { username: 'admin', password: '123456' };

const text: Dialect = {
  path: '/',
  signIn: [{ send: 'admin:123456', expect: 'congratulation' }],
  message: (content) => content,
  framesPerReply: 1,
};

const graphql: Dialect = {
  path: '/',
  subprotocol: 'graphql-transport-ws',
  signIn: [{ send: JSON.stringify({ type: 'connection_init', payload: USER }), expect: 'connection_ack' }],
  message: (content, slot) =>
    JSON.stringify({
      id: String(FIRST_ID + slot),
      type: 'subscribe',
      payload: { query: 'query($text:String!){echo(text:$text)}', variables: { text: content } },
    }),
  // `next` and `complete`.
  framesPerReply: 2,
};

const socketio: Dialect = {
  path: '/socket.io/?EIO=4&transport=websocket',
  signIn: [{ expect: '"sid"' }, { send: `40${JSON.stringify(USER)}`, expect: '40{"sid"' }],
  message: (content, slot) => `42${FIRST_ID + slot}${JSON.stringify(['echo', content])}`,
  framesPerReply: 1,
  heartbeat: { receive: '2', send: '3' },
};

const topics: Dialect = {
  ...text,
  subscribe: (channel) => ({ send: `subscribe ${channel}`, expect: `subscribed ${channel}` }),
};

/** The JSON protocol of PROTOCOL.md. The ids of different sessions may be the same, and those of one session have to differ. */
const channels: Dialect = {
  path: '/',
  subprotocol: 'sallyport.v1',
  signIn: [{ send: JSON.stringify({ type: 'authenticate', ...USER }), expect: '"authenticated"' }],
  message: (content) => JSON.stringify({ type: 'message', message: content }),
  framesPerReply: 1,
  heartbeat: { receive: '{"type":"heartbeat"}' },
  subscribe: (channel, since) => ({
    send: JSON.stringify({ type: 'subscribe', id: 1, channel, since }),
    expect: since === undefined ? '"subscribed"' : '"recovered":true',
  }),
};

const rooms: Dialect = {
  ...socketio,
  subscribe: (channel) => ({
    send: `42${FIRST_ID}${JSON.stringify(['subscribe', channel])}`,
    expect: `43${FIRST_ID}`,
  }),
};

export const dialects = { text, graphql, socketio, topics, channels, rooms } as const;
export type DialectName = keyof typeof dialects;
