/** An operation of an AsyncAPI document. All of them are on the one channel of AsyncAPI, which is the WebSocket. Pure. */

/** The channel of AsyncAPI. */
const SESSION = '#/channels/session';

/** `action` is what the server does. */
export function operation(action: 'send' | 'receive', messages: readonly string[], summary: string): object {
  return { action, ...reply(messages), summary };
}

/** The messages that answer. */
export function reply(messages: readonly string[]): object {
  return {
    channel: { $ref: SESSION },
    messages: messages.map((name) => ({ $ref: `${SESSION}/messages/${name}` })),
  };
}
