/**
 * The contract of the chat: what a room publishes. The server and the page share this file.
 *
 * A message is a text. Its user is a part of every publication, which the server sets.
 */
import { defineContract } from '@sallyport/contract';
import * as v from 'valibot';

/** Characters of a message. */
export const MOST_CHARACTERS = 1_000;

export const contract = defineContract({
  channels: {
    'room:*': {
      summary: 'The messages of one room.',
      publication: v.object({ text: v.pipe(v.string(), v.nonEmpty(), v.maxLength(MOST_CHARACTERS)) }),
    },
  },
});

/** The name of a room's channel. */
export type RoomName = `room:${string}`;
