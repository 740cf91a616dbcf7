/** Why a server could not start: a code for programs, and one line that says what to do. */
import { expect, it } from 'vitest';
import { checkPort, listenError, ServeError } from '../src/serve-error.ts';

const failure = (code: unknown) => Object.assign(new Error('what the system says'), { code });

it.each([
  [
    'EADDRINUSE',
    'the port is in use; stop the program that listens there, or use another port (0 picks a free one)',
  ],
  ['EACCES', 'this user may not listen on that port; use one from 1024 on'],
  ['EADDRNOTAVAIL', 'this machine does not have that address; use one that it has, such as 127.0.0.1'],
  ['EINVAL', 'this machine does not have that address; use one that it has, such as 127.0.0.1'],
  ['EAFNOSUPPORT', 'this machine has no addresses of that kind; use another host, such as 127.0.0.1'],
  ['ENOTFOUND', 'the host name does not resolve; use an address, such as 127.0.0.1'],
  ['EAI_AGAIN', 'the name server does not answer; use an address, such as 127.0.0.1'],
  ['EWHATEVER', 'EWHATEVER'],
])('the error for %s says what to do', (code, advice) => {
  const error = listenError(failure(code), 'host', 80);
  expect(error).toBeInstanceOf(ServeError);
  expect([error.name, error.code, error.message]).toEqual([
    'ServeError',
    code,
    `cannot listen on host:80: ${advice}`,
  ]);
});

it.each([failure(undefined), failure(13), new Error('no code'), 'no error', undefined])(
  'a failure without a code still becomes a ServeError: %s',
  (cause) => {
    const { code, message } = listenError(cause, '::1', 80);
    expect([code, message]).toEqual([
      'the system gives no reason',
      'cannot listen on ::1:80: the system gives no reason',
    ]);
  },
);

it('checkPort() accepts 0 to 65535 only', () => {
  for (const port of [0, 1, 65_535]) checkPort(port);
  for (const port of [-1, 65_536, 1.5, Number.NaN])
    expect(() => checkPort(port)).toThrow(
      new ServeError('ERR_PORT', `port must be a whole number from 0 to 65535, not ${port}`),
    );
});
