/**
 * The contract of the room: what clients may request and send, and what the server sends. Both ends import this file.
 *
 * Proven by: test/app.test.ts.
 */
import { defineContract } from '@sallyport/contract';
import * as v from 'valibot';

/** What a user said. */
const entry = v.object({ from: v.string(), text: v.string() });

export const contract = defineContract({
  requests: {
    'room.enter': {
      summary: 'Enters the room. From then on the session gets its messages. Returns the users in it.',
      result: v.array(v.string()),
      idempotent: true,
    },
    'room.history': {
      summary: 'The last entries of the room, the oldest first.',
      params: v.object({
        limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)), 20),
      }),
      result: v.array(entry),
      idempotent: true,
    },
  },
  messages: {
    client: v.object({ text: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(1000)) }),
    server: v.variant('type', [
      v.object({ type: v.literal('said'), ...entry.entries }),
      v.object({ type: v.literal('users'), users: v.array(v.string()) }),
    ]),
  },
});
