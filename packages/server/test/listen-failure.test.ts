import { listenError } from '@sallyport/listen';
import { expect, it } from 'vitest';
import { listenFailure } from '../src/listen-failure.ts';
import { Refusal } from '../src/refusal.ts';

const options = {
  host: '192.0.2.1',
  port: 80,
  logLevel: 'info',
  allowOrigin: [],
  given: { host: '--host 192.0.2.1', port: 'SALLYPORT_PORT=80' },
} as const;

it.each([
  ['EADDRINUSE', /^SALLYPORT_PORT=80: the port is in use; /],
  ['EACCES', /^SALLYPORT_PORT=80: .*from 1024 on/],
  ['EADDRNOTAVAIL', /^--host 192\.0\.2\.1: .*no address of this machine; .*127\.0\.0\.1/],
])('%s says what to do, by the name that was used', (code, message) => {
  const failure = Object.assign(new Error('listen'), { code });
  const refusal = listenFailure(listenError(failure, '192.0.2.1', 80), options);
  expect(refusal).toBeInstanceOf(Refusal);
  expect((refusal as Refusal).message).toMatch(message);
});

it('a failure that is not known speaks for itself', () => {
  const failure = Object.assign(new Error('no memory'), { code: 'ENOMEM' });
  expect(listenFailure(failure, options)).toEqual(new Refusal('no memory'));
});

it.each([new Error('no code'), 'junk'])('what is none of these stays as it is: %s', (failure) => {
  expect(listenFailure(failure, options)).toBe(failure);
});
