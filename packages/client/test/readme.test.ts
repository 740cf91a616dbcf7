/** The client in ten lines of the package's README is one that works. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ConnectOptions, connect } from '@sallyport/client';
import { createSessions } from '@sallyport/core';
import { attach, systemClock } from '@sallyport/ws';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { admin } from './network.ts';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
// Nothing but this function's constructor runs a text that awaits.
const AsyncFunction = (async () => {}).constructor as new (
  ...text: string[]
) => (...given: unknown[]) => Promise<void>;

it('the example of the README sends a message, gets the answer, and closes', async () => {
  const server = createServer();
  attach(server, createSessions({ authenticate: admin, clock: systemClock }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;

  const [, code = ''] = /```ts\n([\s\S]*?)```/.exec(README) ?? [];
  const body = code.replace(/^import .*\n/, '').replace(':5678', `:${port}`);
  const heard: unknown[] = [];
  // Node 20 has no WebSocket of its own.
  const connecting = (url: string, options: ConnectOptions) => connect(url, { WebSocket, ...options });
  await new AsyncFunction('connect', 'console', body)(connecting, {
    log: (text: unknown) => heard.push(text),
  });
  expect(heard).toEqual(['your submit context: hello']);
});
