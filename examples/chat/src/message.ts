/** What a room publishes. The server and the page share this file. */

/** A message of a room. The user is a part of every publication, which the server sets. */
export interface ChatMessage {
  readonly text: string;
}

/** Characters of a message that the page sends. The server bounds the bytes of a publication by itself. */
export const MOST_CHARACTERS = 1_000;

/** Whether data of a publication is a message. Another client may publish other data, so the page checks it. */
export function isChatMessage(data: unknown): data is ChatMessage {
  const { text } = Object(data) as { text?: unknown };
  return typeof text === 'string';
}
