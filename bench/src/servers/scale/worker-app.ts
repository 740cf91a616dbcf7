/**
 * The app of the servers with workers: channels on the logs that all workers share. One of the workers takes the orders to publish, on the port
 * in `PUBLICATION_PORT`.
 */
import { allow, createChannels, createMemoryBroker } from '@sallyport/channels';
import { type Authenticator, accept, refuse } from '@sallyport/core';
import { workerBroker } from '@sallyport/server';
import { systemClock } from '@sallyport/ws';
import { openDoor } from '../fan-out/publications.ts';
import { isDemoUser } from '../tutorial-exchange.ts';

const random = Math.random;

export const channels = createChannels({
  clock: systemClock,
  random,
  broker: workerBroker() ?? createMemoryBroker({ clock: systemClock, random }),
  authorize: () => allow(),
});

export const authenticate: Authenticator = (given) =>
  given.type === 'password' && isDemoUser(given.username, given.password) ? accept(given.username) : refuse();

export async function start(): Promise<() => void> {
  const publish = (channel: string, data: string) => void channels.publish(channel, data);
  try {
    const door = await openDoor(publish, Number(process.env['PUBLICATION_PORT']));
    return () => {
      door.close();
      channels.close();
    };
  } catch {
    // Another worker takes the orders.
    return () => channels.close();
  }
}
