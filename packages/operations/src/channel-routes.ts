/** The routes of channels: the list, and a publication in the name of the server. Proven by: test/channels.test.ts. */
import type { Channels } from '@sallyport/channels';
import { UsageError } from '@sallyport/core';
import { AdminError, json } from './answers.ts';
import { jsonBody } from './request-body.ts';

const LARGEST_LIST = 1_000;

/** The channels with the most subscribers first, 1000 at most. `followed` counts all of them. */
export function channelList(channels: Channels): Response {
  const all = [...channels].sort((one, other) => other.subscribers - one.subscribers);
  return json({ channels: all.slice(0, LARGEST_LIST), followed: all.length });
}

export async function publish(channels: Channels, channel: string, request: Request): Promise<Response> {
  const { data, key, ...others } = await jsonBody(request);
  const [unknown] = Object.keys(others);
  if (data === undefined || unknown !== undefined)
    throw new AdminError(
      400,
      'badRequest',
      `the body must have data and may have key${unknown === undefined ? '' : `, not ${unknown}`}`,
    );
  const outcome = await published(channels, channel, data, key);
  if (outcome.type === 'published') return json({ outcome: 'published', position: outcome.position });
  if (outcome.type === 'unavailable')
    throw new AdminError(503, 'unavailable', 'the broker is unavailable: nothing was published');
  throw new AdminError(
    503,
    'unknownOutcome',
    'the publication may have been made: repeat it with the same key, and it takes effect once',
  );
}

async function published(channels: Channels, channel: string, data: unknown, key: unknown) {
  try {
    return await channels.publish(channel, data, key === undefined ? {} : { key: key as string });
  } catch (error) {
    if (error instanceof UsageError || (error as Error)?.name === 'UsageError')
      throw new AdminError(400, 'badRequest', (error as Error).message);
    throw error;
  }
}
