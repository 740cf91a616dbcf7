import { listenError } from '@sallyport/listen';
import { expect, it } from 'vitest';
import { listenFailure } from '../src/listen-failure.ts';
import { StartupError } from '../src/startup-error.ts';

const options = {
  host: '192.0.2.1',
  port: 80,
  logLevel: 'info',
  allowOrigin: [],
  givenAs: { host: '--host 192.0.2.1', port: 'SALLYPORT_PORT=80' },
} as const;

it.each([
  ['EADDRINUSE', /^SALLYPORT_PORT=80: the port is in use; /],
  ['EACCES', /^SALLYPORT_PORT=80: .*from 1024 on/],
  ['EADDRNOTAVAIL', /^--host 192\.0\.2\.1: this machine does not have that address; .*127\.0\.0\.1/],
])('%s becomes advice for the option as the operator gave it', (code, message) => {
  const failure = Object.assign(new Error('listen'), { code });
  const failureError = listenFailure(listenError(failure, '192.0.2.1', 80), options);
  expect(failureError).toBeInstanceOf(StartupError);
  expect((failureError as StartupError).message).toMatch(message);
});

it('an unknown code keeps the message of the system', () => {
  const failure = Object.assign(new Error('no memory'), { code: 'ENOMEM' });
  expect(listenFailure(failure, options)).toEqual(new StartupError('no memory'));
});

it.each([new Error('no code'), 'junk'])('an error without a code is returned as it is: %s', (failure) => {
  expect(listenFailure(failure, options)).toBe(failure);
});
