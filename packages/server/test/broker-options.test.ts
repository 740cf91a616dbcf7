/** The options of Redis: which ones are refused, and that a password is never shown. */

import { allow, createChannels } from '@sallyport/channels';
import { SimulatedClock } from '@sallyport/core/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { refuseAppChannels } from '../src/broker.ts';
import { parseOptions } from '../src/options.ts';
import { errorOf, optionsOf } from './parsed-options.ts';

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('SALLYPORT_')) vi.stubEnv(name, undefined);
});
afterEach(() => vi.unstubAllEnvs());

it('--redis and --redis-prefix are passed on, and the prefix has a default', () => {
  expect(optionsOf().broker).toBeUndefined();
  expect(optionsOf('--redis', 'redis://127.0.0.1').broker).toEqual({
    url: { value: 'redis://127.0.0.1', name: '--redis' },
    prefix: 'sallyport',
  });
  vi.stubEnv('SALLYPORT_REDIS', 'rediss://redis.example.org:6380/2');
  expect(optionsOf('--redis-prefix', 'shop').broker).toEqual({
    url: { value: 'rediss://redis.example.org:6380/2', name: 'SALLYPORT_REDIS' },
    prefix: 'shop',
  });
});

it.each(['127.0.0.1:6379', 'http://127.0.0.1', 'redis://127.0.0.1/shop', 'redis:///0'])(
  '--redis refuses %s, and says what it must be',
  (url) => {
    expect(errorOf('--redis', url)).toContain('It must be a URL such as redis://user:password@host:6379/0');
  },
);

it.each(['redis://ada:secret@127.0.0.1/shop', 'http://ada:secret@host', 'ada:secret@host'])(
  'the password of a wrong URL is masked in the error: %s',
  (url) => {
    expect(errorOf('--redis', url)).not.toContain('secret');
    vi.stubEnv('SALLYPORT_REDIS', url);
    expect(errorOf()).not.toContain('secret');
  },
);

it('--print-config masks the password of Redis', () => {
  const args = ['--redis', 'redis://ada:secret@127.0.0.1:6379/1', '--print-config'];
  const parsed = parseOptions({ name: 'sallyport-ws', library: 'ws' }, args);
  const print = 'print' in parsed ? parsed.print : '';
  expect(print).toMatch(/^redis +"redis:\/\/ada:\*\*\*@127\.0\.0\.1:6379\/1" +--redis$/m);
});

it('--redis-prefix refuses a space, and has no effect without --redis', () => {
  expect(errorOf('--redis', 'redis://127.0.0.1', '--redis-prefix', 'a b')).toContain(
    'It must be 1 to 64 printable characters of ASCII without a space.',
  );
  expect(errorOf('--redis-prefix', 'shop')).toBe('--redis-prefix has no effect without Redis: add --redis');
});

it('--redis has no effect for an app with channels of its own, and says what the app does', () => {
  const { broker } = optionsOf('--redis', 'redis://127.0.0.1');
  const channels = createChannels({ authorize: () => allow(), clock: new SimulatedClock(), random: () => 0 });
  expect(() => refuseAppChannels(broker, {})).not.toThrow();
  expect(() => refuseAppChannels(undefined, { channels })).not.toThrow();
  expect(() => refuseAppChannels(broker, { channels })).toThrow(
    '--redis has no effect: the app brings channels of its own. It gives them a broker in its code',
  );
});
