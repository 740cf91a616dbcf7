/** One contract, written with each of three libraries of schemas. */
import { defineContract } from '@sallyport/contract';
import { type } from 'arktype';
import * as v from 'valibot';
import { z } from 'zod';

export const zodContract = defineContract({
  requests: {
    'room.history': {
      summary: 'The last messages of a room',
      params: z.object({ room: z.string().min(1), limit: z.number().int().optional() }),
      result: z.array(z.object({ from: z.string(), text: z.string() })),
      idempotent: true,
    },
    'room.leave': { params: z.object({ room: z.string().min(1) }) },
    time: { result: z.number() },
  },
  messages: {
    client: z.object({ room: z.string().min(1), text: z.string() }),
    server: z.object({ from: z.string(), text: z.string() }),
  },
});

export const valibotContract = defineContract({
  requests: {
    'room.history': {
      summary: 'The last messages of a room',
      params: v.object({
        room: v.pipe(v.string(), v.minLength(1)),
        limit: v.optional(v.pipe(v.number(), v.integer())),
      }),
      result: v.array(v.object({ from: v.string(), text: v.string() })),
      idempotent: true,
    },
    'room.leave': { params: v.object({ room: v.pipe(v.string(), v.minLength(1)) }) },
    time: { result: v.number() },
  },
  messages: {
    client: v.object({ room: v.pipe(v.string(), v.minLength(1)), text: v.string() }),
    server: v.object({ from: v.string(), text: v.string() }),
  },
});

export const arktypeContract = defineContract({
  requests: {
    'room.history': {
      summary: 'The last messages of a room',
      params: type({ room: 'string > 0', 'limit?': 'number.integer' }),
      result: type({ '+': 'delete', from: 'string', text: 'string' }).array(),
      idempotent: true,
    },
    'room.leave': { params: type({ room: 'string > 0' }) },
    time: { result: type('number') },
  },
  messages: {
    client: type({ room: 'string > 0', text: 'string' }),
    server: type({ '+': 'delete', from: 'string', text: 'string' }),
  },
});

export const contracts = { zod: zodContract, valibot: valibotContract, arktype: arktypeContract };
