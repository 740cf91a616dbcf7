/** The address that a server listens on, from its options, and the URL of it. */
import { expect, it } from 'vitest';
import { listenAddressOf, urlOf } from '../src/address.ts';

it.each([
  [
    { host: '127.0.0.1', port: 80 },
    { type: 'tcp', host: '127.0.0.1', port: 80 },
  ],
  [
    { host: 'unix.example', port: 80 },
    { type: 'tcp', host: 'unix.example', port: 80 },
  ],
  [
    { host: 'fd00::1', port: 80 },
    { type: 'tcp', host: 'fd00::1', port: 80 },
  ],
  [
    { host: 'unix:/run/x y.sock', port: 0 },
    { type: 'unix', path: '/run/x y.sock' },
  ],
  [
    { host: 'fd:3', port: 0 },
    { type: 'fd', fd: 3 },
  ],
] as const)('listenAddressOf() reads %j', (options, address) => {
  expect(listenAddressOf(options)).toEqual(address);
});

it.each([
  [{ host: '::', port: 80_000 }, 'ERR_PORT'],
  [{ host: 'unix:/run/x.sock', port: 80 }, 'ERR_PORT'],
  [{ host: 'fd:3', port: 80 }, 'ERR_PORT'],
  [{ host: 'unix:', port: 0 }, 'ERR_UNIX'],
  [{ host: 'unix:run/x.sock', port: 0 }, 'ERR_UNIX'],
  [{ host: 'unix:/run/\0', port: 0 }, 'ERR_UNIX'],
  [{ host: `unix:/${'é'.repeat(54)}`, port: 0 }, 'ERR_UNIX'],
  [{ host: 'fd:', port: 0 }, 'ERR_FD'],
  [{ host: 'fd:-1', port: 0 }, 'ERR_FD'],
])('listenAddressOf() rejects %j with %s', (options, code) => {
  expect(() => listenAddressOf(options)).toThrow(expect.objectContaining({ name: 'ServeError', code }));
});

const tls = { key: 'k', cert: 'c' };

it.each([
  [{ host: '127.0.0.1' }, 80, 'ws://127.0.0.1:80'],
  [{ host: '::1', path: '/chat' }, 80, 'ws://[::1]:80/chat'],
  [{ host: 'localhost', tls }, 443, 'wss://localhost:443'],
  [{ host: 'unix:/run/x.sock' }, 0, 'ws+unix:/run/x.sock'],
  [{ host: 'unix:/run/x.sock', path: '/chat', tls }, 0, 'wss+unix:/run/x.sock:/chat'],
  [{ host: 'fd:3' }, 0, 'ws+fd:3'],
])('urlOf() gives the URL of %j on port %i', (options, port, url) => {
  expect(urlOf(options, port)).toBe(url);
});
