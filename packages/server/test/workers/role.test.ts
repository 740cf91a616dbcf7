import { afterEach, expect, it, vi } from 'vitest';
import { version } from '../../src/version.ts';
import { checkVersion, environmentOf, takeRole } from '../../src/workers/role.ts';

const role = {
  id: 3,
  address: '127.0.0.1',
  listen: { host: 'fd:4', port: 0 },
  logFormat: 'json',
} as const;

afterEach(() => void vi.unstubAllEnvs());

it('a process without the variable of its parent is not a worker', () => {
  vi.stubEnv('SALLYPORT_WORKER', undefined);
  expect(takeRole()).toBeUndefined();
});

it('a worker learns its role, and hides it from the processes that it starts', () => {
  vi.stubEnv('SALLYPORT_WORKER', environmentOf(role)['SALLYPORT_WORKER']);
  const { send } = process;
  process.send = send ?? (() => true);
  try {
    expect(takeRole()).toEqual({ ...role, version });
    expect(process.env['SALLYPORT_WORKER']).toBeUndefined();
    expect(takeRole()).toBeUndefined();
  } finally {
    if (send) process.send = send;
    else delete process.send;
  }
});

it('a worker of another version than its parent does not start', () => {
  expect(() => checkVersion({ ...role, version })).not.toThrow();
  expect(() => checkVersion({ ...role, version: '0.0.0' })).toThrow(
    `the parent runs version 0.0.0, and the installed one is ${version}: restart the whole server`,
  );
});
