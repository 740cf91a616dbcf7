/** The two adapters of Socket.IO for Redis, with their defaults. */
import { createAdapter as createPubSubAdapter } from '@socket.io/redis-adapter';
import { createAdapter as createStreamsAdapter } from '@socket.io/redis-streams-adapter';
import type { ServerOptions } from 'socket.io';
import { redisClient } from './redis-options.ts';

export async function socketIoAdapter(url: string, adapter: string): Promise<Pick<ServerOptions, 'adapter'>> {
  const client = await redisClient(url);
  if (adapter === 'streams') return { adapter: createStreamsAdapter(client) };
  return { adapter: createPubSubAdapter(client, await redisClient(url)) };
}
