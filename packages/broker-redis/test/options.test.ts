/** The options of the broker on Redis: wrong ones are refused by name, and a password never appears in a message. */
import { expect, it } from 'vitest';
import { createRedisBroker, type RedisBrokerOptions } from '../src/index.ts';

const url = 'redis://127.0.0.1:6379';

const wrong: readonly (readonly [Record<string, unknown>, string])[] = [
  [{}, 'url must be given, or `client`, and not both'],
  [{ url, client: () => ({}) }, 'url must be given, or `client`, and not both'],
  [{ url: 'localhost:6379' }, 'url must be a URL such as redis://'],
  [{ url: 'http://127.0.0.1' }, 'url must be a URL such as redis://'],
  [{ url: 6379 }, 'url must be a URL such as redis://'],
  [{ url: 'redis:///0' }, 'url must have a host'],
  [{ url: `${url}/shop` }, 'url must have the number of the database as its path, such as /0'],
  [{ client: {} }, 'client must be a function that makes a client for each connection, not an object'],
  [{ url, prefix: '' }, 'prefix must be 1 to 64 printable characters of ASCII without a space, not ""'],
  [{ url, prefix: 'a b' }, 'prefix must be 1 to 64 printable characters of ASCII without a space, not "a b"'],
  [{ url, deadlineMs: 0 }, 'deadlineMs must be a whole number from 1 to 2147483647, not 0'],
  [{ url, probeMs: 1e12 }, 'probeMs must be a whole number from 1 to 2147483647, not 1000000000000'],
  [{ url, keyMs: '60' }, 'keyMs must be a whole number from 1 to 9007199254740991, not "60"'],
  [{ url, keysPerUser: 1.5 }, 'keysPerUser must be a whole number from 1 to 9007199254740991, not 1.5'],
  [{ url, metaMs: -1 }, 'metaMs must be a whole number from 1 to 9007199254740991, not -1'],
  [{ url, observe: { connected: 1 } }, 'observe.connected must be a function, not 1'],
  [{ url, observe: { conected() {} } }, 'conected'],
  [{ url, clock: { now() {} } }, 'clock must have a method `setTimeout`, not an object'],
  [{ url, random: 4 }, 'random must be a function that returns a number from 0 to 1, not 4'],
  [{ url, deadline: 5 }, 'deadline'],
];

it.each(wrong)('createRedisBroker refuses %j', (options, message) => {
  expect(() => createRedisBroker(options as RedisBrokerOptions)).toThrow(message);
});

it('createRedisBroker keeps the password of a wrong URL out of its message', () => {
  const create = () => createRedisBroker({ url: 'redis://ada:secret@127.0.0.1/shop' });
  expect(create).toThrow('url must have');
  expect(create).not.toThrow('secret');
});

it('a broker that was not started is connecting, and answers unavailable', async () => {
  const broker = createRedisBroker({ url });
  expect(broker.state).toBe('connecting');
  expect(broker.name).toBe('redis');
  expect(await broker.read('room', undefined, 1)).toEqual({ type: 'unavailable', reason: 'not connected' });
  await broker.close();
  expect(broker.state).toBe('closed');
});
